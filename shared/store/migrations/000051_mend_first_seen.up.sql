-- People and devices were known since the end of the session that was told first, or last of a batch.
-- They are since the first start of what is kept of them, where that is earlier. Rows are held in the
-- order in which recording holds them.
CREATE TEMPORARY TABLE first_starts ON COMMIT DROP AS
SELECT user_id, account_user_id, device_id, min(started_at) AS began_at
FROM (
    SELECT user_id, account_user_id, device_id, started_at FROM analytics_sessions
    UNION ALL
    SELECT user_id, account_user_id, device_id, started_at FROM session_facts
) AS kept
GROUP BY user_id, account_user_id, device_id;

CREATE TEMPORARY TABLE known_earlier ON COMMIT DROP AS
SELECT u.user_id, f.began_at, u.first_seen_at
FROM users AS u
JOIN (
    SELECT who.user_id, min(began_at) AS began_at
    FROM first_starts
    CROSS JOIN LATERAL (VALUES (user_id), (account_user_id)) AS who (user_id)
    GROUP BY who.user_id
) AS f USING (user_id)
WHERE f.began_at < u.first_seen_at
ORDER BY u.user_id
FOR NO KEY UPDATE OF u;

UPDATE users AS u
SET first_seen_at = e.began_at
FROM known_earlier AS e
WHERE u.user_id = e.user_id;

WITH earlier AS (
    SELECT d.user_id, d.device_id, f.began_at
    FROM user_devices AS d
    JOIN (
        SELECT coalesce(account_user_id, user_id) AS user_id, device_id, min(began_at) AS began_at
        FROM first_starts
        GROUP BY 1, 2
    ) AS f USING (user_id, device_id)
    WHERE f.began_at < d.first_seen_at
    ORDER BY d.user_id, d.device_id
    FOR NO KEY UPDATE OF d
)
UPDATE user_devices AS d
SET first_seen_at = e.began_at
FROM earlier AS e
WHERE d.user_id = e.user_id AND d.device_id = e.device_id;

-- Reports that counted these people as new, and those that did not, are made anew; days are a zone's.
UPDATE server_reports AS r
SET due = true
FROM (
    SELECT began_at::date AS day FROM known_earlier
    UNION
    SELECT first_seen_at::date FROM known_earlier
) AS d
WHERE NOT r.due AND r.start <= d.day + 1 AND r.start + ('1 ' || r.span)::interval > d.day - 1;
