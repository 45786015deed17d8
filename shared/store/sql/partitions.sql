-- name: list_partitions
-- The partitions of the sessions table.
SELECT c.relname AS name
FROM pg_inherits AS i
JOIN pg_class AS c ON c.oid = i.inhrelid
WHERE i.inhparent = 'analytics_sessions'::regclass
ORDER BY c.relname;

-- name: forget_keys
-- Forget the keys of sessions whose ids lie in a range: their partition is dropped.
DELETE FROM session_keys WHERE id >= %(low)s AND id < %(high)s;

-- name: forget_tombstones
-- Forget deleted sessions whose ids lie in a range: no event can bring them back any more.
DELETE FROM session_tombstones WHERE id >= %(low)s AND id < %(high)s;
