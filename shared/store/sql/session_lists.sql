-- name: filters
-- Which sessions are listed, as a part of the statements below; every filter is optional, and those
-- given hold together.
    (%(id)s::uuid IS NULL OR s.id = %(id)s)
    AND (%(user_id)s::uuid IS NULL OR s.user_id = %(user_id)s)
    AND (%(users)s::uuid[] IS NULL OR s.user_id = ANY (%(users)s))
    AND (%(groups)s::text[] IS NULL
        OR s.user_id IN (SELECT user_id FROM users WHERE groups && %(groups)s))
    AND (%(content_type)s::text IS NULL OR s.content_type = %(content_type)s)
    AND (%(content_types)s::text[] IS NULL OR s.content_type = ANY (%(content_types)s))
    AND (%(server_id)s::text IS NULL OR s.server_id = %(server_id)s)
    AND (%(library_id)s::text IS NULL OR s.library_id = %(library_id)s)
    AND (%(servers)s::text[] IS NULL OR s.server_id = ANY (%(servers)s))
    AND (%(libraries)s::text[] IS NULL OR s.library_id = ANY (%(libraries)s))
    AND (%(device_id)s::text IS NULL OR s.device_id = %(device_id)s)
    AND (%(platform)s::text IS NULL OR s.platform = %(platform)s)
    AND (%(devices)s::text[] IS NULL OR s.device_id = ANY (%(devices)s))
    AND (%(device_types)s::text[] IS NULL OR s.device_type = ANY (%(device_types)s))
    AND (%(clients)s::text[] IS NULL OR s.client_name = ANY (%(clients)s))
    AND (%(platforms)s::text[] IS NULL OR s.platform = ANY (%(platforms)s))
    AND (%(state)s::text IS NULL OR s.state = %(state)s)
    AND (%(stream_types)s::text[] IS NULL OR s.stream_type = ANY (%(stream_types)s)
        OR ('unknown' = ANY (%(stream_types)s) AND s.stream_type IS NULL))
    AND (%(active)s::boolean IS NULL OR (s.stopped_at IS NULL) = %(active)s)
    AND (%(network)s::inet IS NULL OR s.ip_address <<= %(network)s)
    AND (%(countries)s::text[] IS NULL OR {is_there})
    AND (%(locations)s::text[] IS NULL OR {is_located_so})
    AND (%(called)s::text[] IS NULL OR s.content_id IN (SELECT unnest(%(called)s::text[])))
    AND (%(words)s::text[] IS NULL OR {is_called_so})
    AND (%(start)s::timestamptz IS NULL OR s.started_at >= %(start)s)
    AND (%(end)s::timestamptz IS NULL OR s.started_at < %(end)s)
    AND (%(adult)s OR s.content_type NOT LIKE 'qar.%%')
    AND (%(user_ids)s::uuid[] IS NULL OR s.user_id = ANY (%(user_ids)s))
    AND (%(content_ids)s::text[] IS NULL OR s.content_id = ANY (%(content_ids)s))
    AND (%(content_id)s::text IS NULL OR s.content_id = %(content_id)s)
    AND (%(works)s::uuid[] IS NULL OR EXISTS (
        SELECT FROM session_facts AS f
        WHERE f.user_id = s.user_id AND f.id = s.id AND f.work_id = ANY (%(works)s)
    ))

-- name: is_found_there
-- Whether a session plays in one of the countries, looked up for each: few are, before a page is full.
(
        SELECT n.country FROM located_networks AS n
        WHERE n.user_id = s.user_id AND n.network_key = s.network_key
    ) = ANY (%(countries)s)

-- name: is_one_of_there
-- Whether a session plays in one of the countries, found among the networks there: for many sessions.
EXISTS (
        SELECT FROM located_networks AS n
        WHERE n.user_id = s.user_id AND n.network_key = s.network_key
            AND n.country = ANY (%(countries)s)
    )

-- name: is_located_so
-- Whether a session plays at home or away, as its network is known. PostgreSQL takes that to be as
-- likely as not, and walks along the order.
coalesce(
        (
            SELECT CASE n.network_class WHEN 'local' THEN 'lan' ELSE 'wan' END = ANY (%(locations)s)
            FROM located_networks AS n
            WHERE n.user_id = s.user_id AND n.network_key = s.network_key
        ),
        'unknown' = ANY (%(locations)s)
    )

