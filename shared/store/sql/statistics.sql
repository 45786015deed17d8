-- name: filters
-- Which facts of sessions (s, with their facet f) count, as a part of the statements that read facts.
-- What facts tell themselves is not asked of facets, which then need not be read.
    (%(users)s::uuid[] IS NULL OR s.user_id = ANY(%(users)s))
    AND (%(groups)s::text[] IS NULL
        OR s.user_id IN (SELECT user_id FROM users WHERE groups && %(groups)s))
    AND (%(items)s::text[] IS NULL OR s.content_id = ANY(%(items)s))
    AND (%(works)s::uuid[] IS NULL OR s.work_id = ANY(%(works)s))
    AND (%(devices)s::text[] IS NULL OR s.device_id = ANY(%(devices)s))
    AND (%(servers)s::text[] IS NULL OR f.server_id = ANY(%(servers)s))
    AND (%(libraries)s::text[] IS NULL OR f.library_id = ANY(%(libraries)s))
    AND (%(content_types)s::text[] IS NULL OR s.content_type = ANY(%(content_types)s))
    AND (%(device_types)s::text[] IS NULL OR f.device_type = ANY(%(device_types)s))
    AND (%(clients)s::text[] IS NULL OR f.client_name = ANY(%(clients)s))
    AND (%(platforms)s::text[] IS NULL OR f.platform = ANY(%(platforms)s))
    AND (%(stream_types)s::text[] IS NULL OR f.stream_type = ANY(%(stream_types)s))
    AND (%(locations)s::text[] IS NULL OR f.location = ANY(%(locations)s))
    AND (%(countries)s::text[] IS NULL OR f.country = ANY(%(countries)s))
    AND (%(adult)s OR s.content_type NOT LIKE 'qar.%%')

-- name: within
-- What sessions did within a period, as a part of the statements that rank it. Watch time counts
-- where it was watched.
--   1. Sessions within the period: read from an index alone, unless devices are asked for.
--      Both halves must be of the same types, or PostgreSQL reads them as they stand.
--   2. Those that were on as it began or ended, found in an index, with their part of it. OFFSET 0
--      has each of them searched for, since PostgreSQL takes them for many.
    SELECT
        user_id, content_type, content_id, work_id, device_id, facet_id, plays, completed, watched_ms
    FROM session_facts
    WHERE started_at >= %(start)s AND started_at < %(end)s AND ended_at <= %(end)s
    UNION ALL
    SELECT
        s.user_id, s.content_type, s.content_id, s.work_id, s.device_id, s.facet_id,
        CASE WHEN s.started_at >= %(start)s THEN s.plays ELSE 0::smallint END,
        CASE WHEN s.started_at >= %(start)s THEN s.completed ELSE 0::smallint END,
        (
            SELECT coalesce(sum(q.ms), 0)::bigint
            FROM unnest(s.spread) WITH ORDINALITY AS q (ms, n)
            WHERE date_bin('15 minutes', s.started_at, timestamptz '1970-01-01 00:00:00+00')
                    + (q.n - 1) * interval '15 minutes' >= %(start)s
                AND date_bin('15 minutes', s.started_at, timestamptz '1970-01-01 00:00:00+00')
                    + (q.n - 1) * interval '15 minutes' < %(end)s
        )
    FROM (
        SELECT user_id, id
        FROM session_facts
        WHERE started_at >= %(start)s::timestamptz - interval '1 day'
            AND started_at < %(start)s
            AND ended_at > %(start)s
        UNION
        SELECT user_id, id
        FROM session_facts
        WHERE started_at >= %(end)s::timestamptz - interval '1 day'
            AND started_at < %(end)s
            AND ended_at > %(end)s
        UNION
        SELECT user_id, id
        FROM session_facts
        WHERE ended_at - started_at > interval '1 day'
            AND ended_at > %(start)s
            AND started_at < %(end)s
            AND (started_at < %(start)s OR ended_at > %(end)s)
    ) AS e
    CROSS JOIN LATERAL (
        SELECT * FROM session_facts WHERE user_id = e.user_id AND id = e.id OFFSET 0
    ) AS s

-- name: list_user_days
-- A user's days, in the service's time zone.
SELECT day, content_type, sessions, plays, completed, watched_ms
FROM user_activity_daily
WHERE user_id = %(user_id)s AND (sessions > 0 OR watched_ms > 0)
ORDER BY day, content_type;

