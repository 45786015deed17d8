-- name: sum_facets
-- Sums over days of the service's zone, by what can be filtered by; whole months count as such.
-- part is the number of the interval, from 1.
SELECT
    width_bucket(s.start, %(edges)s::date[]) AS part,
    CASE %(by)s
        WHEN 'content_type' THEN d.content_type
        WHEN 'stream_type' THEN d.stream_type
        WHEN 'location' THEN d.location
        WHEN 'server_id' THEN d.server_id
        WHEN 'library_id' THEN d.library_id
        WHEN 'device_type' THEN d.device_type
        WHEN 'client_name' THEN d.client_name
        WHEN 'platform' THEN d.platform
        WHEN 'country' THEN d.country
    END AS key,
    sum(s.sessions)::bigint AS sessions, sum(s.plays)::bigint AS plays,
    sum(s.completed)::bigint AS completed, sum(s.watched_ms)::bigint AS watched_ms,
    sum(s.buffered_ms)::bigint AS buffered_ms, sum(s.bits)::bigint AS bits
FROM stream_statistics AS s
JOIN stream_facets AS d USING (id)
WHERE s.dimension = 'facet'
    AND (
        (s.grain = 'month' AND s.start >= %(first_month)s AND s.start < %(month_after)s)
        OR (s.grain = 'day' AND s.start >= %(first_day)s AND s.start < %(first_month)s)
        OR (s.grain = 'day' AND s.start >= %(month_after)s AND s.start < %(day_after)s)
    )
    AND (%(servers)s::text[] IS NULL OR d.server_id = ANY(%(servers)s))
    AND (%(libraries)s::text[] IS NULL OR d.library_id = ANY(%(libraries)s))
    AND (%(content_types)s::text[] IS NULL OR d.content_type = ANY(%(content_types)s))
    AND (%(device_types)s::text[] IS NULL OR d.device_type = ANY(%(device_types)s))
    AND (%(clients)s::text[] IS NULL OR d.client_name = ANY(%(clients)s))
    AND (%(platforms)s::text[] IS NULL OR d.platform = ANY(%(platforms)s))
    AND (%(stream_types)s::text[] IS NULL OR d.stream_type = ANY(%(stream_types)s))
    AND (%(locations)s::text[] IS NULL OR d.location = ANY(%(locations)s))
    AND (%(countries)s::text[] IS NULL OR d.country = ANY(%(countries)s))
    AND (%(adult)s OR d.content_type NOT LIKE 'qar.%%')
GROUP BY 1, 2
HAVING sum(s.sessions) > 0 OR sum(s.watched_ms) > 0
ORDER BY 1, 2;

-- name: sum_facets_by_each
-- Sums over days of the service's zone by each of several things that can be filtered by, from one
-- look at them.
WITH counted AS MATERIALIZED (
    SELECT
        id, sum(sessions) AS sessions, sum(plays) AS plays, sum(completed) AS completed,
        sum(watched_ms) AS watched_ms, sum(buffered_ms) AS buffered_ms, sum(bits) AS bits
    FROM stream_statistics
    WHERE dimension = 'facet'
        AND (
            (grain = 'month' AND start >= %(first_month)s AND start < %(month_after)s)
            OR (grain = 'day' AND start >= %(first_day)s AND start < %(first_month)s)
            OR (grain = 'day' AND start >= %(month_after)s AND start < %(day_after)s)
        )
    GROUP BY id
)
SELECT
    t.by, t.key,
    sum(s.sessions)::bigint AS sessions, sum(s.plays)::bigint AS plays,
    sum(s.completed)::bigint AS completed, sum(s.watched_ms)::bigint AS watched_ms,
    sum(s.buffered_ms)::bigint AS buffered_ms, sum(s.bits)::bigint AS bits