-- name: list_page
-- A page of sessions or plays. What belongs to them is read for that page alone.
SELECT s.*, u.name AS user_name, n.continent, n.country, n.region, n.city, n.latitude,
    n.longitude, n.accuracy_radius_km, n.asn, n.organisation, n.network_class,
    n.kind AS network_kind
FROM ({page}) AS s
LEFT JOIN users AS u ON u.user_id = s.user_id
LEFT JOIN located_networks AS n ON n.user_id = s.user_id AND n.network_key = s.network_key
ORDER BY s.started_at {direction}, s.id {direction};

-- name: sessions_in_order
-- The sessions that the filters let through, in order, from where a page begins.
FROM (SELECT s.* FROM analytics_sessions AS s WHERE {filters} {gathering}) AS f
WHERE (%(after_at)s::timestamptz IS NULL
        OR (f.started_at, f.id) {beyond} (%(after_at)s, %(after_id)s::uuid))
ORDER BY f.started_at {direction}, f.id {direction}

-- name: plays_in_order
-- The first sessions, of those that the filters let through, of plays, in order, from where a page
-- begins.
FROM (SELECT s.* FROM analytics_sessions AS s WHERE {filters} {gathering}) AS f
WHERE {is_first}
    AND (%(after_at)s::timestamptz IS NULL
        OR (f.started_at, f.id) {beyond} (%(after_at)s, %(after_id)s::uuid))
ORDER BY f.started_at {direction}, f.id {direction}

-- name: gathering
-- Has all that the filters let through be read before it is put in order, instead of looked for
-- along the order.
OFFSET 0

-- name: find_end_of_skipped
-- Where what an offset skips ends. An index tells that of unfiltered sessions.
SELECT f.started_at AS after_at, f.id AS after_id
{in_order}
LIMIT 1 OFFSET %(skipped)s;

-- name: shown
-- What lists show of a session; what it is folded from, and its past, is for others.
f.user_id, f.id, f.play_id, f.source, f.session_key, f.state, f.started_at, f.last_seen_at,
    f.stopped_at, f.end_reason, f.progress_ms, f.duration_ms, f.watched_ms, f.paused_ms,
    f.buffered_ms, f.interruptions, f.ip_address, f.network_key, f.server_id, f.library_id,
    f.content_type, f.content_id, f.title, f.show_id, f.show_title, f.season_number,
    f.episode_number, f.device_id, f.device_name, f.device_type, f.client_name, f.client_version,
    f.platform, f.stream_type, f.container, f.video_codec, f.audio_codec, f.resolution,
    f.bitrate_kbps, f.details

-- name: sessions_of_page
-- The sessions of a page.
SELECT {shown}
{in_order}
LIMIT %(limit)s

-- name: count_sessions
-- How many sessions list_page would list, as far as is counted.
SELECT count(*) AS sessions
FROM (SELECT FROM analytics_sessions AS s WHERE {filters} LIMIT %(most)s) AS counted;

-- name: plays_of_page
-- The plays of a page, each at the first of its sessions that the filters let through, with what all
-- of these come to.
SELECT first.*, play.*
FROM (
    SELECT {shown}
    {in_order}
    LIMIT %(limit)s
) AS first
CROSS JOIN LATERAL (
    SELECT
        max(s.last_seen_at) AS play_last_seen_at,
        CASE WHEN bool_and(s.stopped_at IS NOT NULL) THEN max(s.stopped_at) END AS play_stopped_at,
        (array_agg(s.state ORDER BY s.started_at DESC, s.id DESC))[1] AS play_state,
        (array_agg(s.end_reason ORDER BY s.started_at DESC, s.id DESC))[1] AS play_end_reason,
        max(s.progress_ms) AS play_progress_ms,
        sum(s.watched_ms)::bigint AS play_watched_ms,
        sum(s.paused_ms)::bigint AS play_paused_ms,
        sum(s.buffered_ms)::bigint AS play_buffered_ms,
        jsonb_agg(jsonb_build_object(
            'id', s.id, 'started_at', s.started_at, 'stopped_at', s.stopped_at,
            'watched_seconds', s.watched_ms / 1000.0, 'stream_type', s.stream_type,
            'device_name', s.device_name
        ) ORDER BY s.started_at, s.id) AS parts
    FROM analytics_sessions AS s
    WHERE s.user_id = first.user_id AND s.content_id = first.content_id
        AND coalesce(s.play_id, s.id) = coalesce(first.play_id, first.id)
        AND {filters}
) AS play

