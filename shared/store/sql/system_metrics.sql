-- name: keep_sample
-- Keep a sample for its hour: levels at their peak, sizes as they are at last.
INSERT INTO system_metrics AS m (
    hour, sampled_at, active_streams, bandwidth_kbps, due_users, dirty_items, detection_lag,
    statistics_lag, outbox_age, database_bytes
)
VALUES (
    date_trunc('hour', %(at)s::timestamptz, 'UTC'), %(at)s, %(active_streams)s, %(bandwidth_kbps)s,
    %(due_users)s, %(dirty_items)s, %(detection_lag)s,
    %(statistics_lag)s, %(outbox_age)s, pg_database_size(current_database())
)
ON CONFLICT (hour) DO UPDATE
SET
    sampled_at = greatest(m.sampled_at, excluded.sampled_at),
    active_streams = greatest(m.active_streams, excluded.active_streams),
    bandwidth_kbps = greatest(m.bandwidth_kbps, excluded.bandwidth_kbps),
    due_users = greatest(m.due_users, excluded.due_users),
    dirty_items = greatest(m.dirty_items, excluded.dirty_items),
    detection_lag = greatest(m.detection_lag, excluded.detection_lag),
    statistics_lag = greatest(m.statistics_lag, excluded.statistics_lag),
    outbox_age = greatest(m.outbox_age, excluded.outbox_age),
    database_bytes = excluded.database_bytes;

-- name: count_hours
-- Count what happened in the hour of an instant and in the one before, whose last sample came
-- before its end. The runs are found by skipping from job to job in the primary key.
UPDATE system_metrics AS m
SET
    sessions_started = (
        SELECT count(*)
        FROM analytics_sessions AS s
        WHERE s.started_at >= m.hour AND s.started_at < m.hour + interval '1 hour'
    ),
    (job_runs, job_failures) = (
        SELECT count(*), count(*) FILTER (WHERE r.state = 'failed')
        FROM job_runs AS r
        WHERE r.scheduled_at >= m.hour
            AND r.scheduled_at < m.hour + interval '1 hour'
            AND r.state <> 'running'
    ),
    (events, worst_event_lag, event_lag) = (
        SELECT
            coalesce(max(seen), 0),
            max(worst_lag),
            -- As shared.domain.statistics.histogram has it; none is longer than the worst.
            least(max(worst_lag), interval '1 millisecond' * (
                %(bin_ratio)s::double precision ^ (min(bin) FILTER (WHERE seen * 2 >= total) + 0.5)
            ))
        FROM (
            SELECT
                bin,
                sum(sum(l.events)) OVER (ORDER BY bin) AS seen,
                sum(sum(l.events)) OVER () AS total,
                max(l.worst_lag) AS worst_lag
            FROM event_lags AS l
            WHERE l.hour = m.hour
            GROUP BY bin
        ) AS bins
    )
WHERE m.hour > %(at)s::timestamptz - interval '2 hours';

-- name: list_hours
-- The hours that began after an instant, in order.
SELECT * FROM system_metrics WHERE hour > %(after)s ORDER BY hour;

-- name: write_lags
-- How many events a worker stored, as it counted them until now: a write may come twice, or late.
INSERT INTO event_lags AS l
SELECT hour, worker, bin, events, worst_seconds * interval '1 second'
FROM json_to_recordset(%(rows)s::json) AS r (
    hour timestamptz, worker uuid, bin integer, events bigint, worst_seconds double precision
)
ON CONFLICT (hour, worker, bin) DO UPDATE
SET events = excluded.events, worst_lag = excluded.worst_lag
WHERE l.events < excluded.events;

-- name: forget_lags
-- Forget how many events came in hours that began before an instant.
DELETE FROM event_lags WHERE hour < %(before)s;

-- name: forget
-- Forget hours that began before an instant.
DELETE FROM system_metrics WHERE hour < %(before)s;