-- name: list_days
-- Everybody's days together.
SELECT day, content_type, sessions, plays, completed, watched_ms, users
FROM play_statistics
WHERE day >= %(first_day)s AND day < %(day_after)s
    AND users > 0
    AND (%(content_types)s::text[] IS NULL OR content_type = ANY(%(content_types)s))
    AND (%(adult)s OR content_type NOT LIKE 'qar.%%')
ORDER BY day DESC, content_type;

-- name: list_days_of_facts
-- The same of any sessions, by the days of a zone.
SELECT
    local_time(p.start, %(changes)s, %(ahead)s)::date AS day, p.content_type,
    sum(p.sessions)::bigint AS sessions, sum(p.plays)::bigint AS plays,
    sum(p.completed)::bigint AS completed, sum(p.watched_ms)::bigint AS watched_ms,
    count(DISTINCT p.user_id) AS users
FROM (
    SELECT
        s.user_id, s.content_type,
        date_bin('15 minutes', s.started_at, timestamptz '1970-01-01 00:00:00+00')
            + (q.n - 1) * interval '15 minutes' AS start,
        (q.n = 1)::integer AS sessions,
        CASE WHEN q.n = 1 THEN s.plays ELSE 0 END AS plays,
        CASE WHEN q.n = 1 THEN s.completed ELSE 0 END AS completed,
        q.ms AS watched_ms
    FROM session_facts AS s
    LEFT JOIN stream_facets AS f ON f.id = s.facet_id
    CROSS JOIN LATERAL unnest(s.spread) WITH ORDINALITY AS q (ms, n)
    WHERE s.started_at < %(end)s
        AND (
            s.started_at >= %(start)s::timestamptz - interval '1 day'
            OR (s.ended_at - s.started_at > interval '1 day' AND s.ended_at > %(start)s)
        )
        AND {filters}
) AS p
WHERE p.start >= %(start)s AND p.start < %(end)s AND (p.sessions > 0 OR p.watched_ms > 0)
GROUP BY 1, 2
ORDER BY 1 DESC, 2;

-- name: first_day
-- The first day on which anything was played.
SELECT min(day) AS day FROM play_statistics WHERE users > 0;

-- name: sum_quarter_hours
-- Sums over quarter hours, by content type, decision or library.
SELECT
    width_bucket(start, %(edges)s::timestamptz[]) AS part,
    CASE %(by)s
        WHEN 'content_type' THEN content_type
        WHEN 'stream_type' THEN stream_type
        WHEN 'library_id' THEN nullif(library_id, '')
    END AS key,
    sum(sessions)::bigint AS sessions, sum(plays)::bigint AS plays,
    sum(completed)::bigint AS completed, sum(watched_ms)::bigint AS watched_ms,
    sum(buffered_ms)::bigint AS buffered_ms, sum(bits)::bigint AS bits
FROM quarter_hour_statistics
WHERE start >= %(start)s AND start < %(end)s
    AND (%(content_types)s::text[] IS NULL OR content_type = ANY(%(content_types)s))
    AND (%(stream_types)s::text[] IS NULL OR stream_type = ANY(%(stream_types)s))
    AND (%(libraries)s::text[] IS NULL OR library_id = ANY(%(libraries)s))
    AND (%(adult)s OR content_type NOT LIKE 'qar.%%')
GROUP BY 1, 2
HAVING sum(sessions) > 0 OR sum(watched_ms) > 0
ORDER BY 1, 2;

-- name: sum_facts
-- Sums over the facts themselves, by anything.
SELECT
    width_bucket(p.start, %(edges)s::timestamptz[]) AS part,
    nullif(p.key, '') AS key,
    sum(p.sessions)::bigint AS sessions, sum(p.plays)::bigint AS plays,
    sum(p.completed)::bigint AS completed, sum(p.watched_ms)::bigint AS watched_ms,
    sum(p.buffered_ms)::bigint AS buffered_ms, sum(p.bits)::bigint AS bits
