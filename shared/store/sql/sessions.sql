-- name: load_by_keys
-- The current session of each (source, session_key), with the ids of those before it and the
-- pin of its network.
SELECT s.*, k.id AS current_id, k.former, n.address, n.network_class, n.kind, n.continent, n.country, n.region, n.city,
    n.postal_code, n.latitude, n.longitude, n.accuracy_radius_km, n.asn, n.organisation
FROM json_to_recordset(%(keys)s::json) AS wanted (source text, session_key text)
JOIN session_keys AS k USING (source, session_key)
JOIN analytics_sessions AS s ON s.user_id = k.user_id AND s.id = k.id
LEFT JOIN located_networks AS n ON n.user_id = s.user_id AND n.network_key = s.network_key;

-- name: load_by_ids
-- Sessions by id, each from the one partition its id names, with what its key points at and the
-- pin of its network.
SELECT s.*, k.id AS current_id, k.former, n.address, n.network_class, n.kind, n.continent, n.country, n.region, n.city,
    n.postal_code, n.latitude, n.longitude, n.accuracy_radius_km, n.asn, n.organisation
FROM unnest(%(ids)s::uuid[]) AS wanted (id)
JOIN analytics_sessions AS s ON s.id = wanted.id
LEFT JOIN session_keys AS k ON k.source = s.source AND k.session_key = s.session_key
LEFT JOIN located_networks AS n ON n.user_id = s.user_id AND n.network_key = s.network_key;

-- name: load_former
-- The sessions before the current one of each (source, session_key).
SELECT s.*
FROM json_to_recordset(%(keys)s::json) AS wanted (source text, session_key text)
JOIN session_keys AS k USING (source, session_key)
JOIN analytics_sessions AS s ON s.id = ANY (k.former);

-- name: find_buried
-- Which of these events belong to sessions that were deleted: by the start they claim, or else by
-- their time. A key has one session at a time, and the next may begin when it ends.
SELECT DISTINCT e.number
FROM json_to_recordset(%(events)s::json) AS e (
    number integer, source text, session_key text, at timestamptz, started_at timestamptz,
    stops boolean
)
JOIN session_tombstones AS t USING (source, session_key)
CROSS JOIN LATERAL (
    SELECT coalesce(e.started_at, e.at) - t.clock_offset_ms * interval '1 millisecond' AS at
) AS said
WHERE (said.at >= t.started_at AND said.at < t.stopped_at)
    OR (said.at = t.started_at AND e.started_at IS NOT NULL)
    OR (said.at = t.stopped_at AND e.started_at IS NULL AND e.stops);

-- name: add_keys
-- Give new keys their first session, unless somebody else did meanwhile.
INSERT INTO session_keys (source, session_key, user_id, id, former)
SELECT source, session_key, user_id, id, former
FROM json_populate_recordset(NULL::session_keys, %(keys)s::json)
ORDER BY source, session_key
ON CONFLICT DO NOTHING
RETURNING id;

-- name: move_keys
-- Point reused keys at new sessions, if they still point where they did when they were read.
UPDATE session_keys AS k
SET user_id = r.user_id, id = r.id, former = r.former
FROM json_to_recordset(%(keys)s::json) AS r (
    source text, session_key text, user_id uuid, id uuid, former uuid[],
    before_id uuid, before_former uuid[]
)
WHERE k.source = r.source AND k.session_key = r.session_key
    AND k.id = r.before_id AND k.former = r.before_former
RETURNING k.id;

-- name: insert_sessions
-- New sessions, whole. Of one that was told without its library it is the one that has the item.
INSERT INTO analytics_sessions
SELECT s.*
FROM json_populate_recordset(NULL::analytics_sessions, %(rows)s::json) AS r
CROSS JOIN LATERAL json_populate_record(r, json_build_object('library_id', coalesce(
    r.library_id,
    (
        SELECT i.library_id
        FROM library_items AS i
        WHERE i.id = r.content_id
        ORDER BY i.gone_at DESC NULLS FIRST, i.library_id
        LIMIT 1
    )
))) AS s;

