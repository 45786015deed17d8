-- Libraries of media servers that were deleted are gone, as they are from now on. What a playback
-- service tells of by itself never had a server, and is called as the service calls it.
WITH buried AS (
    UPDATE libraries
    SET gone_at = now(), missing_since = coalesce(missing_since, now())
    WHERE media_server_id IS NULL AND id <> original_id AND gone_at IS NULL
    RETURNING id
)
INSERT INTO dirty_libraries (library_id, marked_at)
SELECT id, now() FROM buried
ON CONFLICT (library_id) DO NOTHING;

-- A size that no file has is not known.
WITH mended AS (
    UPDATE library_files SET size_bytes = NULL
    WHERE size_bytes > 17592186044416
    RETURNING library_id
)
INSERT INTO dirty_libraries (library_id, marked_at)
SELECT DISTINCT library_id, now() FROM mended
ON CONFLICT (library_id) DO NOTHING;
