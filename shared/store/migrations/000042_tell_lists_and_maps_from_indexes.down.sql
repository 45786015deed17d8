DROP INDEX analytics_sessions_user_started_at;

CREATE INDEX analytics_sessions_user_started_at
ON analytics_sessions (user_id, started_at DESC, id DESC);

DROP INDEX analytics_sessions_started_at;

CREATE INDEX analytics_sessions_started_at ON analytics_sessions (started_at DESC, id DESC);
