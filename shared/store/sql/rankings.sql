-- name: list_heads
-- The items or groups that were played most, or watched longest, in each month of UTC.
SELECT m.month::date AS month, t.rank, t.key, t.figure, t.plays
FROM generate_series(%(first)s::date, %(last)s::date, interval '1 month') AS m (month)
CROSS JOIN LATERAL (
    SELECT h.*, row_number() OVER (ORDER BY h.figure DESC) AS rank
    FROM (
        SELECT key, plays, CASE %(order)s WHEN 'watched' THEN watched_ms ELSE plays END AS figure
        FROM title_months
        WHERE kind = %(of)s AND month = m.month
        ORDER BY CASE %(order)s WHEN 'watched' THEN watched_ms ELSE plays END DESC
        LIMIT %(depth)s
    ) AS h
) AS t
WHERE t.figure > 0 AND (%(ranks)s::bigint[] IS NULL OR t.rank = ANY(%(ranks)s));

-- name: rank_titles
-- Items or groups of a period, in each of some orders: by distinct users, then plays (popular), by
-- plays, or by watch time, the most first or the least first. Items ask for no group, so that an index without works is
-- enough for them. Of each person, watch time is added up as a number that is whole up to 2^53, since
-- a sum of bigint takes memory of its own for each group.
WITH whole AS (
{within}
),
counted AS (
    SELECT
        s.user_id, s.content_type, s.plays, s.completed, s.watched_ms,
        CASE %(of)s WHEN 'item' THEN s.content_id ELSE g.key END AS key
    FROM whole AS s
    LEFT JOIN work_groups AS g
        ON %(of)s <> 'item' AND g.work_id = s.work_id AND g.kind = %(of)s
    WHERE (%(items)s::text[] IS NULL OR s.content_id = ANY(%(items)s))
        AND (%(works)s::uuid[] IS NULL OR s.work_id = ANY(%(works)s))
        AND (%(users)s::uuid[] IS NULL OR s.user_id = ANY(%(users)s))
        AND (%(groups)s::text[] IS NULL
            OR s.user_id IN (SELECT user_id FROM users WHERE groups && %(groups)s))
        AND (%(devices)s::text[] IS NULL OR s.device_id = ANY(%(devices)s))
        AND (%(content_types)s::text[] IS NULL OR s.content_type = ANY(%(content_types)s))
        AND (%(adult)s OR s.content_type NOT LIKE 'qar.%%')
        AND (%(is_plain)s OR s.facet_id IN (
            SELECT f.id
            FROM stream_facets AS f
            WHERE (%(servers)s::text[] IS NULL OR f.server_id = ANY(%(servers)s))
                AND (%(libraries)s::text[] IS NULL OR f.library_id = ANY(%(libraries)s))
                AND (%(device_types)s::text[] IS NULL OR f.device_type = ANY(%(device_types)s))
                AND (%(clients)s::text[] IS NULL OR f.client_name = ANY(%(clients)s))
                AND (%(platforms)s::text[] IS NULL OR f.platform = ANY(%(platforms)s))
                AND (%(stream_types)s::text[] IS NULL OR f.stream_type = ANY(%(stream_types)s))
                AND (%(locations)s::text[] IS NULL OR f.location = ANY(%(locations)s))
                AND (%(countries)s::text[] IS NULL OR f.country = ANY(%(countries)s))
        ))
),
by_person AS (
    SELECT
        key, content_type, user_id, sum(plays) AS plays, sum(completed) AS completed,
        sum(watched_ms::double precision) AS watched_ms
    FROM counted
    WHERE key IS NOT NULL AND (plays > 0 OR watched_ms > 0)
    GROUP BY key, content_type, user_id
),
summed AS MATERIALIZED (
    SELECT
        key, content_type, count(*) FILTER (WHERE plays > 0) AS users,
        sum(plays)::bigint AS plays, sum(completed)::bigint AS completed,
        sum(watched_ms)::bigint AS watched_ms
    FROM by_person
    GROUP BY key, content_type
),
ranked AS (
    SELECT o.name AS by, o.n, r.*
    FROM unnest(%(orders)s::text[]) WITH ORDINALITY AS o (name, n)
    CROSS JOIN LATERAL (
        SELECT
            s.*,
            CASE o.name
                WHEN 'popular' THEN users
                WHEN 'watched' THEN watched_ms
                WHEN 'least_watched' THEN -watched_ms
            END AS figure
        FROM summed AS s
        ORDER BY figure DESC NULLS LAST, plays DESC, watched_ms DESC, key, content_type
        LIMIT %(limit)s
    ) AS r
)
SELECT
    r.by, r.key, r.content_type, r.users, r.plays, r.completed, r.watched_ms,
    CASE %(of)s WHEN 'item' THEN i.title ELSE g.title END AS title,
    i.show_title, i.artist, i.channel_title
FROM ranked AS r
LEFT JOIN item_statistics AS i ON %(of)s = 'item' AND i.content_id = r.key
LEFT JOIN group_statistics AS g
    ON g.kind = %(of)s AND g.key = r.key AND g.content_type = r.content_type
ORDER BY
    r.n, r.figure DESC NULLS LAST, r.plays DESC, r.watched_ms DESC, r.key, r.content_type;

-- name: count_sessions
-- How many sessions began in a period, by the days of the service's zone that it touches.
SELECT coalesce(sum(sessions), 0)::bigint AS sessions
FROM play_statistics
WHERE day >= (%(start)s AT TIME ZONE 'UTC')::date - 1
    AND day <= (%(end)s AT TIME ZONE 'UTC')::date + 1;

-- name: list_works
-- The works that groups have items of.
SELECT work_id FROM work_groups WHERE kind = %(kind)s AND key = ANY(%(keys)s);

-- name: rank_items_of_all_time
-- Items in an order, as rank_titles has them, of all time.
SELECT
    content_id AS key, content_type, title, show_title, artist, channel_title, users, plays,
    completed, watched_ms
FROM item_statistics
WHERE (plays > 0 OR watched_ms > 0) AND (%(adult)s OR content_type NOT LIKE 'qar.%%')
ORDER BY
    CASE %(order)s WHEN 'popular' THEN users WHEN 'watched' THEN watched_ms END DESC NULLS LAST,
    CASE %(order)s WHEN 'least_watched' THEN watched_ms END NULLS LAST,
    plays DESC, watched_ms DESC, content_id
LIMIT %(limit)s;

-- name: rank_groups_of_all_time
-- Groups in an order, as rank_titles has them, of all time.
SELECT
    key, content_type, title, NULL AS show_title, NULL AS artist, NULL AS channel_title, users,
    plays, completed, watched_ms
FROM group_statistics
WHERE kind = %(of)s
    AND (plays > 0 OR watched_ms > 0)
    AND (%(adult)s OR content_type NOT LIKE 'qar.%%')
ORDER BY
    CASE %(order)s WHEN 'popular' THEN users WHEN 'watched' THEN watched_ms END DESC NULLS LAST,
    CASE %(order)s WHEN 'least_watched' THEN watched_ms END NULLS LAST,
    plays DESC, watched_ms DESC, key, content_type
LIMIT %(limit)s;
