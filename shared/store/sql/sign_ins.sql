-- name: add
-- Sign somebody in.
INSERT INTO sign_ins (
    id, digest, caller, key_digest, permissions, user_id, created_at, seen_at, expires_at, address,
    client
)
VALUES (
    %(id)s, %(digest)s, %(caller)s, %(key_digest)s, %(permissions)s, %(user_id)s, %(now)s, %(now)s,
    %(expires_at)s, %(address)s, %(client)s
);

-- name: find
-- The sign-in with this digest, if it has neither expired nor been left idle.
SELECT id, caller, key_digest, permissions, user_id, seen_at
FROM sign_ins
WHERE digest = %(digest)s AND expires_at > %(now)s AND seen_at > %(idle_since)s;

-- name: note_seen
-- Note that somebody is there.
UPDATE sign_ins SET seen_at = greatest(seen_at, %(now)s) WHERE id = %(id)s;

-- name: list_own
-- Where a caller is signed in, latest first.
SELECT id, created_at, seen_at, expires_at, address, client
FROM sign_ins AS s
WHERE caller = %(caller)s
    AND expires_at > %(now)s
    AND seen_at > %(idle_since)s
    AND (key_digest IS NULL
        OR EXISTS (SELECT FROM api_keys AS k WHERE k.digest = s.key_digest)
        OR EXISTS (
            SELECT FROM former_api_keys AS f
            WHERE f.digest = s.key_digest AND f.good_until > %(now)s
        ))
ORDER BY created_at DESC, id DESC;

-- name: end_one
-- Sign a caller out of one browser.
DELETE FROM sign_ins WHERE caller = %(caller)s AND id = %(id)s;

-- name: end_others
-- Sign a caller out of all browsers but one.
DELETE FROM sign_ins WHERE caller = %(caller)s AND id IS DISTINCT FROM %(kept)s::uuid;

-- name: forget
-- Forget sign-ins that have expired, were left idle, or whose key opens nothing any more.
DELETE FROM sign_ins AS s
WHERE expires_at <= %(now)s
    OR seen_at <= %(idle_since)s
    OR (key_digest IS NOT NULL
        AND NOT EXISTS (
            SELECT FROM api_keys AS k
            WHERE k.digest = s.key_digest
                AND k.revoked_at IS NULL
                AND (k.expires_at IS NULL OR k.expires_at > %(now)s)
        )
        AND NOT EXISTS (
            SELECT FROM former_api_keys AS f
            JOIN api_keys AS k ON k.id = f.key_id
            WHERE f.digest = s.key_digest
                AND f.good_until > %(now)s
                AND k.revoked_at IS NULL
                AND (k.expires_at IS NULL OR k.expires_at > %(now)s)
        ));
