-- name: hold_users
-- Hold users until the transaction ends: who tells of one waits, and then finds it merged or split.
SELECT user_id, merged_into
FROM users
WHERE user_id = ANY(%(user_ids)s)
ORDER BY user_id
FOR NO KEY UPDATE;

-- name: find_merged
-- A user that was merged into another.
SELECT user_id FROM users WHERE merged_into = %(user_id)s LIMIT 1;

-- name: set_merged
-- Merge a user into a person, who was there as soon and as late as either.
WITH merged AS (
    UPDATE users
    SET merged_into = %(person_id)s, merged_at = %(now)s
    WHERE user_id = %(user_id)s
    RETURNING first_seen_at, last_active_at
)
UPDATE users AS p
SET
    first_seen_at = least(p.first_seen_at, m.first_seen_at),
    last_active_at = greatest(p.last_active_at, m.last_active_at)
FROM merged AS m
WHERE p.user_id = %(person_id)s;

-- name: set_split
-- Split a user off the person that it was merged into.
UPDATE users SET merged_into = NULL, merged_at = NULL WHERE user_id = %(user_id)s;

-- name: see_again
-- Find again when a person was first and last there, after a user was split off: by what is left.
WITH left_over AS (
    SELECT min(started_at) AS first_at, max(ended_at) AS last_at
    FROM (
        SELECT started_at, ended_at FROM session_facts WHERE user_id = %(person_id)s
        UNION ALL
        SELECT started_at, last_seen_at FROM analytics_sessions WHERE user_id = %(person_id)s
    ) AS known
)
UPDATE users AS p
SET
    first_seen_at = CASE
        WHEN p.first_seen_at < u.first_seen_at THEN p.first_seen_at
        ELSE coalesce(l.first_at, p.first_seen_at)
    END,
    last_active_at = coalesce(l.last_at, p.first_seen_at)
FROM left_over AS l
CROSS JOIN users AS u
WHERE p.user_id = %(person_id)s AND u.user_id = %(user_id)s;

-- name: move_sessions
-- Let an account's sessions be another user's; who is writing one reads it again.
UPDATE analytics_sessions
SET user_id = %(target)s, account_user_id = %(target_account)s, version = version + 1
WHERE user_id = %(source)s AND account_user_id IS NOT DISTINCT FROM %(source_account)s::uuid;

-- name: move_keys
-- Let keys follow the sessions that they point at.
UPDATE session_keys AS k
SET user_id = s.user_id
FROM analytics_sessions AS s
WHERE s.user_id = %(target)s AND k.id = s.id AND k.user_id = %(source)s;

-- name: move_networks
-- Let an account's pins be another user's; where that one has the network pinned, that pin stands.
UPDATE user_networks AS n
SET user_id = %(target)s, account_user_id = %(target_account)s
WHERE n.user_id = %(source)s AND n.account_user_id IS NOT DISTINCT FROM %(source_account)s::uuid
    AND NOT EXISTS (
        SELECT FROM user_networks AS o
        WHERE o.user_id = %(target)s AND o.network_key = n.network_key
    );

-- name: share_networks
-- Give a user the pins of networks that their sessions were on, as another has them.
INSERT INTO user_networks (
    user_id, network_key, address, network_class, kind, continent, country, region, city,
    postal_code, latitude, longitude, accuracy_radius_km, asn, organisation, pinned_at,
    last_seen_at
)
SELECT
    %(user_id)s, network_key, address, network_class, kind, continent, country, region, city,
    postal_code, latitude, longitude, accuracy_radius_km, asn, organisation, pinned_at,
    last_seen_at
FROM user_networks
WHERE user_id = %(other_id)s AND network_key IN (
    SELECT network_key FROM analytics_sessions WHERE user_id = %(user_id)s
    UNION
    SELECT past ->> 1
    FROM analytics_sessions
    CROSS JOIN LATERAL jsonb_array_elements(past_segments) AS past
    WHERE user_id = %(user_id)s
)
ORDER BY network_key
ON CONFLICT (user_id, network_key) DO NOTHING;

