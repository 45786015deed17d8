DROP INDEX session_facts_started_at;
CREATE INDEX session_facts_started_at ON session_facts (started_at) INCLUDE (
    user_id, id, content_id, work_id, content_type, plays, completed, watched_ms, ended_at
);