-- name: is_first
-- Whether a session, f, is the first of its play that the filters let through. One that begins its
-- play is; of the others, those before are looked for among the person's sessions of the item.
    (f.play_id IS NULL OR NOT EXISTS (
        SELECT FROM analytics_sessions AS s
        WHERE s.user_id = f.user_id AND s.content_id = f.content_id
            AND coalesce(s.play_id, s.id) = f.play_id
            AND (s.started_at, s.id) < (f.started_at, f.id)
            AND {filters}
    ))

-- name: count_plays
-- How many plays plays_of_page would list, as far as is counted.
SELECT count(*) AS sessions
FROM (
    SELECT FROM (SELECT s.* FROM analytics_sessions AS s WHERE {filters}) AS f
    WHERE {is_first} LIMIT %(most)s
) AS counted;

-- name: list_concerned
-- People of the groups who have one of the devices, and who have been in one of the countries by their
-- pins or by an override.
SELECT u.user_id
FROM (
    SELECT coalesce(t.merged_into, t.user_id) AS user_id
    FROM user_devices AS d
    JOIN users AS t ON t.user_id = d.user_id
    WHERE d.device_id = ANY (%(devices)s)
    UNION
    SELECT user_id FROM users WHERE %(devices)s::text[] IS NULL
) AS u
WHERE (%(groups)s::text[] IS NULL
        OR u.user_id IN (SELECT user_id FROM users WHERE groups && %(groups)s))
    AND (%(countries)s::text[] IS NULL OR u.user_id IN (
        SELECT user_id FROM user_networks WHERE country = ANY (%(countries)s)
        UNION ALL
        SELECT n.user_id
        FROM network_overrides AS o
        JOIN user_networks AS n ON n.address <<= o.network
        WHERE o.country = ANY (%(countries)s)
    ))
LIMIT %(limit)s;

-- name: named_lately
-- Items of sessions that began within the hour, and may not be counted yet, in whose names all words
-- occur.
SELECT content_id
FROM analytics_sessions
WHERE started_at >= %(counted_until)s
    AND lower(concat_ws(' ', title, show_title, details ->> 'artist', details ->> 'album',
        details ->> 'channel_title')) LIKE ALL (%(words)s::text[])

-- name: is_called_so
-- Whether all words occur in the names of a session's item, looked up for each: many items are called
-- so, before a page is full.
(
        coalesce(
            (SELECT i.names FROM item_statistics AS i WHERE i.content_id = s.content_id)
            LIKE ALL (%(words)s::text[]),
            false
        )
        OR s.content_id IN ({named_lately})
    )

-- name: list_items_called
-- Some of the items in whose names all words occur, with how many sessions of each are counted.
SELECT content_id, coalesce(i.sessions, 0) AS sessions
FROM (
    SELECT content_id
    FROM (
        SELECT content_id FROM item_statistics WHERE names LIKE ALL (%(words)s::text[])
        UNION
        {named_lately}
    ) AS named
    LIMIT %(limit)s
) AS called
LEFT JOIN item_statistics AS i USING (content_id);

-- name: count_active
-- What goes on now, by server, decision and connection: streams, and the bandwidth they take.
SELECT
    coalesce(s.server_id, s.source) AS server_id,
    max(s.details ->> 'server_name') AS server_name,
    coalesce(s.stream_type, 'unknown') AS stream_type,
    CASE
        WHEN n.network_class = 'local' THEN 'lan'
        WHEN n.network_class IS NOT NULL THEN 'wan'
        ELSE 'unknown'
    END AS location,
    count(*) AS streams,
    count(*) FILTER (WHERE s.state = 'playing') AS playing,
    coalesce(sum(coalesce(
        (s.details ->> 'bandwidth_kbps')::bigint,
        (s.details ->> 'stream_bitrate_kbps')::bigint,
        s.bitrate_kbps
    )) FILTER (WHERE s.state = 'playing'), 0)::bigint AS bandwidth_kbps,
    count(*) FILTER (WHERE s.state = 'playing' AND NOT s.details ? 'bandwidth_kbps') AS estimated
FROM analytics_sessions AS s
LEFT JOIN located_networks AS n ON n.user_id = s.user_id AND n.network_key = s.network_key
WHERE s.stopped_at IS NULL AND (%(adult)s OR s.content_type NOT LIKE 'qar.%%')
GROUP BY 1, 3, 4;
