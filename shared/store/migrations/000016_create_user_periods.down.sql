DROP TABLE user_period_statistics;
