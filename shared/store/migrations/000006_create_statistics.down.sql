DROP VIEW play_statistics;
DROP TABLE user_activity_daily;
