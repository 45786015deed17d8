-- Until when a deleted session lasted, and how far its producer's clock was ahead: by these a late
-- event shows that it belongs there, also if it does not say when its session began.
ALTER TABLE session_tombstones
    ADD COLUMN stopped_at timestamptz,
    ADD COLUMN clock_offset_ms bigint NOT NULL DEFAULT 0;
UPDATE session_tombstones SET stopped_at = started_at;
ALTER TABLE session_tombstones ALTER COLUMN stopped_at SET NOT NULL;
