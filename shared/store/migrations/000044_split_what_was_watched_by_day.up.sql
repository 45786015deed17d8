-- What of a session was watched in which day, be it a zone's or one of UTC: one row for most sessions,
-- which have some quarter hours each, so that what is summed by day or month reads a third of the rows.
-- Days of every zone begin with a quarter hour.
--   spread: the milliseconds watched in each quarter hour, from that which the session began in.
--   watched_ms: their sum.
--   n: 1 for the part that the session began in.
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
