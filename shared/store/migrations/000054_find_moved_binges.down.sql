DROP INDEX session_facts_adult;
DROP TABLE dirty_binges;
