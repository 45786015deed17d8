DROP INDEX library_standings_work_id;
CREATE INDEX library_standings_work_id ON library_standings (work_id);
DROP INDEX user_activity_daily_day;
CREATE INDEX user_activity_daily_day ON user_activity_daily (day);
