-- A map of one person, and what a person's sessions are counted and skipped by, is read from an index
-- alone: a year of one who watches much lies in half the pages of the table.

DROP INDEX analytics_sessions_user_started_at;

CREATE INDEX analytics_sessions_user_started_at
ON analytics_sessions (user_id, started_at DESC, id DESC)
INCLUDE (content_type, network_key, source, stopped_at);
