-- name: find_key
-- The key with this digest, or that had it until not long ago, if it is still good.
SELECT id, name, role, user_id, permissions
FROM api_keys
WHERE (digest = %(digest)s OR id = (
        SELECT key_id FROM former_api_keys WHERE digest = %(digest)s AND good_until > %(now)s
    ))
    AND revoked_at IS NULL
    AND (expires_at IS NULL OR expires_at > %(now)s);

-- name: add_key
-- Add a key; one that is there already is left as it is.
INSERT INTO api_keys (id, name, digest, hint, role, user_id, permissions, created_at, expires_at)
VALUES (%(id)s, %(name)s, %(digest)s, %(hint)s, %(role)s, %(user_id)s, %(permissions)s, %(now)s,
    %(expires_at)s)
ON CONFLICT DO NOTHING
RETURNING id;

-- name: list_keys
-- All keys, newest first.
SELECT id, name, hint, role, user_id, permissions, created_at, rotated_at, expires_at, revoked_at
FROM api_keys
ORDER BY created_at DESC, id DESC;

-- name: find_key_by_id
-- One key.
SELECT id, name, hint, role, user_id, permissions, created_at, rotated_at, expires_at, revoked_at
FROM api_keys
WHERE id = %(id)s;

-- name: revoke_key
-- Revoke a key.
UPDATE api_keys SET revoked_at = coalesce(revoked_at, %(now)s) WHERE id = %(id)s RETURNING id;

-- name: rotate_key
-- Give a key that is good another secret, which opens it from now on.
UPDATE api_keys
SET digest = %(digest)s, hint = %(hint)s, rotated_at = %(now)s
WHERE id = %(id)s
    AND revoked_at IS NULL
    AND (expires_at IS NULL OR expires_at > %(now)s)
RETURNING old.digest AS former;

-- name: keep_former
-- Let a former secret open its key for a while.
INSERT INTO former_api_keys (digest, key_id, good_until)
VALUES (%(digest)s, %(id)s, %(good_until)s);

-- name: forget_former
-- Forget former secrets that open nothing any more.
DELETE FROM former_api_keys WHERE good_until <= %(now)s;
