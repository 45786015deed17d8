-- name: hold_people
-- Wait for whoever is just writing people, and keep others from it until this is committed: from
-- then on, whoever writes one sees who is to be erased.
LOCK TABLE users IN SHARE MODE;

-- name: bury
-- Remember that somebody is erased.
INSERT INTO erased_users (digest, erased_at)
VALUES (sha256(uuid_send(%(user_id)s)), %(now)s)
ON CONFLICT DO NOTHING;

-- name: unbury
-- Let somebody be recorded again who was erased, if that is over.
DELETE FROM erased_users
WHERE digest = sha256(uuid_send(%(user_id)s))
    AND NOT EXISTS (SELECT FROM erasures WHERE user_id = %(user_id)s AND finished_at IS NULL)
RETURNING digest;

-- name: find_erased
-- Which of these people were erased.
SELECT wanted.user_id
FROM unnest(%(user_ids)s::uuid[]) AS wanted (user_id)
JOIN erased_users AS e ON e.digest = sha256(uuid_send(wanted.user_id));

-- name: add_erasure
-- Ask for an erasure, unless it is asked for already.
INSERT INTO erasures (id, user_id, requested_by, requested_at, expected)
VALUES (%(id)s, %(user_id)s, %(actor)s, %(now)s, %(expected)s::jsonb)
ON CONFLICT (user_id) WHERE finished_at IS NULL DO NOTHING
RETURNING id;

-- name: list_erasures
-- Erasures, latest first; one alone, if its id or whom it is about is given.
SELECT id, user_id, requested_by, requested_at, expected, sessions, items, finished_at
FROM erasures
WHERE (%(id)s::uuid IS NULL OR id = %(id)s)
    AND (%(user_id)s::uuid IS NULL OR user_id = %(user_id)s)
    AND (%(after_at)s::timestamptz IS NULL
        OR (requested_at, id) < (%(after_at)s, %(after_id)s::uuid))
ORDER BY requested_at DESC, id DESC
LIMIT %(limit)s OFFSET %(offset)s;

-- name: count_erasures
-- How many erasures list_erasures would list.
SELECT count(*) AS erasures FROM erasures;

-- name: claim
-- Claim the erasure that waits longest and that nobody is at.
UPDATE erasures
SET leased_until = %(lease_until)s
WHERE id = (
        SELECT id
        FROM erasures
        WHERE finished_at IS NULL AND leased_until < %(now)s
        ORDER BY requested_at, id
        LIMIT 1
    )
    AND leased_until < %(now)s AND finished_at IS NULL
RETURNING id, user_id;

-- name: note_progress
-- Note what is gone, and stay at it.
UPDATE erasures
SET
    sessions = sessions + %(sessions)s,
    items = items + %(items)s,
    leased_until = %(lease_until)s
WHERE id = %(id)s;

-- name: finish
-- Close an erasure, and forget whom it was about.
UPDATE erasures
SET user_id = NULL, finished_at = %(now)s
WHERE id = %(id)s AND finished_at IS NULL;

-- name: delete_sessions
-- Delete some of a person's sessions.
DELETE FROM analytics_sessions
WHERE user_id = %(user_id)s AND id IN (
    SELECT id FROM analytics_sessions WHERE user_id = %(user_id)s ORDER BY id LIMIT %(limit)s
)
RETURNING id;

-- name: delete_keys
-- Let deleted sessions be nobody's current ones.
DELETE FROM session_keys WHERE id = ANY(%(ids)s);

-- name: has_history
-- Whether there are sessions of a person, or what statistics were made of.
SELECT EXISTS (SELECT FROM analytics_sessions WHERE user_id = %(user_id)s)
    OR EXISTS (SELECT FROM session_facts WHERE user_id = %(user_id)s) AS has_history;

