-- How many events each worker stored in an hour, by how long after their time, in bins that grow by
-- a constant ratio (shared.domain.statistics.histogram). Whole, not to be added to: writing it
-- twice changes nothing.
CREATE TABLE event_lags (
    hour timestamptz NOT NULL,
    worker uuid NOT NULL,
    bin integer NOT NULL,
    events bigint NOT NULL,
    worst_lag interval NOT NULL,
    PRIMARY KEY (hour, worker, bin)
);

ALTER TABLE system_metrics
    ADD COLUMN events bigint NOT NULL DEFAULT 0,
    ADD COLUMN event_lag interval,
    ADD COLUMN worst_event_lag interval,
    ADD COLUMN statistics_lag interval NOT NULL DEFAULT '0';