FROM (
    SELECT
        date_bin('15 minutes', s.started_at, timestamptz '1970-01-01 00:00:00+00')
            + (q.n - 1) * interval '15 minutes' AS start,
        CASE %(by)s
            WHEN 'content_type' THEN f.content_type
            WHEN 'stream_type' THEN f.stream_type
            WHEN 'location' THEN f.location
            WHEN 'server_id' THEN f.server_id
            WHEN 'library_id' THEN f.library_id
            WHEN 'device_type' THEN f.device_type
            WHEN 'client_name' THEN f.client_name
            WHEN 'platform' THEN f.platform
            WHEN 'country' THEN f.country
            WHEN 'user_id' THEN s.user_id::text
            WHEN 'device_id' THEN s.device_id
            WHEN 'content_id' THEN s.content_id
            WHEN 'continent' THEN l.continent
            WHEN 'region' THEN concat_ws(', ', l.region, l.country)
            WHEN 'city' THEN concat_ws(', ', l.city, l.region, l.country)
            WHEN 'asn' THEN concat_ws(' ', 'AS' || l.asn, l.organisation)
            WHEN 'container' THEN v.container
            WHEN 'video_codec' THEN v.video_codec
            WHEN 'audio_codec' THEN v.audio_codec
            WHEN 'resolution' THEN v.resolution
            WHEN 'dynamic_range' THEN v.dynamic_range
            WHEN 'audio_channels' THEN v.audio_channels
            WHEN 'stream_container' THEN v.stream_container
            WHEN 'stream_video_codec' THEN v.stream_video_codec
            WHEN 'stream_audio_codec' THEN v.stream_audio_codec
            WHEN 'stream_resolution' THEN v.stream_resolution
            WHEN 'stream_dynamic_range' THEN v.stream_dynamic_range
            WHEN 'stream_audio_channels' THEN v.stream_audio_channels
            WHEN 'video_decision' THEN v.video_decision
            WHEN 'audio_decision' THEN v.audio_decision
            WHEN 'subtitle_decision' THEN v.subtitle_decision
            WHEN 'transcode_reasons' THEN v.transcode_reasons
            WHEN 'bitrate' THEN
                floor(ln(nullif(s.bitrate_kbps, 0)) / ln(%(bin_ratio)s::double precision))::text
        END AS key,
        (q.n = 1)::integer AS sessions,
        CASE WHEN q.n = 1 THEN s.plays ELSE 0 END AS plays,
        CASE WHEN q.n = 1 THEN s.completed ELSE 0 END AS completed,
        q.ms AS watched_ms,
        CASE WHEN q.n = 1 THEN s.buffered_ms ELSE 0 END AS buffered_ms,
        q.ms::bigint * coalesce(s.bitrate_kbps, 0) AS bits
    FROM session_facts AS s
    JOIN stream_facets AS f ON f.id = s.facet_id
    JOIN stream_qualities AS v ON v.id = s.quality_id
    JOIN stream_places AS l ON l.id = s.place_id
    CROSS JOIN LATERAL unnest(s.spread) WITH ORDINALITY AS q (ms, n)
    WHERE s.started_at < %(end)s
        AND (
            s.started_at >= %(start)s::timestamptz - interval '1 day'
            OR (s.ended_at - s.started_at > interval '1 day' AND s.ended_at > %(start)s)
        )
        AND {filters}
) AS p
WHERE p.start >= %(start)s AND p.start < %(end)s
GROUP BY 1, 2
HAVING sum(p.sessions) > 0 OR sum(p.watched_ms) > 0
ORDER BY 1, 2;

-- name: of_keys
-- The first sums of some keys.
SELECT * FROM ({sums}) AS s
WHERE coalesce(key, '') = ANY(%(keys)s::text[])
ORDER BY part, key
LIMIT %(most)s;

-- name: rank_keys
-- Keys by watch time, each with the sums of all of them.
SELECT
    key, sessions, plays, completed, watched_ms, buffered_ms, bits,
    sum(sessions) OVER () AS all_sessions, sum(plays) OVER () AS all_plays,
    sum(completed) OVER () AS all_completed, sum(watched_ms) OVER () AS all_watched_ms,
    sum(buffered_ms) OVER () AS all_buffered_ms, sum(bits) OVER () AS all_bits
FROM ({sums}) AS s
ORDER BY watched_ms DESC, coalesce(key, '') COLLATE "C"
LIMIT %(limit)s;

-- name: sum_clock
-- Sums by weekday (1 is Monday) and hour of a zone: of months of UTC in which its clock is a whole
-- number of hours off all the time (shifts), and of the quarter hours between these.
SELECT
    weekday, hour,
    sum(sessions)::bigint AS sessions, sum(plays)::bigint AS plays,
    sum(completed)::bigint AS completed, sum(watched_ms)::bigint AS watched_ms,
    sum(buffered_ms)::bigint AS buffered_ms, sum(bits)::bigint AS bits
