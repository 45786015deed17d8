DROP INDEX session_tombstones_id;
