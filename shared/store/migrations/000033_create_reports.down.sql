DROP TABLE server_reports;
DROP TABLE user_reports;
DROP TABLE dirty_user_days;
