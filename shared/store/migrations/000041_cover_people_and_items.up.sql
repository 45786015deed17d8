-- What people watched in a period is added up from an index alone.
DROP INDEX user_activity_daily_day;
CREATE INDEX user_activity_daily_day ON user_activity_daily (day) INCLUDE (
    user_id, content_type, sessions, plays, completed, watched_ms
);

-- Items are ranked by what takes the room that they take from an index alone.
DROP INDEX library_standings_work_id;
CREATE INDEX library_standings_work_id ON library_standings (work_id) INCLUDE (
    id, library_id, item_id, content_type, size_bytes
);
