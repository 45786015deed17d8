-- name: describe_item
-- What an item is called: as sessions tell it, else as its library does.
SELECT content_type, title, show_title, artist, channel_title
FROM (
    SELECT content_type, title, show_title, artist, channel_title, 0 AS source
    FROM item_statistics
    WHERE content_id = %(key)s
    UNION ALL
    SELECT content_type, title, show_title, artist, NULL, 1
    FROM library_items
    WHERE id = %(key)s
) AS known
ORDER BY source
LIMIT 1;

-- name: describe_group
-- What a group is called, as sessions tell it.
SELECT content_type, title, NULL AS show_title, NULL AS artist, NULL AS channel_title
FROM group_statistics
WHERE kind = %(kind)s AND key = %(key)s
ORDER BY sessions DESC
LIMIT 1;

-- name: of_group
-- What libraries have of a group, or had, found by what there is an index of for its kind. Planned
-- anew each time, so that only the condition of that kind is left. A track's album is by whom the
-- album is, which need not be the track's own artist: that is looked up for what is called as the key
-- may end (albums); one of 500 characters need not end as the album is called. What is no key but the
-- whole name is said as well: PostgreSQL knows how many have that.
SELECT *
FROM (
    SELECT i.*,
        CASE WHEN i.album IS NOT NULL
            THEN group_key(concat_ws(' - ', coalesce(a.artist, i.artist), i.album))
        END AS album_key
    FROM library_items AS i
    LEFT JOIN library_items AS a
        ON a.library_id = i.library_id
        AND a.id = i.parent_id
        AND a.content_type = 'music_album'
        AND %(kind)s IN ('artist', 'album')
    WHERE (%(kind)s = 'show' AND i.show_id = %(key)s)
        OR (
            %(kind)s = 'season'
            AND i.show_id = regexp_replace(%(key)s, ':[^:]*$', '')
            AND i.show_id || ':' || i.season_number = %(key)s
        )
        OR (
            %(kind)s = 'artist'
            AND i.artist IS NOT NULL
            AND group_key(i.artist) = %(key)s
            AND (i.artist = %(key)s OR length(%(key)s) = 500)
        )
        OR (
            %(kind)s = 'album'
            AND length(%(key)s) < 500
            AND i.album IS NOT NULL
            AND group_key(i.album) = ANY(%(albums)s::text[])
            AND i.album = ANY(%(albums)s::text[])
        )
        OR (%(kind)s = 'album' AND length(%(key)s) = 500 AND i.album IS NOT NULL)
) AS i
WHERE %(kind)s <> 'album' OR album_key = %(key)s;

-- name: describe_held
-- What a group that no session tells of is called, as a library does that has something of it. All of
-- it is found first: for a single row PostgreSQL may rather read the whole of a library.
WITH held AS MATERIALIZED (
{of_group}
)
SELECT
    content_type,
    CASE %(kind)s
        WHEN 'artist' THEN artist
        WHEN 'album' THEN album
        ELSE coalesce(show_title, title)
    END AS title,
    NULL AS show_title, NULL AS artist, NULL AS channel_title
FROM held
LIMIT 1;

-- name: list_contents
-- What there is in a group, in its own order: what libraries have of it by now, and what was played
-- of it in a period. Of what they have, servers, libraries and content types alone let less in. Its
-- parts are the seasons of a show, and the albums of an artist, by whomever these are.
WITH whole AS (
{within}
),
played AS (
    SELECT
        s.content_id AS id, s.content_type, max(g.key) AS part_id,
        count(DISTINCT s.user_id) FILTER (WHERE s.plays > 0) AS users,
        sum(s.plays)::bigint AS plays, sum(s.completed)::bigint AS completed,
        sum(s.watched_ms)::bigint AS watched_ms
    FROM whole AS s
    LEFT JOIN stream_facets AS f ON f.id = s.facet_id
    LEFT JOIN work_groups AS g
        ON g.work_id = s.work_id
            AND g.kind = CASE %(kind)s WHEN 'show' THEN 'season' WHEN 'artist' THEN 'album' END
    WHERE {filters}
    GROUP BY s.content_id, s.content_type
),
held AS (
    SELECT DISTINCT ON (id)
        id, content_type, title, season_number, episode_number, album,
        CASE %(kind)s
            WHEN 'show' THEN show_id || ':' || season_number
            WHEN 'artist' THEN album_key
        END AS part_id
    FROM (
{of_group}
    ) AS held
    WHERE gone_at IS NULL
        AND content_type <> ALL(%(holders)s)
        AND (%(servers)s::text[] IS NULL
            OR library_id IN (SELECT id FROM libraries WHERE server_id = ANY(%(servers)s)))
        AND (%(libraries)s::text[] IS NULL OR library_id = ANY(%(libraries)s))
        AND (%(content_types)s::text[] IS NULL OR content_type = ANY(%(content_types)s))
    ORDER BY id, library_id
),
content AS (
    SELECT
        id, coalesce(p.content_type, h.content_type) AS content_type,
        coalesce(i.title, h.title) AS title,
        coalesce(i.season_number, h.season_number) AS season_number,
        coalesce(i.episode_number, h.episode_number) AS episode_number,
        coalesce(i.album, h.album) AS album,
        coalesce(p.part_id, h.part_id) AS part_id,
        coalesce(p.users, 0) AS users, coalesce(p.plays, 0) AS plays,
        coalesce(p.completed, 0) AS completed, coalesce(p.watched_ms, 0) AS watched_ms
    FROM held AS h
    FULL JOIN played AS p USING (id)
    LEFT JOIN item_statistics AS i ON i.content_id = id
)
SELECT *
FROM content
WHERE %(adult)s OR content_type NOT LIKE 'qar.%%'
ORDER BY
    season_number, CASE %(kind)s WHEN 'artist' THEN album END, episode_number,
    CASE %(kind)s WHEN 'channel' THEN plays END DESC, title, id
LIMIT %(limit)s;

-- name: count_reaches
-- How far the plays came that began in a period.
SELECT s.reached, s.completed = 1 AS is_completed, count(*) AS plays
FROM session_facts AS s
LEFT JOIN stream_facets AS f ON f.id = s.facet_id
WHERE s.started_at >= %(start)s
    AND s.started_at < %(end)s
    AND s.plays = 1
    AND {filters}
GROUP BY s.reached, s.completed;

-- name: count_people
-- How many people played something in a period, and how many completed one item of it again.
SELECT
    count(DISTINCT user_id) AS users,
    count(DISTINCT user_id) FILTER (WHERE completed > 1) AS rewatched_by
FROM (
    SELECT s.user_id, s.content_id, sum(s.completed) AS completed
    FROM session_facts AS s
    LEFT JOIN stream_facets AS f ON f.id = s.facet_id
    WHERE s.started_at >= %(start)s
        AND s.started_at < %(end)s
        AND s.plays = 1
        AND {filters}
    GROUP BY s.user_id, s.content_id
) AS played;

-- name: list_names
-- What people are called.
SELECT user_id, name FROM users WHERE user_id = ANY(%(user_ids)s);
