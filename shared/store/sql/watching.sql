-- name: hold_watchers
-- Hold the sums of the people whose binges of a show are to be found anew, who have the first marks, and
-- return these people, also those without sums: whoever counts one of them is done by then, and who
-- comes later waits. In the order in which lots write sums, and before the marks, as lots have it.
WITH marked AS MATERIALIZED (
    SELECT user_id FROM dirty_binges ORDER BY user_id, show_id LIMIT %(limit)s
),
held AS MATERIALIZED (
    SELECT user_id
    FROM user_statistics
    WHERE user_id IN (SELECT user_id FROM marked)
    ORDER BY user_id, content_type
    FOR NO KEY UPDATE
)
SELECT user_id FROM marked
UNION
SELECT user_id FROM held;

-- name: take_binges
-- Take marks away of people whose binges of a show are to be found anew.
DELETE FROM dirty_binges
WHERE (user_id, show_id) IN (
    SELECT user_id, show_id
    FROM dirty_binges
    WHERE user_id = ANY(%(user_ids)s)
    ORDER BY user_id, show_id
    LIMIT %(limit)s
)
RETURNING user_id, show_id;

-- name: find_binges
-- Find binges anew where people watched something else of a show, or not any more. A session begins
-- a run unless it follows on the one before, as shared.domain.statistics.binges has it.
-- All that a person did is read where it is less than looking for each episode of the shows would be,
-- some fifty of each; OFFSET 0 has it read first, and compared with the shows after.
WITH touched AS MATERIALIZED (
    SELECT k.user_id, i.show_id
    FROM json_to_recordset(%(items)s::json) AS k (user_id uuid, content_id text)
    JOIN item_statistics AS i USING (content_id)
    WHERE i.show_id IS NOT NULL
    UNION
    SELECT user_id, show_id
    FROM json_to_recordset(%(shows)s::json) AS s (user_id uuid, show_id text)
),
readers AS MATERIALIZED (
    SELECT t.user_id, 50 * t.shows >= coalesce(known.sessions, 0) AS is_read_whole
    FROM (SELECT user_id, count(*) AS shows FROM touched GROUP BY user_id) AS t
    CROSS JOIN LATERAL (
        SELECT sum(sessions) AS sessions FROM user_statistics WHERE user_id = t.user_id
    ) AS known
),
facts AS (
    SELECT f.*
    FROM readers AS r
    CROSS JOIN LATERAL (
        SELECT f.*, i.show_id, i.season_number, i.episode_number
        FROM session_facts AS f
        JOIN item_statistics AS i USING (content_id)
        WHERE f.user_id = r.user_id
        OFFSET 0
    ) AS f
    WHERE r.is_read_whole AND (f.user_id, f.show_id) IN (SELECT user_id, show_id FROM touched)
    UNION ALL
    SELECT f.*, i.show_id, i.season_number, i.episode_number
    FROM readers AS r
    JOIN touched AS t USING (user_id)
    JOIN item_statistics AS i USING (show_id)
    CROSS JOIN LATERAL (
        SELECT *
        FROM session_facts
        WHERE user_id = t.user_id AND content_id = i.content_id
        OFFSET 0
    ) AS f
    WHERE NOT r.is_read_whole
),
seen AS (
    SELECT
        user_id, show_id, id, content_id, content_type, facet_id, started_at, ended_at,
        watched_ms, season_number AS season, episode_number AS episode
    FROM facts
    WHERE watched_ms >= 120000
),
linked AS (
    SELECT *, coalesce(
        started_at - lag(ended_at) OVER show <= interval '30 minutes' AND (
            content_id = lag(content_id) OVER show
            OR (season = lag(season) OVER show AND episode = lag(episode) OVER show + 1)
            OR (
                season = lag(season) OVER show + 1 AND episode = 1
                AND lag(episode) OVER show IS NOT NULL
            )
        ),
        false
    ) AS follows
    FROM seen
    WINDOW show AS (PARTITION BY user_id, show_id ORDER BY started_at, id)
),
numbered AS (
    SELECT *, count(*) FILTER (WHERE NOT follows) OVER show AS run
    FROM linked
    WINDOW show AS (PARTITION BY user_id, show_id ORDER BY started_at, id)
),
found AS MATERIALIZED (
    SELECT
        user_id, (array_agg(id ORDER BY started_at, id))[1] AS id, show_id,
        min(content_type) AS content_type,
        (array_agg(facet_id ORDER BY started_at, id))[1] AS facet_id,
        min(started_at) AS started_at, max(ended_at) AS ended_at,
        count(DISTINCT content_id)::integer AS episodes, sum(watched_ms)::bigint AS watched_ms
    FROM numbered
    GROUP BY user_id, show_id, run
    HAVING count(DISTINCT content_id) >= 3
),
gone AS (
    DELETE FROM binges AS b
    USING touched AS t
    WHERE b.user_id = t.user_id AND b.show_id = t.show_id
        AND NOT EXISTS (SELECT FROM found AS f WHERE f.user_id = b.user_id AND f.id = b.id)
)
INSERT INTO binges AS b
SELECT
    f.user_id, f.id, f.show_id, f.content_type, v.server_id, v.library_id, f.started_at,
    f.ended_at, f.episodes, f.watched_ms