-- name: update_sessions
-- Sessions of which more than a sign of life has changed, unless somebody changed them meanwhile.
-- A library that is known stays known, unless another is told or the session is of another item.
UPDATE analytics_sessions AS s
SET
    version = r.version,
    last_seen_at = r.last_seen_at,
    progress_ms = r.progress_ms,
    watched_ms = r.watched_ms,
    paused_ms = r.paused_ms,
    buffered_ms = r.buffered_ms,
    state = r.state,
    started_at = r.started_at,
    stopped_at = r.stopped_at,
    end_reason = r.end_reason,
    interrupted_since = r.interrupted_since,
    interruptions = r.interruptions,
    claimed_start = r.claimed_start,
    clock_offset_ms = r.clock_offset_ms,
    start_progress_ms = r.start_progress_ms,
    ip_address = r.ip_address,
    network_key = r.network_key,
    network_since = r.network_since,
    past_segments = r.past_segments,
    stream_since = r.stream_since,
    past_streams = r.past_streams,
    server_id = r.server_id,
    library_id = coalesce(
        CASE
            WHEN r.content_id = s.content_id THEN coalesce(r.library_id, s.library_id)
            ELSE nullif(r.library_id, s.library_id)
        END,
        (
            SELECT i.library_id
            FROM library_items AS i
            WHERE i.id = r.content_id
            ORDER BY i.gone_at DESC NULLS FIRST, i.library_id = r.library_id DESC, i.library_id
            LIMIT 1
        ),
        r.library_id
    ),
    content_type = r.content_type,
    content_id = r.content_id,
    title = r.title,
    show_id = r.show_id,
    show_title = r.show_title,
    season_number = r.season_number,
    episode_number = r.episode_number,
    duration_ms = r.duration_ms,
    device_id = r.device_id,
    device_name = r.device_name,
    device_type = r.device_type,
    client_name = r.client_name,
    client_version = r.client_version,
    platform = r.platform,
    stream_type = r.stream_type,
    container = r.container,
    video_codec = r.video_codec,
    audio_codec = r.audio_codec,
    resolution = r.resolution,
    bitrate_kbps = r.bitrate_kbps,
    details = r.details,
    journal = r.journal
FROM json_populate_recordset(NULL::analytics_sessions, %(rows)s::json) AS r
WHERE s.user_id = r.user_id AND s.id = r.id AND s.version = r.version - 1
RETURNING s.id;

-- name: touch_sessions
-- Heartbeats: only what one moves, unless somebody changed the session meanwhile.
UPDATE analytics_sessions AS s
SET
    version = r.version,
    last_seen_at = r.last_seen_at,
    progress_ms = r.progress_ms,
    watched_ms = r.watched_ms,
    paused_ms = r.paused_ms,
    buffered_ms = r.buffered_ms,
    journal = r.journal
FROM json_to_recordset(%(rows)s::json) AS r (
    user_id uuid, id uuid, version bigint, last_seen_at timestamptz, progress_ms bigint,
    watched_ms bigint, paused_ms bigint, buffered_ms bigint, journal json
)
WHERE s.user_id = r.user_id AND s.id = r.id AND s.version = r.version - 1
RETURNING s.id;

-- name: list_silent
-- Active sessions without a sign of life since an instant, oldest first. One whose source reports
-- no progress may be silent for as long as its item still lasts, and half an hour.
SELECT *
FROM analytics_sessions
WHERE stopped_at IS NULL
    AND last_seen_at < %(silent_since)s
    AND (details -> 'reports_progress' IS DISTINCT FROM 'false'::jsonb
        OR last_seen_at + interval '30 minutes'
            + greatest(0, coalesce(duration_ms, 14400000)
                - greatest(progress_ms, coalesce(start_progress_ms, 0) + watched_ms))
            * interval '1 millisecond'
            < %(now)s)
ORDER BY last_seen_at, id
LIMIT %(limit)s;

-- name: settle_journals
-- Forget the journals of sessions that ended before the reorder window.
UPDATE analytics_sessions
SET journal = NULL
WHERE (user_id, id) IN (
    SELECT user_id, id
    FROM analytics_sessions
    WHERE journal IS NOT NULL AND stopped_at < %(ended_before)s
    LIMIT %(limit)s
);

