DROP INDEX session_facts_started_at;
CREATE INDEX session_facts_started_at ON session_facts (started_at);