-- name: list_words
-- What else than the id names a person: the names and accounts that they have, and the devices and
-- addresses that nobody else has.
SELECT name AS word FROM users WHERE user_id = %(user_id)s
UNION
SELECT email FROM users WHERE user_id = %(user_id)s
UNION
SELECT unnest(ARRAY[name, email, account_id]) FROM user_accounts WHERE user_id = %(user_id)s
UNION
SELECT device_id
FROM user_devices AS d
WHERE user_id = %(user_id)s AND NOT EXISTS (
    SELECT FROM user_devices AS other
    WHERE other.device_id = d.device_id AND other.user_id <> %(user_id)s
)
UNION
SELECT unnest(ARRAY[network_key, host(address)])
FROM user_networks AS n
WHERE user_id = %(user_id)s AND NOT EXISTS (
    SELECT FROM user_networks AS other
    WHERE other.address = n.address AND other.user_id <> %(user_id)s
);

-- name: delete_common_entries
-- Delete what is trusted of everybody, where it is a device or a home's network of this person alone;
-- what was made of a case of theirs forgets which that was.
WITH theirs AS (
    DELETE FROM trusted_entries AS t
    WHERE t.user_id IS NULL AND (
        EXISTS (
            SELECT FROM user_devices AS d
            WHERE d.user_id = %(user_id)s AND d.device_id = t.device_id
        ) AND NOT EXISTS (
            SELECT FROM user_devices AS d
            WHERE d.user_id <> %(user_id)s AND d.device_id = t.device_id
        )
        OR masklen(t.network) >= CASE family(t.network) WHEN 4 THEN 32 ELSE 48 END AND EXISTS (
            SELECT FROM user_networks AS n
            WHERE n.user_id = %(user_id)s AND n.address <<= t.network
        ) AND NOT EXISTS (
            SELECT FROM user_networks AS n
            WHERE n.user_id <> %(user_id)s AND n.address <<= t.network
        )
    )
)
UPDATE trusted_entries
SET case_id = NULL
WHERE case_id IN (
    SELECT id FROM analytics_sharing_violations WHERE user_id = %(user_id)s
);

-- name: move_bounds
-- Let portions of backtests begin, and end, with somebody else; with nobody, if there is nobody.
UPDATE backtest_portions AS p
SET
    first_user = coalesce((
        SELECT user_id FROM users
        WHERE user_id BETWEEN p.first_user AND p.last_user AND user_id <> %(user_id)s
        ORDER BY user_id LIMIT 1
    ), %(nobody)s),
    last_user = coalesce((
        SELECT user_id FROM users
        WHERE user_id BETWEEN p.first_user AND p.last_user AND user_id <> %(user_id)s
        ORDER BY user_id DESC LIMIT 1
    ), %(nobody)s)
WHERE %(user_id)s IN (p.first_user, p.last_user);

-- name: forget_watches
-- Forget what servers were seen to play, where that names a person: it is seen again.
UPDATE media_server_states AS s
SET watch = NULL
WHERE EXISTS (
    SELECT
    FROM user_accounts AS a, json_each(s.watch -> 'sessions') AS w
    WHERE a.user_id = %(user_id)s AND a.server_id = s.server_id
        AND w.value ->> 'account_id' = a.account_id
);

-- name: list_actors
-- What a person is called who does something.
SELECT 'user:' || %(user_id)s::text AS actor
UNION
SELECT 'key:' || name FROM api_keys WHERE user_id = %(user_id)s;

-- name: erase_from_audit
-- Take out of the audit log what it says of a person: that it was done, and by whom else, stays.
UPDATE audit_log
SET
    actor = CASE WHEN actor = ANY(%(actors)s) THEN %(no_actor)s ELSE actor END,
    subject = CASE WHEN subject ~* %(pattern)s THEN %(erased)s ELSE subject END,
    details = '{}',
    salt = NULL,
    erased_at = CASE WHEN number IS NOT NULL THEN coalesce(erased_at, %(now)s) END
WHERE actor = ANY(%(actors)s) OR subject ~* %(pattern)s OR details::text ~* %(pattern)s;