-- name: add_tombstone
-- Remember a deleted session.
INSERT INTO session_tombstones (
    user_id, id, source, session_key, started_at, stopped_at, clock_offset_ms, deleted_at
)
SELECT user_id, id, source, session_key, started_at, coalesce(stopped_at, last_seen_at),
    clock_offset_ms, %(now)s
FROM analytics_sessions
WHERE user_id = %(user_id)s AND id = %(id)s
ON CONFLICT DO NOTHING;

-- name: delete_session
-- Delete a session's record.
DELETE FROM analytics_sessions WHERE user_id = %(user_id)s AND id = %(id)s RETURNING id;

-- name: pass_key_back
-- Let the session before a deleted one be its key's current one, as it was before.
UPDATE session_keys AS k
SET user_id = s.user_id, id = s.id, former = trim_array(k.former, 1)
FROM analytics_sessions AS s
WHERE k.source = %(source)s AND k.session_key = %(session_key)s AND k.id = %(id)s
    AND s.id = k.former[cardinality(k.former)];

-- name: remove_key
-- Let a deleted session be nobody's current one.
DELETE FROM session_keys
WHERE source = %(source)s AND session_key = %(session_key)s AND id = %(id)s;

-- name: leave_chain
-- Let a deleted session be none of those that its key remembers.
UPDATE session_keys
SET former = array_remove(former, %(id)s)
WHERE source = %(source)s AND session_key = %(session_key)s AND %(id)s = ANY (former);

-- name: list_viewings
-- What timelines need of people's sessions that ended at or after an instant, or go on. A source
-- that takes everybody for one address says nothing of where anybody is.
SELECT
    user_id, id, network_key, ip_address, network_since, stopped_at, device_id, device_name,
    content_type, title, server_id, library_id, nullif(past_segments, '[]') AS past_segments,
    nullif(interruptions, '[]') AS interruptions,
    CASE WHEN state = 'paused' THEN interrupted_since END AS paused_since
FROM analytics_sessions
WHERE user_id = ANY(%(user_ids)s) AND (stopped_at >= %(since)s OR stopped_at IS NULL)
    AND source NOT IN (SELECT source FROM misconfigured_sources)
ORDER BY user_id, started_at, id;

-- name: list_rhythms
-- How people's sessions follow each other: the most at one moment, each as if it lasted longer by
-- the hand-over time, and the longest time between two ends. Read from two indexes alone: which
-- start belongs to which end does not matter. Where sources are left out nothing is known.
SELECT user_id, most_at_once, longest_silence, first_end, last_end
FROM (
    SELECT user_id, max(alive) AS most_at_once
    FROM (
        SELECT user_id, sum(step) OVER (
            PARTITION BY user_id ORDER BY at, step DESC ROWS UNBOUNDED PRECEDING
        ) AS alive
        FROM (
            SELECT user_id, started_at AS at, 1 AS step
            FROM analytics_sessions
            WHERE user_id = ANY(%(user_ids)s)
            UNION ALL
            SELECT user_id, stopped_at + %(handover)s, -1
            FROM analytics_sessions
            WHERE user_id = ANY(%(user_ids)s) AND stopped_at IS NOT NULL
        ) AS edges
    ) AS moments
    GROUP BY user_id
) AS crowds
LEFT JOIN (
    SELECT user_id, min(stopped_at) AS first_end, max(stopped_at) AS last_end,
        coalesce(max(silence), interval '0') AS longest_silence
    FROM (
        SELECT user_id, stopped_at,
            stopped_at - lag(stopped_at) OVER (PARTITION BY user_id ORDER BY stopped_at) AS silence
        FROM analytics_sessions
        WHERE user_id = ANY(%(user_ids)s) AND stopped_at IS NOT NULL
    ) AS ends
    GROUP BY user_id
) AS silences USING (user_id)
WHERE NOT EXISTS (SELECT FROM misconfigured_sources);

-- name: find_active
-- A session, if it goes on.
SELECT id
FROM analytics_sessions
WHERE user_id = %(user_id)s AND id = %(id)s AND stopped_at IS NULL;
