DROP INDEX user_statistics_watched;
CREATE INDEX user_period_statistics_start ON user_period_statistics (grain, start);
DROP INDEX user_period_statistics_watched;
