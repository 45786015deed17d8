-- name: add_operation
-- Note that many things are about to be done alike.
INSERT INTO bulk_operations (id, kind, actor, created_at)
VALUES (%(id)s, %(kind)s, %(actor)s, %(now)s);

-- name: find_operation
-- What was done to many, unless it is too long ago to be remembered.
SELECT id, kind, actor, created_at FROM bulk_operations WHERE id = %(id)s;

-- name: add_change
-- Remember what was changed, and what is to be known to take it back.
INSERT INTO bulk_changes (operation_id, item_id, user_id, before)
VALUES (%(operation_id)s, %(item_id)s, %(user_id)s, %(before)s);

-- name: list_changes
-- What was changed and is not taken back, in the order in which it was.
SELECT item_id FROM bulk_changes WHERE operation_id = %(operation_id)s ORDER BY number;

-- name: take_change
-- Claim a change to take it back; what it was before.
DELETE FROM bulk_changes
WHERE operation_id = %(operation_id)s AND item_id = %(item_id)s
RETURNING before;

-- name: forget_operations
-- Forget what can be taken back no more.
DELETE FROM bulk_operations WHERE created_at < %(before)s;
