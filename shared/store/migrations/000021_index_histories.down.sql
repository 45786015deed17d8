ALTER TABLE item_statistics DROP COLUMN names;
DROP INDEX analytics_sessions_ip_address;
CREATE INDEX analytics_sessions_user_content ON analytics_sessions (user_id, content_id);
DROP INDEX analytics_sessions_content_user;
