DROP FUNCTION parts_of_days(timestamptz, integer[], bigint, timestamptz[], interval[]);
DROP FUNCTION local_time(timestamptz, timestamptz[], interval[]);
CREATE FUNCTION parts_of_days(
    started_at timestamptz, spread integer[], watched_ms bigint, zone text
)
RETURNS TABLE (n bigint, start timestamptz, ms integer)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT p.n, h.first + (p.n - 1) * interval '15 minutes', p.ms
    FROM (
        SELECT date_bin('15 minutes', started_at, timestamptz '1970-01-01 00:00:00+00') AS first
    ) AS h
    CROSS JOIN LATERAL unnest(
        CASE
            WHEN (h.first AT TIME ZONE zone)::date
                = ((h.first + (cardinality(spread) - 1) * interval '15 minutes')
                    AT TIME ZONE zone)::date
                AND (h.first AT TIME ZONE 'UTC')::date
                = ((h.first + (cardinality(spread) - 1) * interval '15 minutes')
                    AT TIME ZONE 'UTC')::date
            THEN ARRAY[watched_ms::integer]
            ELSE spread
        END
    ) WITH ORDINALITY AS p (ms, n);
END;
DELETE FROM statistics_zone WHERE zone <> 'UTC';
