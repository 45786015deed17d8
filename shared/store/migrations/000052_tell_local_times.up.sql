-- The local time of a zone, as told by who asks: the zones that the database knows are of another
-- release, and CET, EET, MET and WET have no summer there.
--   changes: the instants at which the zone's distance from UTC changes, in order.
--   ahead: how far it is ahead before the first of them, and from each of them on.
CREATE FUNCTION local_time(instant timestamptz, changes timestamptz[], ahead interval[])
RETURNS timestamp
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (instant AT TIME ZONE 'UTC') + ahead[width_bucket(instant, changes) + 1];

DROP FUNCTION parts_of_days(timestamptz, integer[], bigint, text);

-- What of a session was watched in which day, be it a zone's or one of UTC: one row for most sessions,
-- which have some quarter hours each, so that what is summed by day or month reads a third of the rows.
-- Days of every zone begin with a quarter hour.
--   spread: the milliseconds watched in each quarter hour, from that which the session began in.
--   watched_ms: their sum.
--   changes, ahead: the zone.
--   n: 1 for the part that the session began in.
CREATE FUNCTION parts_of_days(
    started_at timestamptz, spread integer[], watched_ms bigint,
    changes timestamptz[], ahead interval[]
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
            WHEN local_time(h.first, changes, ahead)::date
                = local_time(
                    h.first + (cardinality(spread) - 1) * interval '15 minutes', changes, ahead
                )::date
                AND (h.first AT TIME ZONE 'UTC')::date
                = ((h.first + (cardinality(spread) - 1) * interval '15 minutes')
                    AT TIME ZONE 'UTC')::date
            THEN ARRAY[watched_ms::integer]
            ELSE spread
        END
    ) WITH ORDINALITY AS p (ms, n);
END;

-- Days of other zones are to be added up anew, as some may begin elsewhere.
DELETE FROM statistics_zone WHERE zone <> 'UTC';
