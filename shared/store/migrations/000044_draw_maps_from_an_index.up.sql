-- A map counts the sessions of a period by person, network and source, and how many of them go on. With
-- these beside the order of sessions, it reads an index alone, as does who counts what has ended.

DROP INDEX analytics_sessions_started_at;

CREATE INDEX analytics_sessions_started_at
ON analytics_sessions (started_at DESC, id DESC)
INCLUDE (content_type, user_id, network_key, source, stopped_at);
