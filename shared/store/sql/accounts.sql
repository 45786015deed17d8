-- name: add_people
-- Note people who are only known by their accounts so far, except those who were erased.
INSERT INTO users AS u (user_id, name, email, first_seen_at, last_active_at)
SELECT user_id, name, email, %(now)s, %(now)s
FROM json_to_recordset(%(rows)s::json) AS r (user_id uuid, name text, email text)
WHERE NOT EXISTS (SELECT FROM erased_users AS e WHERE e.digest = sha256(uuid_send(r.user_id)))
ORDER BY user_id
ON CONFLICT (user_id) DO UPDATE
SET name = coalesce(excluded.name, u.name), email = coalesce(u.email, excluded.email)
WHERE u.name IS DISTINCT FROM coalesce(excluded.name, u.name)
    OR u.email IS DISTINCT FROM coalesce(u.email, excluded.email);

-- name: unarchive_people
-- Take back that people are gone, where that was said because their account was.
UPDATE users AS u
SET archived_at = NULL
FROM json_to_recordset(%(rows)s::json) AS r (user_id uuid, account_id text)
JOIN user_accounts AS a USING (user_id, account_id)
JOIN users AS t USING (user_id)
WHERE u.user_id = coalesce(t.merged_into, t.user_id)
    AND a.server_id = %(server_id)s AND a.gone_at = u.archived_at;

-- name: list_accounts
-- Note the accounts that a server lists, of those who are known.
INSERT INTO user_accounts AS a
    (user_id, server_id, account_id, name, email, avatar, listed_at)
SELECT user_id, %(server_id)s, account_id, name, email, avatar, %(now)s
FROM json_populate_recordset(NULL::user_accounts, %(rows)s::json)
WHERE user_id IN (SELECT user_id FROM users)
ORDER BY user_id
ON CONFLICT (user_id, server_id, account_id) DO UPDATE
SET
    name = coalesce(excluded.name, a.name),
    email = coalesce(excluded.email, a.email),
    avatar = excluded.avatar,
    listed_at = excluded.listed_at,
    missing_since = NULL,
    gone_at = NULL;

-- name: miss_accounts
-- Note since when a server does not list accounts that it listed before.
UPDATE user_accounts
SET missing_since = %(now)s
WHERE server_id = %(server_id)s AND listed_at < %(now)s AND missing_since IS NULL;

-- name: end_accounts
-- End accounts that their server has not listed for long, and archive whom no other account is left.
WITH ended AS (
    UPDATE user_accounts
    SET gone_at = %(now)s
    WHERE server_id = %(server_id)s AND missing_since <= %(missing_since)s AND gone_at IS NULL
    RETURNING user_id
)
UPDATE users AS u
SET archived_at = %(now)s
FROM ended AS e
JOIN users AS t USING (user_id)
WHERE u.user_id = coalesce(t.merged_into, t.user_id) AND u.archived_at IS NULL
    AND NOT EXISTS (
        SELECT FROM users AS theirs
        JOIN user_accounts AS other ON other.user_id = theirs.user_id
        WHERE u.user_id IN (theirs.user_id, theirs.merged_into) AND other.gone_at IS NULL
            AND (other.server_id <> %(server_id)s OR other.missing_since IS NULL)
    )
RETURNING u.user_id;
