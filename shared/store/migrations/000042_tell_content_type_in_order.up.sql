-- Lists leave out adult content unless the caller may see it. With the content type beside the order
-- of sessions, what an offset skips and what is counted is told by the index alone.

DROP INDEX analytics_sessions_started_at;

CREATE INDEX analytics_sessions_started_at
ON analytics_sessions (started_at DESC, id DESC) INCLUDE (content_type);
