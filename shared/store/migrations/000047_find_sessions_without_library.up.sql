-- A scan finds what was played of an item before its library was known. Where servers tell libraries,
-- or have been read before, there is next to nothing in it.
CREATE INDEX analytics_sessions_without_library ON analytics_sessions (content_id, user_id)
    WHERE library_id IS NULL;