FROM (
    SELECT
        mod(h.hour + m.shift + 168, 168) / 24 + 1 AS weekday,
        mod(h.hour + m.shift + 24, 24) AS hour,
        h.content_type, h.stream_type, h.library_id, h.sessions, h.plays, h.completed,
        h.watched_ms, h.buffered_ms, h.bits
    FROM unnest(%(months)s::date[], %(shifts)s::integer[]) AS m (month, shift)
    JOIN week_hour_statistics AS h USING (month)
    UNION ALL
    SELECT
        extract(isodow FROM local_time(q.start, %(changes)s, %(ahead)s))::integer,
        extract(hour FROM local_time(q.start, %(changes)s, %(ahead)s))::integer,
        q.content_type, q.stream_type, q.library_id, q.sessions, q.plays, q.completed,
        q.watched_ms, q.buffered_ms, q.bits
    FROM unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) AS g (start, until)
    JOIN quarter_hour_statistics AS q ON q.start >= g.start AND q.start < g.until
) AS s
WHERE (%(content_types)s::text[] IS NULL OR content_type = ANY(%(content_types)s))
    AND (%(stream_types)s::text[] IS NULL OR stream_type = ANY(%(stream_types)s))
    AND (%(libraries)s::text[] IS NULL OR library_id = ANY(%(libraries)s))
    AND (%(adult)s OR content_type NOT LIKE 'qar.%%')
GROUP BY weekday, hour
HAVING sum(sessions) > 0 OR sum(watched_ms) > 0
ORDER BY weekday, hour;

-- name: sum_clock_of_everybody
-- The same of everybody by content type alone: of months and, in between, of single hours of UTC.
SELECT
    weekday, hour,
    sum(sessions)::bigint AS sessions, sum(plays)::bigint AS plays,
    sum(completed)::bigint AS completed, sum(watched_ms)::bigint AS watched_ms,
    sum(buffered_ms)::bigint AS buffered_ms, sum(bits)::bigint AS bits
FROM (
    SELECT
        mod(c.hour + m.shift + 168, 168) / 24 + 1 AS weekday,
        mod(c.hour + m.shift + 24, 24) AS hour,
        c.content_type, c.sessions, c.plays, c.completed, c.watched_ms, c.buffered_ms, c.bits
    FROM unnest(%(months)s::date[], %(shifts)s::integer[]) AS m (month, shift)
    JOIN clock_statistics AS c ON c.grain = 'month' AND c.start = m.month
    UNION ALL
    SELECT
        extract(isodow FROM local_time(h.at, %(changes)s, %(ahead)s))::integer,
        extract(hour FROM local_time(h.at, %(changes)s, %(ahead)s))::integer,
        c.content_type, c.sessions, c.plays, c.completed, c.watched_ms, c.buffered_ms, c.bits
    FROM unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) AS g (start, until)
    JOIN clock_statistics AS c
        ON c.grain = 'day'
        AND c.start >= (g.start AT TIME ZONE 'UTC')::date
        AND c.start <= (g.until AT TIME ZONE 'UTC')::date
    CROSS JOIN LATERAL (
        SELECT (c.start + make_interval(hours => c.hour %% 24)) AT TIME ZONE 'UTC'
    ) AS h (at)
    WHERE h.at >= g.start AND h.at < g.until
) AS s
WHERE (%(content_types)s::text[] IS NULL OR content_type = ANY(%(content_types)s))
    AND (%(adult)s OR content_type NOT LIKE 'qar.%%')
GROUP BY weekday, hour
HAVING sum(sessions) > 0 OR sum(watched_ms) > 0
ORDER BY weekday, hour;

-- name: sum_clock_of_facts
-- Sums by weekday (1 is Monday) and hour of a zone, over the facts themselves.
SELECT
    extract(isodow FROM local_time(p.start, %(changes)s, %(ahead)s))::integer AS weekday,
    extract(hour FROM local_time(p.start, %(changes)s, %(ahead)s))::integer AS hour,
    sum(p.sessions)::bigint AS sessions, sum(p.plays)::bigint AS plays,
    sum(p.completed)::bigint AS completed, sum(p.watched_ms)::bigint AS watched_ms,
    sum(p.buffered_ms)::bigint AS buffered_ms, sum(p.bits)::bigint AS bits
