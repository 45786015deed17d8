ALTER TABLE session_tombstones DROP COLUMN stopped_at, DROP COLUMN clock_offset_ms;
