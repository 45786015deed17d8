-- Lists leave out adult content unless the caller may see it; a map counts the sessions of a period by
-- person, network and source, and how many of them go on. With these beside the order of sessions, what
-- an offset skips, what is counted and what a map shows is told by an index alone: a year of one who
-- watches much lies in half the pages of the table.

DROP INDEX analytics_sessions_started_at;

CREATE INDEX analytics_sessions_started_at
ON analytics_sessions (started_at DESC, id DESC)
INCLUDE (content_type, user_id, network_key, source, stopped_at);

DROP INDEX analytics_sessions_user_started_at;

CREATE INDEX analytics_sessions_user_started_at
ON analytics_sessions (user_id, started_at DESC, id DESC)
INCLUDE (content_type, network_key, source, stopped_at);
