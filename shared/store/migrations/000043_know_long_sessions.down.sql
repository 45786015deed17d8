DROP STATISTICS session_facts_length;