FROM counted AS s
JOIN stream_facets AS d USING (id)
CROSS JOIN LATERAL (
    VALUES
        ('content_type', d.content_type),
        ('stream_type', d.stream_type),
        ('location', d.location),
        ('server_id', d.server_id),
        ('library_id', d.library_id),
        ('device_type', d.device_type),
        ('client_name', d.client_name),
        ('platform', d.platform),
        ('country', d.country)
) AS t (by, key)
WHERE t.by = ANY(%(by)s)
    AND (%(servers)s::text[] IS NULL OR d.server_id = ANY(%(servers)s))
    AND (%(libraries)s::text[] IS NULL OR d.library_id = ANY(%(libraries)s))
    AND (%(content_types)s::text[] IS NULL OR d.content_type = ANY(%(content_types)s))
    AND (%(device_types)s::text[] IS NULL OR d.device_type = ANY(%(device_types)s))
    AND (%(clients)s::text[] IS NULL OR d.client_name = ANY(%(clients)s))
    AND (%(platforms)s::text[] IS NULL OR d.platform = ANY(%(platforms)s))
    AND (%(stream_types)s::text[] IS NULL OR d.stream_type = ANY(%(stream_types)s))
    AND (%(locations)s::text[] IS NULL OR d.location = ANY(%(locations)s))
    AND (%(countries)s::text[] IS NULL OR d.country = ANY(%(countries)s))
    AND (%(adult)s OR d.content_type NOT LIKE 'qar.%%')
GROUP BY 1, 2
HAVING sum(s.sessions) > 0 OR sum(s.watched_ms) > 0
ORDER BY 1, 2;

-- name: sum_qualities
-- The same by what was to be played and what was delivered.
SELECT
    width_bucket(s.start, %(edges)s::date[]) AS part,
    CASE %(by)s
        WHEN 'container' THEN d.container
        WHEN 'video_codec' THEN d.video_codec
        WHEN 'audio_codec' THEN d.audio_codec
        WHEN 'resolution' THEN d.resolution
        WHEN 'dynamic_range' THEN d.dynamic_range
        WHEN 'audio_channels' THEN d.audio_channels
        WHEN 'stream_container' THEN d.stream_container
        WHEN 'stream_video_codec' THEN d.stream_video_codec
        WHEN 'stream_audio_codec' THEN d.stream_audio_codec
        WHEN 'stream_resolution' THEN d.stream_resolution
        WHEN 'stream_dynamic_range' THEN d.stream_dynamic_range
        WHEN 'stream_audio_channels' THEN d.stream_audio_channels
        WHEN 'video_decision' THEN d.video_decision
        WHEN 'audio_decision' THEN d.audio_decision
        WHEN 'subtitle_decision' THEN d.subtitle_decision
        WHEN 'transcode_reasons' THEN d.transcode_reasons
    END AS key,
    sum(s.sessions)::bigint AS sessions, sum(s.plays)::bigint AS plays,
    sum(s.completed)::bigint AS completed, sum(s.watched_ms)::bigint AS watched_ms,
    sum(s.buffered_ms)::bigint AS buffered_ms, sum(s.bits)::bigint AS bits
FROM stream_statistics AS s
JOIN stream_qualities AS d USING (id)
WHERE s.dimension = 'quality'
    AND (
        (s.grain = 'month' AND s.start >= %(first_month)s AND s.start < %(month_after)s)
        OR (s.grain = 'day' AND s.start >= %(first_day)s AND s.start < %(first_month)s)
        OR (s.grain = 'day' AND s.start >= %(month_after)s AND s.start < %(day_after)s)
    )
    AND (%(content_types)s::text[] IS NULL OR d.content_type = ANY(%(content_types)s))
    AND (%(device_types)s::text[] IS NULL OR d.device_type = ANY(%(device_types)s))
    AND (%(clients)s::text[] IS NULL OR d.client_name = ANY(%(clients)s))
    AND (%(platforms)s::text[] IS NULL OR d.platform = ANY(%(platforms)s))
    AND (%(stream_types)s::text[] IS NULL OR d.stream_type = ANY(%(stream_types)s))
    AND (%(adult)s OR d.content_type NOT LIKE 'qar.%%')
