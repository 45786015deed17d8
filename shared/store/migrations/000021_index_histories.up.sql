-- Finding sessions in long histories: by what they play, by where from, and by what it is called.

-- Serves what looked for (user_id, content_id), and who looks for an item's sessions of everybody.
CREATE INDEX analytics_sessions_content_user ON analytics_sessions (content_id, user_id);
DROP INDEX analytics_sessions_user_content;
CREATE INDEX analytics_sessions_ip_address ON analytics_sessions (ip_address);

-- All that an item is called, in lower case: words are looked for in it.
ALTER TABLE item_statistics ADD COLUMN names text NOT NULL GENERATED ALWAYS AS (lower(
    coalesce(title, '') || ' ' || coalesce(show_title, '') || ' ' || coalesce(artist, '') || ' '
    || coalesce(album, '') || ' ' || coalesce(channel_title, '')
)) STORED;
