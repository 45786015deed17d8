-- name: list_entries_of_users
-- What has a say in people's timelines: their own entries, those of accounts that were merged into
-- theirs, and those that are for everybody. Whose an entry is replaces what it says of that.
SELECT t.*, coalesce(u.merged_into, u.user_id) AS user_id
FROM users AS u
JOIN trusted_entries AS t ON t.user_id = u.user_id
WHERE u.user_id = ANY(%(user_ids)s) OR u.merged_into = ANY(%(user_ids)s)
UNION ALL
SELECT t.*, t.user_id FROM trusted_entries AS t WHERE t.user_id IS NULL;

-- name: list_pairs
-- The pairs of users who are trusted together, as the people whom they were merged into.
SELECT t.*, coalesce(u.merged_into, t.user_id) AS user_id,
    coalesce(o.merged_into, t.other_user_id) AS other_user_id
FROM trusted_entries AS t
LEFT JOIN users AS u ON u.user_id = t.user_id
LEFT JOIN users AS o ON o.user_id = t.other_user_id
WHERE t.kind = 'pair';

-- name: list_entries
-- Trusted entries, newest first; every filter is optional. A pair is of both its users.
SELECT t.*, owner.name AS user_name, other.name AS other_user_name,
    (t.expires_at > %(now)s OR t.expires_at IS NULL) AS in_force
FROM trusted_entries AS t
LEFT JOIN users AS owner ON owner.user_id = t.user_id
LEFT JOIN users AS other ON other.user_id = t.other_user_id
WHERE (%(id)s::uuid IS NULL OR t.id = %(id)s)
    AND (%(kind)s::text IS NULL OR t.kind = %(kind)s)
    AND (%(user_id)s::uuid IS NULL OR EXISTS (
        SELECT FROM users AS u
        WHERE u.user_id IN (t.user_id, t.other_user_id)
            AND %(user_id)s IN (u.user_id, u.merged_into)
    ))
    AND (%(case_id)s::uuid IS NULL OR t.case_id = %(case_id)s)
    AND (%(in_force)s::boolean IS NULL
        OR (t.expires_at > %(now)s OR t.expires_at IS NULL) = %(in_force)s)
    AND (%(after_at)s::timestamptz IS NULL
        OR (t.created_at, t.id) < (%(after_at)s, %(after_id)s::uuid))
ORDER BY t.created_at DESC, t.id DESC
LIMIT %(limit)s OFFSET %(offset)s;

-- name: count_entries
-- How many entries list_entries would list.
SELECT count(*) AS entries
FROM trusted_entries AS t
WHERE (%(kind)s::text IS NULL OR t.kind = %(kind)s)
    AND (%(user_id)s::uuid IS NULL OR EXISTS (
        SELECT FROM users AS u
        WHERE u.user_id IN (t.user_id, t.other_user_id)
            AND %(user_id)s IN (u.user_id, u.merged_into)
    ))
    AND (%(case_id)s::uuid IS NULL OR t.case_id = %(case_id)s)
    AND (%(in_force)s::boolean IS NULL
        OR (t.expires_at > %(now)s OR t.expires_at IS NULL) = %(in_force)s);

-- name: add_entry
-- Trust something. What is on the list already stays one entry, and is renewed.
INSERT INTO trusted_entries AS t (
    id, kind, user_id, other_user_id, device_id, network, latitude, longitude, radius_km, note,
    case_id, created_by, created_at, expires_at
)
VALUES (
    %(id)s, %(kind)s, %(user_id)s, %(other_user_id)s, %(device_id)s, %(network)s, %(latitude)s,
    %(longitude)s, %(radius_km)s, %(note)s, %(case_id)s, %(actor)s, %(now)s, %(expires_at)s
)
ON CONFLICT (
    user_id, kind, other_user_id, device_id, network, latitude, longitude, radius_km
) DO UPDATE
SET
    note = coalesce(excluded.note, t.note),
    case_id = coalesce(excluded.case_id, t.case_id),
    expires_at = excluded.expires_at
RETURNING t.id, old.id IS NULL AS is_new;

-- name: hold_entry
-- Hold an entry until the transaction ends: who changes it too waits, and then reads what was changed.
SELECT id FROM trusted_entries WHERE id = %(id)s FOR NO KEY UPDATE;

-- name: change_entry
-- Change how long something is trusted, and why.
UPDATE trusted_entries
SET expires_at = %(expires_at)s, note = %(note)s
WHERE id = %(id)s
RETURNING id;

-- name: delete_entry
-- Trust something no longer, as if it never had been.
DELETE FROM trusted_entries WHERE id = %(id)s RETURNING id;

-- name: forget_entries
-- Let go of entries that expired before everything that is kept began.
DELETE FROM trusted_entries WHERE expires_at < %(before)s;

-- name: list_users_with_cases
-- Who had a case since an instant and may be concerned by an entry, the latest case first; what
-- the entry is about narrows them down.
SELECT v.user_id
FROM analytics_sharing_violations AS v
WHERE v.last_seen_at >= %(since)s
    AND (%(user_id)s::uuid IS NULL OR v.user_id = %(user_id)s)
    AND (%(device_id)s::text IS NULL OR EXISTS (
        SELECT FROM user_devices AS d
        JOIN users AS u ON u.user_id = d.user_id
        WHERE v.user_id IN (u.user_id, u.merged_into) AND d.device_id = %(device_id)s
    ))
    AND (%(network)s::cidr IS NULL OR EXISTS (
        SELECT FROM user_networks AS n
        WHERE n.user_id = v.user_id AND n.address <<= %(network)s::cidr
    ))
GROUP BY v.user_id
ORDER BY max(v.last_seen_at) DESC, v.user_id
LIMIT %(limit)s;