GROUP BY 1, 2
HAVING sum(s.sessions) > 0 OR sum(s.watched_ms) > 0
ORDER BY 1, 2;

-- name: sum_places
-- The same by where it was played.
SELECT
    width_bucket(s.start, %(edges)s::date[]) AS part,
    CASE %(by)s
        WHEN 'continent' THEN d.continent
        WHEN 'region' THEN nullif(concat_ws(', ', d.region, d.country), '')
        WHEN 'city' THEN nullif(concat_ws(', ', d.city, d.region, d.country), '')
        WHEN 'asn' THEN nullif(concat_ws(' ', 'AS' || d.asn, d.organisation), '')
    END AS key,
    sum(s.sessions)::bigint AS sessions, sum(s.plays)::bigint AS plays,
    sum(s.completed)::bigint AS completed, sum(s.watched_ms)::bigint AS watched_ms,
    sum(s.buffered_ms)::bigint AS buffered_ms, sum(s.bits)::bigint AS bits
FROM stream_statistics AS s
JOIN stream_places AS d USING (id)
WHERE s.dimension = 'place'
    AND (
        (s.grain = 'month' AND s.start >= %(first_month)s AND s.start < %(month_after)s)
        OR (s.grain = 'day' AND s.start >= %(first_day)s AND s.start < %(first_month)s)
        OR (s.grain = 'day' AND s.start >= %(month_after)s AND s.start < %(day_after)s)
    )
    AND (%(content_types)s::text[] IS NULL OR d.content_type = ANY(%(content_types)s))
    AND (%(stream_types)s::text[] IS NULL OR d.stream_type = ANY(%(stream_types)s))
    AND (%(locations)s::text[] IS NULL OR d.location = ANY(%(locations)s))
    AND (%(countries)s::text[] IS NULL OR d.country = ANY(%(countries)s))
    AND (%(adult)s OR d.content_type NOT LIKE 'qar.%%')
GROUP BY 1, 2
HAVING sum(s.sessions) > 0 OR sum(s.watched_ms) > 0
ORDER BY 1, 2;

-- name: sum_rates
-- The same by the bin that the bitrate lies in.
SELECT
    width_bucket(s.start, %(edges)s::date[]) AS part,
    CASE %(by)s
        WHEN 'bitrate' THEN d.bin::text
    END AS key,
    sum(s.sessions)::bigint AS sessions, sum(s.plays)::bigint AS plays,
    sum(s.completed)::bigint AS completed, sum(s.watched_ms)::bigint AS watched_ms,
    sum(s.buffered_ms)::bigint AS buffered_ms, sum(s.bits)::bigint AS bits
FROM stream_statistics AS s
JOIN stream_rates AS d USING (id)
WHERE s.dimension = 'rate'
    AND (
        (s.grain = 'month' AND s.start >= %(first_month)s AND s.start < %(month_after)s)
        OR (s.grain = 'day' AND s.start >= %(first_day)s AND s.start < %(first_month)s)
        OR (s.grain = 'day' AND s.start >= %(month_after)s AND s.start < %(day_after)s)
    )
    AND (%(content_types)s::text[] IS NULL OR d.content_type = ANY(%(content_types)s))
    AND (%(stream_types)s::text[] IS NULL OR d.stream_type = ANY(%(stream_types)s))
    AND (%(locations)s::text[] IS NULL OR d.location = ANY(%(locations)s))
    AND (%(adult)s OR d.content_type NOT LIKE 'qar.%%')
GROUP BY 1, 2
HAVING sum(s.sessions) > 0 OR sum(s.watched_ms) > 0
ORDER BY 1, 2;

-- name: sum_person_days
-- Sums over people's days of the service's zone, by person or content type.
SELECT
    width_bucket(s.day, %(edges)s::date[]) AS part,
    CASE %(by)s WHEN 'user_id' THEN s.user_id::text WHEN 'content_type' THEN s.content_type END
        AS key,
    sum(s.sessions)::bigint AS sessions, sum(s.plays)::bigint AS plays,
    sum(s.completed)::bigint AS completed, sum(s.watched_ms)::bigint AS watched_ms,
    sum(s.buffered_ms)::bigint AS buffered_ms, sum(s.bits)::bigint AS bits
