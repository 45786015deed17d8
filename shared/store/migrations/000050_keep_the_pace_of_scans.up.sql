-- When a scan last got on, and how many items its server manages at once, where that are fewer than
-- are asked for at first.
ALTER TABLE library_scans
    ADD COLUMN moved_at timestamptz,
    ADD COLUMN page integer CHECK (page > 0);
