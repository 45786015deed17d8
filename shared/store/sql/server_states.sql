-- name: claim
-- Claim every enabled server that nobody asks, or whose asker's lease has run out.
WITH claimed AS (
    INSERT INTO media_server_states AS s (media_server_id, leased_until, lease_token)
    SELECT id, %(lease_until)s, 1
    FROM media_servers
    WHERE enabled AND kind IN ('plex', 'jellyfin', 'emby')
    ORDER BY id
    ON CONFLICT (media_server_id) DO UPDATE
    SET leased_until = excluded.leased_until, lease_token = s.lease_token + 1
    WHERE s.leased_until <= %(now)s
    RETURNING *
)
SELECT c.*, m.name, m.kind, m.config
FROM claimed AS c
JOIN media_servers AS m ON m.id = c.media_server_id
ORDER BY m.name;

-- name: keep
-- Write what a server was found to play, or why that is not known, if it is still the asker's.
-- A problem that goes on keeps its beginning.
UPDATE media_server_states
SET
    leased_until = %(leased_until)s,
    server_id = coalesce(%(server_id)s, server_id),
    server_name = coalesce(%(server_name)s, server_name),
    version = coalesce(%(version)s, version),
    public_address = coalesce(%(public_address)s::inet, public_address),
    public_address_at = CASE WHEN %(public_address)s::inet IS NULL THEN public_address_at
        ELSE coalesce(%(polled_at)s::timestamptz, public_address_at) END,
    watch = %(watch)s::json,
    playing = %(playing)s,
    polled_at = coalesce(%(polled_at)s, polled_at),
    failing_since = CASE WHEN %(problem)s::text IS NOT NULL
        THEN coalesce(failing_since, %(now)s::timestamptz) END,
    problem = %(problem)s,
    sentence = %(sentence)s,
    events_at = %(events_at)s,
    events_problem = %(events_problem)s,
    events_sentence = %(events_sentence)s
WHERE media_server_id = %(id)s AND lease_token = %(token)s
RETURNING media_server_id;

-- name: list_states
-- All media servers that are asked what plays, with what is known of each.
SELECT m.id, m.name, m.kind, m.enabled, s.server_id, s.server_name, s.version, s.playing,
    s.polled_at, host(s.public_address) AS public_address, s.public_address_at, s.failing_since,
    s.problem, s.sentence, s.events_at, s.events_problem, s.events_sentence
FROM media_servers AS m
LEFT JOIN media_server_states AS s ON s.media_server_id = m.id
WHERE m.kind IN ('plex', 'jellyfin', 'emby')
ORDER BY m.name;

-- name: list_public_addresses
-- Where the enabled servers' own networks were last seen on the internet.
SELECT DISTINCT host(s.public_address) AS address
FROM media_server_states AS s
JOIN media_servers AS m ON m.id = s.media_server_id
WHERE m.enabled AND s.public_address IS NOT NULL;

-- name: list_listening
-- The ids that servers which answered lately give themselves.
SELECT s.server_id
FROM media_server_states AS s
JOIN media_servers AS m ON m.id = s.media_server_id
WHERE m.enabled AND s.server_id IS NOT NULL AND s.polled_at > %(since)s;

-- name: list_active_runs
-- What goes on upon some devices of a source.
SELECT session_key, device_id, content_id
FROM analytics_sessions
WHERE stopped_at IS NULL AND source = %(source)s AND device_id = ANY (%(device_ids)s)
ORDER BY id;

-- name: list_ended_runs
-- Which of some keys of a source were last used for a session that has ended since an instant.
SELECT k.session_key
FROM session_keys AS k
JOIN analytics_sessions AS s ON s.user_id = k.user_id AND s.id = k.id
WHERE k.source = %(source)s AND k.session_key = ANY (%(keys)s) AND s.stopped_at >= %(since)s;

-- name: list_unlisted
-- What goes on of a source, by other keys than its list has, and was not heard of since an instant.
SELECT id, last_seen_at
FROM analytics_sessions
WHERE stopped_at IS NULL AND source = %(source)s AND session_key <> ALL (%(keys)s)
    AND last_seen_at < %(since)s
ORDER BY id;

-- name: list_answering
-- The enabled servers that answered when they were last asked what they play.
SELECT m.id AS media_server_id, m.name, m.kind, m.config, s.server_id, s.accounts_at
FROM media_servers AS m
JOIN media_server_states AS s ON s.media_server_id = m.id
WHERE m.enabled AND s.server_id IS NOT NULL AND s.problem IS NULL
ORDER BY m.name;

-- name: mark_accounts
-- Note that a server's accounts were read, unless they were since an instant.
UPDATE media_server_states
SET accounts_at = %(now)s
WHERE media_server_id = %(id)s AND (accounts_at IS NULL OR accounts_at <= %(since)s)
RETURNING media_server_id;

-- name: claim_history
-- Claim the import of what a server remembers, once all its libraries are known; one that cannot
-- be read is waited for where it was first seen since an instant.
UPDATE media_server_states AS s
SET history_leased_until = %(lease_until)s
WHERE s.media_server_id = %(id)s AND s.history_at IS NULL
    AND (s.history_leased_until IS NULL OR s.history_leased_until <= %(now)s)
    AND NOT EXISTS (
        SELECT FROM libraries AS l
        WHERE l.media_server_id = s.media_server_id AND l.gone_at IS NULL
            AND l.last_full_at IS NULL
            AND (l.first_seen_at > %(waits_since)s OR NOT EXISTS (
                SELECT FROM library_scans AS c
                WHERE c.library_id = l.id AND c.state = 'running' AND c.problem IS NOT NULL
            ))
    )
RETURNING coalesce(s.history_account, '') AS account_id;

-- name: move_history
-- Note up to which account a server's past is imported.
UPDATE media_server_states
SET history_account = %(account_id)s, history_leased_until = %(lease_until)s
WHERE media_server_id = %(id)s;

-- name: end_history
-- Note that a server's past is imported.
UPDATE media_server_states
SET history_at = %(now)s, history_leased_until = NULL, history_account = NULL
WHERE media_server_id = %(id)s;

-- name: list_durations
-- How long items are, of those that are known.
SELECT DISTINCT ON (id) id, duration_ms
FROM library_items
WHERE id = ANY (%(ids)s) AND duration_ms IS NOT NULL
ORDER BY id, changed_at DESC;

-- name: list_spans
-- When the user of an account played what, since an instant, whoever it was merged into: as sessions
-- tell it, and facts of sessions that are no longer kept.
SELECT s.content_id, s.started_at, coalesce(s.stopped_at, s.last_seen_at) AS ended_at
FROM users AS u
JOIN analytics_sessions AS s ON s.user_id = coalesce(u.merged_into, u.user_id)
WHERE u.user_id = %(user_id)s AND coalesce(s.account_user_id, s.user_id) = %(user_id)s
    AND coalesce(s.stopped_at, s.last_seen_at) >= %(since)s
UNION
SELECT f.content_id, f.started_at, f.ended_at
FROM users AS u
JOIN session_facts AS f ON f.user_id = coalesce(u.merged_into, u.user_id)
WHERE u.user_id = %(user_id)s AND coalesce(f.account_user_id, f.user_id) = %(user_id)s
    AND f.ended_at >= %(since)s;
