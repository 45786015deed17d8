DROP TABLE audit_log;
DROP TABLE api_keys;
DROP TABLE job_runs;
DROP TABLE dirty_days;
DROP TABLE dirty_users;
