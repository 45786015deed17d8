DROP TABLE rewatches;
DROP TABLE engagement_statistics;
-- Hours of several libraries are one again when statistics are next counted.
TRUNCATE quarter_hour_statistics, week_hour_statistics;
ALTER TABLE week_hour_statistics
    DROP COLUMN library_id,
    ADD PRIMARY KEY (month, hour, content_type, stream_type);
ALTER TABLE quarter_hour_statistics
    DROP COLUMN library_id,
    ADD PRIMARY KEY (start, content_type, stream_type);
DELETE FROM statistics_zone;
