ALTER TABLE session_facts DROP COLUMN reached;
