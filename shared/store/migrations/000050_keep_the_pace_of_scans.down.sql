ALTER TABLE library_scans
    DROP COLUMN moved_at,
    DROP COLUMN page;