FROM (
    SELECT
        date_bin('15 minutes', s.started_at, timestamptz '1970-01-01 00:00:00+00')
            + (q.n - 1) * interval '15 minutes' AS start,
        (q.n = 1)::integer AS sessions,
        CASE WHEN q.n = 1 THEN s.plays ELSE 0 END AS plays,
        CASE WHEN q.n = 1 THEN s.completed ELSE 0 END AS completed,
        q.ms AS watched_ms,
        CASE WHEN q.n = 1 THEN s.buffered_ms ELSE 0 END AS buffered_ms,
        q.ms::bigint * coalesce(s.bitrate_kbps, 0) AS bits
    FROM session_facts AS s
    JOIN stream_facets AS f ON f.id = s.facet_id
    CROSS JOIN LATERAL unnest(s.spread) WITH ORDINALITY AS q (ms, n)
    WHERE s.started_at < %(end)s
        AND (
            s.started_at >= %(start)s::timestamptz - interval '1 day'
            OR (s.ended_at - s.started_at > interval '1 day' AND s.ended_at > %(start)s)
        )
        AND {filters}
) AS p
WHERE p.start >= %(start)s AND p.start < %(end)s
GROUP BY 1, 2
HAVING sum(p.sessions) > 0 OR sum(p.watched_ms) > 0
ORDER BY 1, 2;

-- name: has_adult
-- Whether adult content was on within a period, or days of any zone that it touches: what is kept of
-- peaks does not tell it apart. What went on for longer than a day is looked for by itself.
SELECT
    EXISTS (
        SELECT FROM play_statistics
        WHERE day >= (%(start)s::timestamptz AT TIME ZONE 'UTC')::date - 2
            AND day <= (%(end)s::timestamptz AT TIME ZONE 'UTC')::date + 1
            AND content_type LIKE 'qar.%%'
            AND sessions > 0
    )
    OR EXISTS (
        SELECT FROM session_facts
        WHERE ended_at - started_at > interval '1 day'
            AND ended_at > %(start)s
            AND started_at < %(end)s
            AND content_type LIKE 'qar.%%'
    ) AS found;

-- name: list_peaks
-- The most streams at one instant of each interval, by decision, and when that was first.
WITH parts AS (
    SELECT width_bucket(start, %(edges)s::timestamptz[]) AS part, stream_type, peak, start
    FROM concurrency_peaks
    WHERE start >= %(start)s AND start < %(end)s
),
highest AS (
    SELECT part, stream_type, max(peak) AS peak FROM parts GROUP BY part, stream_type
)
SELECT part, stream_type, peak, min(start) AS at
FROM parts
JOIN highest USING (part, stream_type, peak)
GROUP BY part, stream_type, peak
ORDER BY part, stream_type;

-- name: list_peaks_of_facts
-- The same of any sessions. How many are alive changes only as some begin or end; where a part of the
-- period begins it is looked at too. What ends as another begins is never alive with it.
WITH alive AS MATERIALIZED (
    SELECT greatest(s.started_at, %(start)s) AS started_at, s.ended_at, v.stream_type
    FROM session_facts AS s
    JOIN stream_facets AS f ON f.id = s.facet_id
    CROSS JOIN LATERAL (VALUES (f.stream_type), ('all')) AS v (stream_type)
    WHERE s.started_at < %(end)s
        AND s.ended_at > greatest(s.started_at, %(start)s)
        AND (
            s.started_at >= %(start)s::timestamptz - interval '1 day'
            OR s.ended_at - s.started_at > interval '1 day'
        )
        AND {filters}
),
changes AS (
    SELECT instant, stream_type, sum(change) AS change
    FROM (
        SELECT started_at AS instant, stream_type, 1 AS change FROM alive
        UNION ALL
        SELECT ended_at, stream_type, -1 FROM alive WHERE ended_at < %(end)s
        UNION ALL
        SELECT edge, t.stream_type, 0
        FROM unnest(%(edges)s::timestamptz[]) AS edge
        CROSS JOIN (SELECT DISTINCT stream_type FROM alive) AS t
    ) AS c
    GROUP BY instant, stream_type
),
levels AS (
    SELECT
        instant, stream_type,
        sum(change) OVER (PARTITION BY stream_type ORDER BY instant)::integer AS peak
    FROM changes
)
SELECT DISTINCT ON (part, stream_type)
    width_bucket(instant, %(edges)s::timestamptz[]) AS part, stream_type, peak,
    date_bin('15 minutes', instant, timestamptz '1970-01-01 00:00:00+00') AS at
FROM levels
WHERE peak > 0
ORDER BY part, stream_type, peak DESC, instant;

