ALTER TABLE actions DROP COLUMN account_user_id;
ALTER TABLE trust_ledger DROP COLUMN account_user_id;
ALTER TABLE analytics_sharing_violations DROP COLUMN account_user_id;
ALTER TABLE user_networks DROP COLUMN account_user_id;
ALTER TABLE session_facts DROP COLUMN account_user_id;
ALTER TABLE analytics_sessions DROP COLUMN account_user_id;
ALTER TABLE users DROP COLUMN merged_into, DROP COLUMN merged_at;
