-- name: mark_users
-- Ask for users to be looked at. DO UPDATE: the detector that has just read must see the mark.
INSERT INTO dirty_users AS d (user_id, due_at, marked_at)
SELECT user_id, %(due_at)s, %(now)s
FROM unnest(%(user_ids)s::uuid[]) AS u (user_id)
ORDER BY user_id
ON CONFLICT (user_id) DO UPDATE
SET due_at = least(d.due_at, excluded.due_at), marked_at = excluded.marked_at;

-- name: list_due_users
-- Users whose time has come, longest due first.
SELECT user_id FROM dirty_users WHERE due_at <= %(now)s ORDER BY due_at LIMIT %(limit)s;

-- name: take_user
-- Take a user's mark away, first thing: what is marked from now on will be looked at again.
DELETE FROM dirty_users WHERE user_id = %(user_id)s RETURNING due_at;

-- name: take_users
-- Take the marks of many users away, in the order in which others set them.
DELETE FROM dirty_users
WHERE user_id IN (
    SELECT user_id FROM dirty_users
    WHERE user_id = ANY(%(user_ids)s)
    ORDER BY user_id
    FOR UPDATE
)
RETURNING user_id;

-- name: mark_active_users
-- Ask for everybody to be looked at: a rule has changed.
INSERT INTO dirty_users AS d (user_id, due_at, marked_at)
SELECT user_id, %(now)s, %(now)s
FROM users
WHERE last_active_at >= %(active_since)s AND user_id > %(after)s AND merged_into IS NULL
ORDER BY user_id
LIMIT %(limit)s
ON CONFLICT (user_id) DO UPDATE
SET due_at = least(d.due_at, excluded.due_at), marked_at = excluded.marked_at
RETURNING user_id;

-- name: mark_users_on_network
-- Ask for everybody to be looked at who was seen on a network.
INSERT INTO dirty_users AS d (user_id, due_at, marked_at)
SELECT DISTINCT user_id, %(now)s::timestamptz, %(now)s::timestamptz
FROM user_networks
WHERE address <<= %(network)s AND user_id > %(after)s
ORDER BY user_id
LIMIT %(limit)s
ON CONFLICT (user_id) DO UPDATE
SET due_at = least(d.due_at, excluded.due_at), marked_at = excluded.marked_at
RETURNING user_id;

-- name: mark_users_with_device
-- Ask for everybody to be looked at who has a device of this id, on whichever account.
INSERT INTO dirty_users AS d (user_id, due_at, marked_at)
SELECT DISTINCT coalesce(u.merged_into, u.user_id), %(now)s::timestamptz, %(now)s::timestamptz
FROM user_devices AS o
JOIN users AS u ON u.user_id = o.user_id
WHERE o.device_id = %(device_id)s AND coalesce(u.merged_into, u.user_id) > %(after)s
ORDER BY 1
LIMIT %(limit)s
ON CONFLICT (user_id) DO UPDATE
SET due_at = least(d.due_at, excluded.due_at), marked_at = excluded.marked_at
RETURNING user_id;

-- name: mark_users_between
-- Ask for everybody to be looked at who was seen between two latitudes.
INSERT INTO dirty_users AS d (user_id, due_at, marked_at)
SELECT DISTINCT user_id, %(now)s::timestamptz, %(now)s::timestamptz
FROM located_networks
WHERE latitude BETWEEN %(south)s AND %(north)s AND user_id > %(after)s
ORDER BY user_id
LIMIT %(limit)s
ON CONFLICT (user_id) DO UPDATE
SET due_at = least(d.due_at, excluded.due_at), marked_at = excluded.marked_at
RETURNING user_id;

-- name: mark_users_of_source
-- Ask for everybody to be looked at who played from a source since a session.
INSERT INTO dirty_users AS d (user_id, due_at, marked_at)
SELECT DISTINCT user_id, %(now)s::timestamptz, %(now)s::timestamptz
FROM analytics_sessions
WHERE id >= %(first)s AND source = %(source)s AND user_id > %(after)s
ORDER BY user_id
LIMIT %(limit)s
ON CONFLICT (user_id) DO UPDATE
SET due_at = least(d.due_at, excluded.due_at), marked_at = excluded.marked_at
RETURNING user_id;

-- name: mark_dormant
-- Ask for people who have been silent for long to be looked at.
INSERT INTO dirty_users AS d (user_id, due_at, marked_at)
SELECT user_id, %(now)s, %(now)s
FROM users
WHERE last_active_at < %(silent_since)s AND archived_at IS NULL AND user_id > %(after)s
    AND merged_into IS NULL
ORDER BY user_id
LIMIT %(limit)s
ON CONFLICT (user_id) DO UPDATE
SET due_at = least(d.due_at, excluded.due_at), marked_at = excluded.marked_at
RETURNING user_id;

-- name: count_dirty
-- How much waits to be looked at or counted, and since when the longest does. What cannot be counted
-- for now is of the first, since it is missing, and not of the second, since nobody is late with it.
SELECT
    (SELECT count(*) FROM dirty_users WHERE due_at <= %(now)s) AS due_users,
    (SELECT min(due_at) FROM dirty_users WHERE due_at <= %(now)s) AS oldest_due_at,
    (SELECT count(*) FROM dirty_items) + (
        SELECT count(*)
        FROM put_off_items AS p
        WHERE NOT EXISTS (
            SELECT FROM dirty_items AS d WHERE d.user_id = p.user_id AND d.content_id = p.content_id
        )
    ) AS dirty_items,
    (SELECT min(marked_at) FROM dirty_items) AS oldest_marked_at;