-- name: drop_networks
-- Let go of a person's pins since an account was merged into theirs that only its sessions used.
DELETE FROM user_networks AS n
USING users AS u
WHERE u.user_id = %(user_id)s AND n.user_id = %(person_id)s AND n.pinned_at >= u.merged_at
    AND n.network_key NOT IN (
        SELECT network_key
        FROM analytics_sessions
        WHERE user_id = %(person_id)s AND network_key IS NOT NULL
        UNION
        SELECT past ->> 1
        FROM analytics_sessions
        CROSS JOIN LATERAL jsonb_array_elements(past_segments) AS past
        WHERE user_id = %(person_id)s AND past ->> 1 IS NOT NULL
    );

-- name: set_cases_aside
-- Close a user's open cases of rules of which the person has an open one, too: it goes on in that.
UPDATE analytics_sharing_violations AS v
SET state = 'acknowledged', closed_at = %(now)s, closed_by = %(closed_by)s, notify_due_at = NULL
WHERE v.user_id = %(user_id)s AND v.state = 'open' AND EXISTS (
    SELECT FROM analytics_sharing_violations AS o
    WHERE o.user_id = %(person_id)s AND o.rule_id = v.rule_id AND o.state = 'open'
);

-- name: reopen_cases
-- Open a user's cases again that a merge had closed.
UPDATE analytics_sharing_violations
SET state = 'open', closed_at = NULL, closed_by = NULL
WHERE user_id = %(user_id)s AND state = 'acknowledged' AND closed_by = %(closed_by)s;

-- name: move_cases
-- Let an account's cases be another user's.
UPDATE analytics_sharing_violations
SET user_id = %(target)s, account_user_id = %(target_account)s
WHERE user_id = %(source)s AND account_user_id IS NOT DISTINCT FROM %(source_account)s::uuid;

-- name: move_ledger
-- Let what an account cost and earned be another user's.
UPDATE trust_ledger
SET user_id = %(target)s, account_user_id = %(target_account)s
WHERE user_id = %(source)s AND account_user_id IS NOT DISTINCT FROM %(source_account)s::uuid;

-- name: move_actions
-- Let what was asked of an account be asked of another user, but for what somebody is doing just
-- now, and what was asked of both by hand in the same words.
UPDATE actions AS a
SET user_id = %(target)s, account_user_id = %(target_account)s
WHERE a.user_id = %(source)s AND a.account_user_id IS NOT DISTINCT FROM %(source_account)s::uuid
    AND (a.finished_at IS NOT NULL OR a.claimed_until IS NULL)
    AND NOT EXISTS (
        SELECT FROM actions AS o WHERE o.user_id = %(target)s AND o.occasion = a.occasion
    );

-- name: forget_score
-- Forget the score of somebody whose ledger is another's.
DELETE FROM analytics_user_trust WHERE user_id = %(user_id)s;

-- name: forget_learned
-- Forget what was learned of somebody who is another now.
DELETE FROM user_households WHERE user_id = %(user_id)s;

-- name: forget_traces
-- Forget the traces of somebody who is another now.
DELETE FROM user_traces WHERE user_id = %(user_id)s;

-- name: list_accounts
-- A person's users, the person's own first, each with its accounts on media servers.
SELECT u.user_id, u.name AS user_name, u.merged_at, a.server_id, a.account_id, a.name, a.email,
    a.avatar, a.listed_at, a.gone_at
FROM users AS u
LEFT JOIN user_accounts AS a ON a.user_id = u.user_id
WHERE u.user_id = %(user_id)s OR u.merged_into = %(user_id)s
ORDER BY u.merged_at NULLS FIRST, u.user_id, a.server_id, a.account_id;

-- name: list_candidates
-- Everybody, by all that their accounts say.
SELECT
    coalesce(u.merged_into, u.user_id) AS user_id,
    min(u.first_seen_at) AS first_seen_at,
    array_remove(array_agg(DISTINCT u.name) || array_agg(DISTINCT a.name), NULL) AS names,
    array_remove(array_agg(DISTINCT u.email) || array_agg(DISTINCT a.email), NULL) AS emails,
    array_remove(array_agg(DISTINCT a.server_id), NULL) AS servers
FROM users AS u
LEFT JOIN user_accounts AS a ON a.user_id = u.user_id
GROUP BY 1;

-- name: list_names
-- What people are called.
SELECT user_id, name FROM users WHERE user_id = ANY(%(user_ids)s);
