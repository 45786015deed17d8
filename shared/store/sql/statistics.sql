-- name: list_user_days
-- A user's days, in the service's time zone.
SELECT day, content_type, sessions, plays, completed, watched_ms
FROM user_activity_daily
WHERE user_id = %(user_id)s AND (sessions > 0 OR watched_ms > 0)
ORDER BY day, content_type;

-- name: list_days
-- Everybody's days together.
SELECT day, content_type, sessions, plays, completed, watched_ms, users
FROM play_statistics
WHERE (%(start)s::date IS NULL OR day >= %(start)s) AND (%(end)s::date IS NULL OR day < %(end)s)
    AND users > 0
ORDER BY day DESC, content_type
LIMIT %(limit)s;