FROM found AS f
JOIN stream_facets AS v ON v.id = f.facet_id
ON CONFLICT (user_id, id) DO UPDATE
SET
    show_id = excluded.show_id,
    content_type = excluded.content_type,
    server_id = excluded.server_id,
    library_id = excluded.library_id,
    started_at = excluded.started_at,
    ended_at = excluded.ended_at,
    episodes = excluded.episodes,
    watched_ms = excluded.watched_ms;

-- name: list_binges
-- Binges that began in a period, the latest first.
SELECT b.*, u.name AS user_name, g.title AS show_title
FROM binges AS b
JOIN users AS u USING (user_id)
LEFT JOIN LATERAL (
    SELECT title FROM group_statistics WHERE kind = 'show' AND key = b.show_id LIMIT 1
) AS g ON true
WHERE b.started_at >= %(start)s AND b.started_at < %(end)s
    AND (
        %(after_at)s::timestamptz IS NULL OR (b.started_at, b.id) < (%(after_at)s, %(after_id)s)
    )
    AND (%(servers)s::text[] IS NULL OR b.server_id = ANY(%(servers)s))
    AND (%(libraries)s::text[] IS NULL OR b.library_id = ANY(%(libraries)s))
    AND (%(content_types)s::text[] IS NULL OR b.content_type = ANY(%(content_types)s))
    AND (%(adult)s OR b.content_type NOT LIKE 'qar.%%')
ORDER BY b.started_at DESC, b.id DESC
LIMIT %(limit)s OFFSET %(offset)s;

-- name: sum_binges
-- How many binges began in a period, and what they came to.
SELECT
    count(*) AS binges, count(DISTINCT b.user_id) AS users,
    coalesce(sum(b.episodes), 0)::bigint AS episodes, coalesce(max(b.episodes), 0) AS longest,
    coalesce(sum(b.watched_ms), 0)::bigint AS watched_ms
FROM binges AS b
WHERE b.started_at >= %(start)s AND b.started_at < %(end)s
    AND (%(servers)s::text[] IS NULL OR b.server_id = ANY(%(servers)s))
    AND (%(libraries)s::text[] IS NULL OR b.library_id = ANY(%(libraries)s))
    AND (%(content_types)s::text[] IS NULL OR b.content_type = ANY(%(content_types)s))
    AND (%(adult)s OR b.content_type NOT LIKE 'qar.%%');

-- name: count_engagement
-- What became of the plays that began in a period: of days of the service's zone, as they are kept
-- by library, and of another period, or of servers, from the facts.
SELECT engagement, sum(plays)::bigint AS plays
FROM (
    SELECT engagement, library_id, content_type, plays
    FROM engagement_statistics
    WHERE (grain = 'month' AND start >= %(first_month)s AND start < %(month_after)s)
        OR (grain = 'day' AND start >= %(first_day)s AND start < %(first_month)s)
        OR (grain = 'day' AND start >= %(month_after)s AND start < %(day_after)s)
    UNION ALL
    SELECT
        CASE
            WHEN f.completed = 1 THEN 'completed'
            WHEN f.reached IS NULL THEN 'unknown'
            WHEN f.reached < %(abandoned_below)s THEN 'abandoned'
            WHEN f.reached < %(sampled_below)s THEN 'sampled'
            ELSE 'engaged'
        END,
        coalesce(v.library_id, ''), f.content_type, 1
    FROM session_facts AS f
    JOIN stream_facets AS v ON v.id = f.facet_id
    WHERE NOT %(by_days)s AND f.plays = 1
        AND f.started_at >= %(start)s AND f.started_at < %(end)s
        AND (%(servers)s::text[] IS NULL OR v.server_id = ANY(%(servers)s))
) AS p
WHERE (%(libraries)s::text[] IS NULL OR library_id = ANY(%(libraries)s))
    AND (%(content_types)s::text[] IS NULL OR content_type = ANY(%(content_types)s))
    AND (%(adult)s OR content_type NOT LIKE 'qar.%%')
GROUP BY engagement;

-- name: count_rewatching
-- How many people completed an item in a period more than once. Grouped, which does not sort as
-- count(DISTINCT) does.
SELECT count(*) AS rewatched_by
FROM (
    SELECT
    FROM rewatches AS r
    WHERE started_at >= %(start)s AND started_at < %(end)s AND previous_at >= %(start)s
        AND (%(libraries)s::text[] IS NULL OR library_id = ANY(%(libraries)s))
        AND (%(content_types)s::text[] IS NULL OR content_type = ANY(%(content_types)s))
        AND (%(adult)s OR content_type NOT LIKE 'qar.%%')
        AND (
            %(servers)s::text[] IS NULL
            OR EXISTS (
                SELECT
                FROM session_facts AS f
                JOIN stream_facets AS v ON v.id = f.facet_id
                WHERE f.user_id = r.user_id AND f.id = r.id AND v.server_id = ANY(%(servers)s)
            )
        )
    GROUP BY user_id
) AS people;
