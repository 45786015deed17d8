-- How the system fared, hour by hour.
CREATE TABLE system_metrics (
    hour timestamptz PRIMARY KEY,
    sampled_at timestamptz NOT NULL,
    -- The highest of the hour's samples.
    active_streams integer NOT NULL,
    bandwidth_kbps bigint NOT NULL,
    due_users bigint NOT NULL,
    dirty_items bigint NOT NULL,
    detection_lag interval NOT NULL,
    outbox_age interval NOT NULL,
    -- As of the latest sample.
    database_bytes bigint NOT NULL,
    -- Counted over the hour, and once more when it is over.
    sessions_started bigint NOT NULL DEFAULT 0,
    job_runs bigint NOT NULL DEFAULT 0,
    job_failures bigint NOT NULL DEFAULT 0
);
