-- How few sessions last longer than a day. Unless told, PostgreSQL takes a third of all for such, and
-- plans what is asked of a period for that.
CREATE STATISTICS session_facts_length ON (ended_at - started_at) FROM session_facts;

ANALYZE session_facts;
