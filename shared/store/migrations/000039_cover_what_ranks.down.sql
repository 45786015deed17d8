DROP INDEX library_standings_stale;
DROP INDEX session_facts_work_id;
CREATE INDEX session_facts_work_id ON session_facts (work_id, started_at);
DROP INDEX session_facts_content_id;
CREATE INDEX session_facts_content_id ON session_facts (content_id, started_at);
DROP INDEX session_facts_started_at;
CREATE INDEX session_facts_started_at ON session_facts (started_at) INCLUDE (
    user_id, content_id, work_id, content_type, plays, completed, watched_ms, ended_at
);
