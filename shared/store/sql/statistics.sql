-- name: roll_up_day
-- Count one day of one user anew, from the sessions. A session counts on the day it started; its
-- watch time counts on the days on which it played: its span within the day, less the parts of
-- its interruptions within the day. Plays are given: the domain chains sessions into them.
WITH bounds AS (
    SELECT
        (%(day)s::date)::timestamp AT TIME ZONE %(zone)s AS from_at,
        (%(day)s::date + 1)::timestamp AT TIME ZONE %(zone)s AS to_at
),
spans AS (
    SELECT
        s.content_type,
        s.started_at >= b.from_at AS starts_here,
        b.from_at,
        b.to_at,
        greatest(s.started_at, b.from_at) AS span_from,
        least(coalesce(s.stopped_at, s.last_seen_at), b.to_at) AS span_to,
        s.interruptions || CASE WHEN s.interrupted_since IS NULL OR s.stopped_at IS NOT NULL THEN '[]'::jsonb
            ELSE jsonb_build_array(jsonb_build_array(
                s.state,
                (extract(epoch FROM s.interrupted_since) * 1000)::bigint,
                (extract(epoch FROM s.last_seen_at) * 1000)::bigint
            )) END AS interruptions
    FROM analytics_sessions AS s
    CROSS JOIN bounds AS b
    WHERE s.user_id = %(user_id)s
        AND s.started_at < b.to_at
        AND (s.stopped_at IS NULL OR s.stopped_at >= b.from_at)
),
counted AS (
    SELECT
        content_type,
        count(*) FILTER (WHERE starts_here) AS sessions,
        sum(greatest(0, (extract(epoch FROM span_to - span_from) * 1000)::bigint - lost.ms)) AS ms
    FROM spans
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(greatest(0,
            least((i ->> 2)::bigint, (extract(epoch FROM span_to) * 1000)::bigint)
            - greatest((i ->> 1)::bigint, (extract(epoch FROM span_from) * 1000)::bigint)
        )), 0)::bigint AS ms
        FROM jsonb_array_elements(interruptions) AS i
    ) AS lost
    WHERE span_to >= span_from
    GROUP BY content_type
),
gone AS (
    DELETE FROM user_activity_daily AS d
    WHERE d.user_id = %(user_id)s AND d.day = %(day)s
        AND NOT EXISTS (SELECT 1 FROM counted AS c WHERE c.content_type = d.content_type)
)
INSERT INTO user_activity_daily AS d
    (user_id, day, content_type, sessions, plays, completed, watched_ms, updated_at)
SELECT %(user_id)s, %(day)s, content_type, c.sessions, coalesce(p.plays, 0),
    coalesce(p.completed, 0), c.ms, %(now)s
FROM counted AS c
LEFT JOIN json_to_recordset(%(plays)s::json)
    AS p (content_type text, plays integer, completed integer) USING (content_type)
ON CONFLICT (user_id, day, content_type) DO UPDATE
SET
    sessions = excluded.sessions,
    plays = excluded.plays,
    completed = excluded.completed,
    watched_ms = excluded.watched_ms,
    updated_at = excluded.updated_at;

-- name: list_active_users
-- Users with a session that goes on.
SELECT DISTINCT user_id FROM analytics_sessions WHERE stopped_at IS NULL;

-- name: list_user_days
-- A user's days.
SELECT day, content_type, sessions, plays, completed, watched_ms
FROM user_activity_daily
WHERE user_id = %(user_id)s
ORDER BY day, content_type;

-- name: list_days
-- Everybody's days together.
SELECT day, content_type, sessions, plays, completed, watched_ms, users
FROM play_statistics
WHERE (%(start)s::date IS NULL OR day >= %(start)s) AND (%(end)s::date IS NULL OR day < %(end)s)
ORDER BY day DESC, content_type
LIMIT %(limit)s;
