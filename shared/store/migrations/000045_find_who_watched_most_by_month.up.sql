-- Who watched most of a content type, in a month or ever, is read from an index, and so is how much a
-- person watched in months and years.
CREATE INDEX user_period_statistics_watched ON user_period_statistics
    (grain, start, content_type, watched_ms DESC) INCLUDE (user_id);
DROP INDEX user_period_statistics_start;
CREATE INDEX user_statistics_watched ON user_statistics (content_type, watched_ms DESC)
    INCLUDE (user_id);
