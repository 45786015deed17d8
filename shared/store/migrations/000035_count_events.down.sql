ALTER TABLE system_metrics
    DROP COLUMN events,
    DROP COLUMN event_lag,
    DROP COLUMN worst_event_lag,
    DROP COLUMN statistics_lag;

DROP TABLE event_lags;