-- name: sum_people
-- Sums of a period by person and content type. Watch time counts where it was watched.
WITH counted AS (
    SELECT
        s.user_id, s.content_type,
        (s.started_at >= %(start)s)::integer AS begins,
        s.plays, s.completed,
        CASE
            WHEN s.started_at >= %(start)s AND s.ended_at <= %(end)s THEN s.watched_ms
            ELSE (
                SELECT coalesce(sum(q.ms), 0)
                FROM unnest(s.spread) WITH ORDINALITY AS q (ms, n)
                WHERE date_bin('15 minutes', s.started_at, timestamptz '1970-01-01 00:00:00+00')
                        + (q.n - 1) * interval '15 minutes' >= %(start)s
                    AND date_bin('15 minutes', s.started_at, timestamptz '1970-01-01 00:00:00+00')
                        + (q.n - 1) * interval '15 minutes' < %(end)s
            )
        END AS watched_ms
    FROM session_facts AS s
    JOIN stream_facets AS f ON f.id = s.facet_id
    WHERE s.started_at < %(end)s
        AND (
            s.started_at >= %(start)s::timestamptz - interval '1 day'
            OR (s.ended_at - s.started_at > interval '1 day' AND s.ended_at > %(start)s)
        )
        AND {filters}
)
SELECT
    user_id, content_type, sum(begins)::bigint AS sessions, sum(begins * plays)::bigint AS plays,
    sum(begins * completed)::bigint AS completed, sum(watched_ms)::bigint AS watched_ms
FROM counted
GROUP BY user_id, content_type;

-- name: list_rising
-- Items or groups that were played more in a period than was to be expected, the most first, with the
-- arithmetic of shared/domain/statistics/trend.py.
--   1. How often each was played in the period, and since some time before it.
--   2. What was to be expected of it: its past, grown as its library has (of groups: as their content
--      type).
--   3. By how much it surprises. What it is called is looked up for the first of them alone.
SELECT
    r.key, r.content_type, r.plays, r.past_plays, r.users, r.surprise,
    CASE %(of)s WHEN 'item' THEN i.title ELSE g.title END AS title, i.show_title, i.library_id
FROM (
    SELECT key, content_type, plays, past_plays, users,
        (plays - expected) / sqrt(expected + 1) AS surprise
    FROM (
        SELECT
            key, content_type, plays, past_plays, users,
            past_plays / %(past_windows)s::double precision * CASE
                WHEN sum(past_plays) OVER kin = 0 THEN 1
                ELSE (sum(plays) OVER kin * %(past_windows)s)::double precision
                    / (sum(past_plays) OVER kin)::double precision
            END AS expected
        FROM (
            SELECT
                p.*, CASE %(of)s WHEN 'item' THEN i.library_id ELSE p.content_type END AS kin
            FROM (
                SELECT
                    CASE %(of)s WHEN 'item' THEN s.content_id ELSE w.key END AS key,
                    s.content_type,
                    coalesce(sum(s.plays) FILTER (WHERE s.started_at >= %(start)s), 0)::bigint
                        AS plays,
                    coalesce(sum(s.plays) FILTER (WHERE s.started_at < %(start)s), 0)::bigint
                        AS past_plays,
                    count(DISTINCT s.user_id)
                        FILTER (WHERE s.started_at >= %(start)s AND s.plays > 0) AS users
                FROM session_facts AS s
                LEFT JOIN stream_facets AS f ON f.id = s.facet_id
                LEFT JOIN work_groups AS w ON w.work_id = s.work_id AND w.kind = %(of)s
                WHERE s.started_at >= %(past_start)s AND s.started_at < %(end)s
                    AND {filters}
                GROUP BY 1, 2
            ) AS p
            LEFT JOIN item_statistics AS i ON %(of)s = 'item' AND i.content_id = p.key
            WHERE p.key IS NOT NULL
        ) AS played
        WINDOW kin AS (PARTITION BY kin)
    ) AS compared
    WHERE plays > expected
    ORDER BY surprise DESC, key COLLATE "C", content_type COLLATE "C"
    LIMIT %(limit)s
) AS r
LEFT JOIN item_statistics AS i ON %(of)s = 'item' AND i.content_id = r.key
LEFT JOIN group_statistics AS g
    ON g.kind = %(of)s AND g.key = r.key AND g.content_type = r.content_type
ORDER BY r.surprise DESC, r.key COLLATE "C", r.content_type COLLATE "C";
