DROP INDEX analytics_sessions_started_at;

CREATE INDEX analytics_sessions_started_at
ON analytics_sessions (started_at DESC, id DESC) INCLUDE (content_type);
