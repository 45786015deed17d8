-- name: sum_clock
-- What a person watched by weekday (1 is Monday) and hour of a zone.
SELECT
    extract(isodow FROM local_time(p.start, %(changes)s, %(ahead)s))::integer AS weekday,
    extract(hour FROM local_time(p.start, %(changes)s, %(ahead)s))::integer AS hour,
    sum(p.ms)::bigint AS watched_ms
FROM (
    SELECT
        date_bin('15 minutes', s.started_at, timestamptz '1970-01-01 00:00:00+00')
            + (q.n - 1) * interval '15 minutes' AS start,
        q.ms
    FROM session_facts AS s
    CROSS JOIN LATERAL unnest(s.spread) WITH ORDINALITY AS q (ms, n)
    WHERE s.user_id = %(user_id)s
        AND s.started_at < %(end)s
        AND (
            s.started_at >= %(start)s::timestamptz - interval '1 day'
            OR (s.ended_at - s.started_at > interval '1 day' AND s.ended_at > %(start)s)
        )
        AND s.content_type NOT LIKE 'qar.%%'
) AS p
WHERE p.start >= %(start)s AND p.start < %(end)s
GROUP BY 1, 2
HAVING sum(p.ms) > 0;

-- name: find_ends
-- The first and the last play that began in a period, of a person or of anybody.
WITH played AS NOT MATERIALIZED (
    SELECT id, content_id, started_at
    FROM session_facts
    WHERE (%(user_id)s::uuid IS NULL OR user_id = %(user_id)s)
        AND started_at >= %(start)s
        AND started_at < %(end)s
        AND plays > 0
        AND content_type NOT LIKE 'qar.%%'
)
SELECT e.started_at, i.content_id, i.content_type, i.title, i.show_title
FROM (
    (SELECT * FROM played ORDER BY started_at, id LIMIT 1)
    UNION ALL
    (SELECT * FROM played ORDER BY started_at DESC, id DESC LIMIT 1)
) AS e
JOIN item_statistics AS i USING (content_id)
ORDER BY e.started_at, e.id;

-- name: list_devices
-- What devices of a person are called.
SELECT device_id, name
FROM user_devices
WHERE user_id = %(user_id)s
    OR user_id IN (SELECT user_id FROM users WHERE merged_into = %(user_id)s);

-- name: count_new_people
-- How many people were first seen in a period.
SELECT count(*) AS people
FROM users
WHERE first_seen_at >= %(start)s AND first_seen_at < %(end)s AND merged_into IS NULL;

-- name: find_standing
-- How much a person watched in a year beside the others; nothing, if that was nothing.
WITH watched AS (
    SELECT user_id, sum(watched_ms)::bigint AS watched_ms
    FROM user_period_statistics
    WHERE grain = 'year' AND start = %(year)s AND content_type NOT LIKE 'qar.%%'
    GROUP BY user_id
    HAVING sum(watched_ms) > 0
)
SELECT
    count(*) AS people, sum(w.watched_ms)::bigint AS all_ms, own.watched_ms,
    count(*) FILTER (WHERE w.watched_ms < own.watched_ms) AS with_less
FROM watched AS w
CROSS JOIN (SELECT watched_ms FROM watched WHERE user_id = %(user_id)s) AS own
GROUP BY own.watched_ms;
