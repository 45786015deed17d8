-- Titles and works that are looked for by name are ranked from an index alone, too; and sessions that
-- were on as a period began or ended are found in one.
DROP INDEX session_facts_started_at;
CREATE INDEX session_facts_started_at ON session_facts (started_at) INCLUDE (
    user_id, id, content_id, work_id, content_type, plays, completed, watched_ms, ended_at
);
DROP INDEX session_facts_content_id;
CREATE INDEX session_facts_content_id ON session_facts (content_id, started_at) INCLUDE (
    user_id, content_type, plays, completed, watched_ms, ended_at
);
DROP INDEX session_facts_work_id;
CREATE INDEX session_facts_work_id ON session_facts (work_id, started_at) INCLUDE (
    user_id, content_type, plays, completed, watched_ms, ended_at
);
-- What is stale is added up from an index alone.
CREATE INDEX library_standings_stale ON library_standings (added_at) INCLUDE (
    last_played_at, size_bytes, library_id, content_type
) WHERE files > 0;