FROM user_activity_daily AS s
WHERE s.day >= %(first_day)s
    AND s.day < %(day_after)s
    AND (%(users)s::uuid[] IS NULL OR s.user_id = ANY(%(users)s))
    AND (%(groups)s::text[] IS NULL
        OR s.user_id IN (SELECT user_id FROM users WHERE groups && %(groups)s))
    AND (%(content_types)s::text[] IS NULL OR s.content_type = ANY(%(content_types)s))
    AND (%(adult)s OR s.content_type NOT LIKE 'qar.%%')
GROUP BY 1, 2
HAVING sum(s.sessions) > 0 OR sum(s.watched_ms) > 0
ORDER BY 1, 2;

-- name: count_compatibility
-- Sessions with a known decision, and those of them that played directly or were transcoded: of each
-- kind of player together, and by what the source was. From days, or, of a time that is not made of these or with
-- filters that these do not know, from facts.
WITH counted AS (
    SELECT s.id, sum(s.sessions) AS sessions
    FROM stream_statistics AS s
    WHERE %(by_days)s
        AND s.dimension = 'quality'
        AND (
            (s.grain = 'month' AND s.start >= %(first_month)s AND s.start < %(month_after)s)
            OR (s.grain = 'day' AND s.start >= %(first_day)s AND s.start < %(first_month)s)
            OR (s.grain = 'day' AND s.start >= %(month_after)s AND s.start < %(day_after)s)
        )
    GROUP BY s.id
    UNION ALL
    SELECT s.quality_id, count(*)
    FROM session_facts AS s
    JOIN stream_facets AS f ON f.id = s.facet_id
    WHERE NOT %(by_days)s
        AND s.started_at >= %(start)s
        AND s.started_at < %(end)s
        AND {filters}
    GROUP BY s.quality_id
)
SELECT
    CASE %(by)s
        WHEN 'client_name' THEN q.client_name
        WHEN 'platform' THEN q.platform
        WHEN 'device_type' THEN q.device_type
    END AS key,
    p.property, p.value, sum(c.sessions)::bigint AS sessions,
    coalesce(sum(c.sessions) FILTER (WHERE q.stream_type = 'direct_play'), 0)::bigint AS direct,
    coalesce(sum(c.sessions) FILTER (WHERE q.stream_type = 'transcode'), 0)::bigint AS transcoded
FROM counted AS c
JOIN stream_qualities AS q USING (id)
CROSS JOIN LATERAL (
    VALUES
        ('all', 'all'),
        ('container', q.container),
        ('video_codec', q.video_codec),
        ('audio_codec', q.audio_codec),
        ('resolution', q.resolution),
        ('dynamic_range', q.dynamic_range)
) AS p (property, value)
WHERE q.stream_type <> 'unknown'
    AND p.value IS NOT NULL
    AND (%(content_types)s::text[] IS NULL OR q.content_type = ANY(%(content_types)s))
    AND (%(device_types)s::text[] IS NULL OR q.device_type = ANY(%(device_types)s))
    AND (%(clients)s::text[] IS NULL OR q.client_name = ANY(%(clients)s))
    AND (%(platforms)s::text[] IS NULL OR q.platform = ANY(%(platforms)s))
    AND (%(stream_types)s::text[] IS NULL OR q.stream_type = ANY(%(stream_types)s))
    AND (%(adult)s OR q.content_type NOT LIKE 'qar.%%')
GROUP BY 1, 2, 3
HAVING CASE %(by)s
        WHEN 'client_name' THEN min(q.client_name)
        WHEN 'platform' THEN min(q.platform)
        WHEN 'device_type' THEN min(q.device_type)
    END IS NOT NULL
    AND sum(c.sessions) >= %(fewest)s
ORDER BY 1, 2, 3;
