-- Hours of the week of everybody, by day and month of UTC: what is asked most often of the clock.
CREATE TABLE clock_statistics (
    grain text NOT NULL CHECK (grain IN ('day', 'month')),
    start date NOT NULL,
    -- Of the week of UTC: 0 is the first of Monday.
    hour smallint NOT NULL CHECK (hour BETWEEN 0 AND 167),
    content_type text NOT NULL,
    sessions bigint NOT NULL,
    plays bigint NOT NULL,
    completed bigint NOT NULL,
    watched_ms bigint NOT NULL,
    buffered_ms bigint NOT NULL,
    bits bigint NOT NULL,
    PRIMARY KEY (grain, start, hour, content_type)
) WITH (fillfactor = 80);

INSERT INTO clock_statistics
SELECT
    g.grain, date_trunc(g.grain, q.start AT TIME ZONE 'UTC')::date,
    (extract(isodow FROM q.start AT TIME ZONE 'UTC') - 1) * 24
        + extract(hour FROM q.start AT TIME ZONE 'UTC'),
    q.content_type, sum(q.sessions), sum(q.plays), sum(q.completed), sum(q.watched_ms),
    sum(q.buffered_ms), sum(q.bits)
FROM quarter_hour_statistics AS q
CROSS JOIN (VALUES ('day'), ('month')) AS g (grain)
GROUP BY 1, 2, 3, 4;
