-- name: mark_items
-- Ask for what people did with items to be counted anew. DO UPDATE, though it updates nothing: it
-- locks the mark, so that who counts waits until what has just changed can be read.
INSERT INTO dirty_items AS d (user_id, content_id, marked_at)
SELECT DISTINCT user_id, content_id, %(now)s::timestamptz
FROM json_to_recordset(%(items)s::json) AS r (user_id uuid, content_id text)
ORDER BY user_id, content_id
ON CONFLICT (user_id, content_id) DO UPDATE SET marked_at = excluded.marked_at WHERE false;

-- name: mark_active
-- Have what is being watched counted anew: heartbeats mark nothing.
INSERT INTO dirty_items AS d (user_id, content_id, marked_at)
SELECT DISTINCT user_id, content_id, %(now)s::timestamptz
FROM analytics_sessions
WHERE stopped_at IS NULL
ORDER BY user_id, content_id
ON CONFLICT (user_id, content_id) DO UPDATE SET marked_at = excluded.marked_at WHERE false;

-- name: mark_people
-- Have everything that sessions of some people tell, or told until they were deleted, counted anew;
-- return the last of these people, and how many marks that made. OFFSET 0 has people searched for:
-- PostgreSQL would read all sessions that there are, each time.
WITH people AS MATERIALIZED (
    SELECT user_id FROM users WHERE user_id > %(after)s ORDER BY user_id LIMIT %(limit)s
),
marked AS (
    INSERT INTO dirty_items AS d (user_id, content_id, marked_at)
    SELECT p.user_id, k.content_id, %(now)s::timestamptz
    FROM people AS p
    CROSS JOIN LATERAL (
        SELECT content_id FROM analytics_sessions WHERE user_id = p.user_id
        UNION
        SELECT content_id
        FROM session_facts
        WHERE user_id = p.user_id AND id IN (SELECT id FROM session_tombstones)
        OFFSET 0
    ) AS k
    ORDER BY p.user_id, k.content_id
    ON CONFLICT (user_id, content_id) DO UPDATE SET marked_at = excluded.marked_at WHERE false
    RETURNING 1
)
SELECT
    (SELECT user_id FROM people ORDER BY user_id DESC LIMIT 1) AS last,
    (SELECT count(*) FROM marked) AS marks;

-- name: mark_without_library
-- Have counted anew what people did with items while no library was known to have these.
INSERT INTO dirty_items AS d (user_id, content_id, marked_at)
SELECT DISTINCT user_id, content_id, %(now)s::timestamptz
FROM analytics_sessions
WHERE library_id IS NULL AND content_id = ANY(%(content_ids)s)
ORDER BY user_id, content_id
ON CONFLICT (user_id, content_id) DO UPDATE SET marked_at = excluded.marked_at WHERE false;

-- name: mark_person
-- Have some of what a person did counted anew.
INSERT INTO dirty_items AS d (user_id, content_id, marked_at)
SELECT DISTINCT user_id, content_id, %(now)s::timestamptz
FROM session_facts
WHERE user_id = %(user_id)s
ORDER BY user_id, content_id
LIMIT %(limit)s
ON CONFLICT (user_id, content_id) DO UPDATE SET marked_at = excluded.marked_at WHERE false;

-- name: take_items
-- Take marks away before reading what they are about: whatever changes from now on is marked again.
-- People are taken whose marks are among the oldest, and all that is marked of them, since it is
-- counted together for little more than a part of it: of whom there is no more room, nothing is taken,
-- but of the first. Marks are locked in the order in which others mark, and each is searched for: of
-- millions that wait, reading all of them for each lot would take longer than counting. Whom another
-- lot is counting is left for later.
WITH oldest AS MATERIALIZED (
    SELECT user_id
    FROM dirty_items
    WHERE user_id <> ALL(%(without)s::uuid[])
    ORDER BY marked_at
    LIMIT %(limit)s
),
fitting AS MATERIALIZED (
    SELECT d.user_id, d.content_id
    FROM (SELECT DISTINCT user_id FROM oldest ORDER BY user_id) AS p
    CROSS JOIN LATERAL (
        SELECT user_id, content_id FROM dirty_items WHERE user_id = p.user_id ORDER BY content_id
    ) AS d
    LIMIT %(limit)s
),
chosen AS MATERIALIZED (
    SELECT user_id, content_id
    FROM fitting
    WHERE user_id = (SELECT user_id FROM fitting ORDER BY user_id LIMIT 1)
        OR user_id <> (SELECT user_id FROM fitting ORDER BY user_id DESC LIMIT 1)
        OR (SELECT count(*) FROM fitting) < %(limit)s
),
locked AS MATERIALIZED (
    SELECT l.at
    FROM (SELECT user_id, content_id FROM chosen ORDER BY user_id, content_id) AS c
    CROSS JOIN LATERAL (
        SELECT d.ctid AS at
        FROM dirty_items AS d
        WHERE d.user_id = c.user_id AND d.content_id = c.content_id
        FOR UPDATE
    ) AS l
),
tried AS (
    DELETE FROM put_off_items
    WHERE (user_id, content_id) IN (SELECT user_id, content_id FROM chosen)
)
DELETE FROM dirty_items
WHERE ctid = ANY (ARRAY(SELECT at FROM locked))
RETURNING user_id, content_id, (SELECT count(*) FROM fitting) < %(limit)s AS are_all;

-- name: put_off_item
-- Have what a person did with an item counted anew after a while.
INSERT INTO put_off_items (user_id, content_id, until)
VALUES (%(user_id)s, %(content_id)s, %(until)s)
ON CONFLICT (user_id, content_id) DO UPDATE SET until = excluded.until;

-- name: mark_put_off
-- Have what was put off until now counted anew. It stays put off until that is done.
INSERT INTO dirty_items AS d (user_id, content_id, marked_at)
SELECT user_id, content_id, %(now)s::timestamptz
FROM put_off_items
WHERE until <= %(now)s
ORDER BY user_id, content_id
ON CONFLICT (user_id, content_id) DO UPDATE SET marked_at = excluded.marked_at WHERE false;

-- name: take_items_of
-- Take some of a person's marks away.
DELETE FROM dirty_items
WHERE user_id = %(user_id)s AND content_id IN (
    SELECT content_id FROM dirty_items
    WHERE user_id = %(user_id)s
    ORDER BY content_id
    LIMIT %(limit)s
)
RETURNING user_id, content_id;

-- name: take_room
-- Let the next statements of the transaction sort and compare a lot in memory, where they would write
-- and read some hundred megabytes of files.
SET LOCAL work_mem = '64MB';

-- name: roll_up
-- Count anew what people did with items, and carry the difference into every sum.
--   1. All kept sessions of each person and item, chained into plays as shared.domain.plays does.
--      One without a library gets that which has its item by now.
--   2. What each counts for (shared.domain.statistics.facts), beside what was noted before.
--      Facts of sessions that retention dropped stay as they are: those without a session of which
--      none was deleted. What months there are says nothing of that: sessions may be kept for longer
--      than they were once, and come late into months that were dropped.
--   3. The difference, added to the facts and to everything that is a sum over them. Of a session that
--      merely went on, only the quarter hours from where it ended before: one that is on for weeks is
--      counted each minute.
-- Facts of a person and item are changed by whoever took that mark, and by nobody else. A session whose
-- item was put right may be noted with an item that is not among the keys: its fact goes where that is
-- counted, and it is counted as what it is by now once that is done. Either marks the other.
-- OFFSET 0 has people and items searched for: of many at once, PostgreSQL would otherwise read all
-- sessions and facts that there are, in order, and counting would take the longer the more history
-- there is. To search every month for an item takes as long as to read some hundred sessions, so that
-- of people with many items among the keys all sessions are read instead.
-- A session that is being written is not waited for, since whoever writes it may wait for its mark: what
-- it counts for is counted as it was, and it is marked again, so that it is noted once it is written.
-- Each row that is compared, sorted or summed is narrow; how things are called is looked up in `runs`
-- for what changed alone. `noted` names the ids once more, since PostgreSQL would read all sessions to
-- join them to what it takes for millions; and what is the same is left out by NOT IN, which looks
-- each session up, however few PostgreSQL thinks they are.
-- Facts are the last part and are written first, being the person's own, in the order of the index whose
-- pages are the most, so that each is fetched once a lot. The sums that all share come after them, in the
-- same order of tables and rows each time: who counts other people at once waits for these alone, and
-- nobody for another who waits for them.
-- Returns what the sessions are part of, or were.
WITH keys AS MATERIALIZED (
    SELECT user_id, content_id
    FROM unnest(%(user_ids)s::uuid[], %(content_ids)s::text[]) AS k (user_id, content_id)
),
readers AS MATERIALIZED (
    SELECT k.user_id, 100 * k.items >= coalesce(known.sessions, 0) AS is_read_whole
    FROM (SELECT user_id, count(*) AS items FROM keys GROUP BY user_id) AS k
    CROSS JOIN LATERAL (
        SELECT sum(sessions) AS sessions FROM user_statistics WHERE user_id = k.user_id
    ) AS known
),
sessions AS (
    SELECT s.*
    FROM readers AS r
    CROSS JOIN LATERAL (
        SELECT * FROM analytics_sessions WHERE user_id = r.user_id OFFSET 0
    ) AS s
    WHERE r.is_read_whole AND (s.user_id, s.content_id) IN (SELECT user_id, content_id FROM keys)
    UNION ALL
    SELECT s.*
    FROM readers AS r
    JOIN keys AS k USING (user_id)
    CROSS JOIN LATERAL (
        SELECT *
        FROM analytics_sessions
        WHERE user_id = k.user_id AND content_id = k.content_id
        OFFSET 0
    ) AS s
    WHERE NOT r.is_read_whole
),
networks AS MATERIALIZED (
    SELECT n.*
    FROM readers AS r
    CROSS JOIN LATERAL (
        SELECT * FROM located_networks WHERE user_id = r.user_id OFFSET 0
    ) AS n
),
runs AS MATERIALIZED (
    SELECT
        s.user_id, s.id, s.content_id, s.content_type, s.started_at,
        coalesce(s.stopped_at, s.last_seen_at) AS ended_at,
        (extract(epoch FROM s.started_at) * 1000)::bigint AS start_ms,
        (extract(epoch FROM coalesce(s.stopped_at, s.last_seen_at)) * 1000)::bigint AS end_ms,
        CASE WHEN s.interrupted_since IS NULL OR s.stopped_at IS NOT NULL
            THEN s.interruptions
            ELSE s.interruptions || jsonb_build_array(jsonb_build_array(
                s.state,
                (extract(epoch FROM s.interrupted_since) * 1000)::bigint,
                (extract(epoch FROM s.last_seen_at) * 1000)::bigint
            )) END AS interruptions,
        s.play_id AS noted_play_id,
        s.progress_ms, coalesce(s.start_progress_ms, 0) AS resumed_ms, s.duration_ms,
        s.watched_ms, s.paused_ms, s.buffered_ms, s.device_id, s.details,
        s.content_type <> 'livetv_program' AND (
            coalesce(s.details -> 'completed' = 'true'::jsonb, false)
            OR coalesce(
                s.progress_ms * 100
                >= s.duration_ms * CASE s.content_type WHEN 'music_track' THEN 50 ELSE 85 END,
                false
            )
        ) AS is_completed,
        CASE WHEN s.content_type <> 'livetv_program' AND s.duration_ms > 0 THEN
            least(100, s.progress_ms * 100 / s.duration_ms)
        END AS reached,
        coalesce(
            (s.details ->> 'bandwidth_kbps')::integer,
            (s.details ->> 'stream_bitrate_kbps')::integer,
            s.bitrate_kbps
        ) AS bitrate_kbps,
        s.server_id, s.library_id AS noted_library_id,
        coalesce(
            s.library_id,
            (
                SELECT i.library_id
                FROM library_items AS i
                WHERE i.id = s.content_id
                ORDER BY i.gone_at DESC NULLS FIRST, i.library_id
                LIMIT 1
            )
        ) AS library_id,
        s.title, s.show_id, s.show_title, s.season_number,
        s.episode_number, s.device_type, s.client_name, s.platform,
        coalesce(s.stream_type, 'unknown') AS stream_type,
        CASE
            WHEN n.network_class = 'local' THEN 'lan'
            WHEN n.network_class IS NOT NULL THEN 'wan'
            ELSE 'unknown'
        END AS location,
        n.continent, n.country, n.region, n.city, n.asn, n.organisation,
        s.container, s.video_codec, s.audio_codec, s.resolution, s.account_user_id
    FROM sessions AS s
    LEFT JOIN networks AS n ON n.user_id = s.user_id AND n.network_key = s.network_key
),
known AS MATERIALIZED (
    SELECT f.*
    FROM keys AS k
    CROSS JOIN LATERAL (
        SELECT *
        FROM session_facts
        WHERE user_id = k.user_id AND content_id = k.content_id
        OFFSET 0
    ) AS f
),
unread AS MATERIALIZED (
    SELECT k.user_id, k.content_id, k.id, s.content_id AS told_as
    FROM known AS k
    LEFT JOIN LATERAL (
        SELECT content_id FROM analytics_sessions WHERE user_id = k.user_id AND id = k.id OFFSET 0
    ) AS s ON true
    WHERE (k.user_id, k.id) NOT IN (SELECT user_id, id FROM runs)
),
staying AS MATERIALIZED (
    SELECT user_id, content_id, id
    FROM unread AS u
    WHERE NOT %(forgets)s
        AND told_as IS NULL
        AND NOT EXISTS (SELECT FROM session_tombstones WHERE id = u.id OFFSET 0)
),
elsewhere AS MATERIALIZED (
    SELECT r.user_id, r.id, f.content_id AS noted_as
    FROM runs AS r
    CROSS JOIN LATERAL (
        SELECT content_id FROM session_facts WHERE user_id = r.user_id AND id = r.id OFFSET 0
    ) AS f
    WHERE (r.user_id, r.id) NOT IN (SELECT user_id, id FROM known)
),
put_right AS (
    INSERT INTO dirty_items AS d (user_id, content_id, marked_at)
    SELECT user_id, told_as, now() FROM unread WHERE told_as IS NOT NULL
    UNION
    SELECT user_id, noted_as, now() FROM elsewhere
    ORDER BY 1, 2
    ON CONFLICT (user_id, content_id) DO UPDATE SET marked_at = excluded.marked_at WHERE false
),
linked AS (
    SELECT
        r.user_id, r.content_id, r.id, r.started_at, r.watched_ms, r.is_completed, r.reached,
        r.noted_play_id,
        CASE WHEN r.noted_library_id IS NULL THEN r.library_id END AS found_library_id,
        CASE
            WHEN r.noted_play_id IS NULL THEN r.id
            WHEN (r.user_id, r.content_id, r.noted_play_id) IN (
                SELECT user_id, content_id, id FROM staying
            ) THEN r.noted_play_id
            ELSE r.id
        END AS begins_as,
        r.content_type = 'music_track' AS is_music, r.duration_ms,
        coalesce(
            r.start_ms - lag(r.end_ms) OVER item <= 86400000 AND (
                r.content_type = 'livetv_program'
                OR (
                    NOT lag(r.is_completed) OVER item
                    AND r.resumed_ms >= lag(r.progress_ms) OVER item - 60000
                )
            ),
            false
        ) AS goes_on
    FROM runs AS r
    WINDOW item AS (PARTITION BY r.user_id, r.content_id ORDER BY r.started_at, r.id)
),
chained AS (
    SELECT *, count(*) FILTER (WHERE NOT goes_on) OVER item AS chain
    FROM linked
    WINDOW item AS (PARTITION BY user_id, content_id ORDER BY started_at, id)
),
played AS MATERIALIZED (
    SELECT
        user_id, id, content_id, noted_play_id, found_library_id,
        first_value(begins_as) OVER play AS play_id,
        sum(watched_ms) OVER play >= CASE
            WHEN NOT is_music THEN 120000
            ELSE least(30000, coalesce(duration_ms / 2.0, 30000))
        END AS is_counted,
        bool_or(is_completed) OVER play AS is_completed,
        max(reached) OVER play AS reached
    FROM chained
    WINDOW play AS (
        PARTITION BY user_id, content_id, chain ORDER BY started_at, id
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    )
),
known_anew AS MATERIALIZED (
    SELECT
        user_id, id, content_id, nullif(play_id, id) AS play_id,
        found_library_id AS library_id
    FROM played
    WHERE noted_play_id IS DISTINCT FROM nullif(play_id, id) OR found_library_id IS NOT NULL
),
free AS MATERIALIZED (
    SELECT s.user_id, s.id
    FROM known_anew AS k
    CROSS JOIN LATERAL (
        SELECT user_id, id
        FROM analytics_sessions
        WHERE user_id = k.user_id AND id = k.id
        FOR NO KEY UPDATE SKIP LOCKED
    ) AS s
),
being_written AS (
    INSERT INTO dirty_items (user_id, content_id, marked_at)
    SELECT DISTINCT user_id, content_id, now()
    FROM known_anew
    WHERE (user_id, id) NOT IN (SELECT user_id, id FROM free)
    ORDER BY user_id, content_id
    ON CONFLICT (user_id, content_id) DO NOTHING
),
noted AS (
    UPDATE analytics_sessions AS s
    SET play_id = k.play_id, library_id = coalesce(s.library_id, k.library_id)
    FROM known_anew AS k
    JOIN free USING (user_id, id)
    WHERE s.user_id = k.user_id AND s.id = k.id
        AND s.id = ANY(ARRAY(SELECT id FROM free))
),
described AS (
    SELECT
        r.user_id, r.id, r.content_id, r.content_type, r.started_at, r.ended_at,
        r.start_ms, r.end_ms, r.interruptions, r.interruptions = '[]' AS is_whole,
        r.start_ms / 900000 AS first_quarter,
        greatest(r.start_ms, r.end_ms - 1) / 900000 AS last_quarter,
        p.is_counted AND p.play_id = r.id AS is_play,
        p.is_counted AND p.play_id = r.id AND p.is_completed AS is_completed_play,
        CASE WHEN p.is_counted AND p.play_id = r.id THEN p.reached END AS play_reached,
        r.paused_ms, r.buffered_ms, r.device_id, r.account_user_id,
        CASE
            WHEN r.bitrate_kbps > %(most_kbps)s THEN %(most_kbps)s
            ELSE r.bitrate_kbps
        END AS bitrate_kbps,
        md5(ROW(
            r.server_id, r.library_id, r.content_type, r.device_type, r.client_name, r.platform,
            r.stream_type, r.location, r.country
        )::text)::uuid AS facet_id,
        md5(ROW(
            r.content_type, r.stream_type, r.device_type, r.client_name, r.platform,
            r.container, r.video_codec, r.audio_codec, r.resolution,
            r.details ->> 'video_dynamic_range', r.details ->> 'audio_channels',
            r.details ->> 'stream_container', r.details ->> 'stream_video_codec',
            r.details ->> 'stream_audio_codec', r.details ->> 'stream_resolution',
            r.details ->> 'stream_video_dynamic_range', r.details ->> 'stream_audio_channels',
            r.details ->> 'video_decision', r.details ->> 'audio_decision',
            r.details ->> 'subtitle_decision', r.details ->> 'transcode_reasons'
        )::text)::uuid AS quality_id,
        md5(ROW(
            r.content_type, r.stream_type, r.location, r.continent, r.country, r.region, r.city,
            r.asn, r.organisation
        )::text)::uuid AS place_id,
        md5(ROW(
            r.show_id, r.season_number, r.details ->> 'artist',
            coalesce(r.details ->> 'album_artist', r.details ->> 'artist'),
            r.details ->> 'album', r.details ->> 'channel_id'
        )::text)::uuid AS work_id,
        r.stream_type, r.location, coalesce(r.library_id, '') AS library_id
    FROM runs AS r
    JOIN played AS p USING (user_id, id)
),
spread_out AS (
    SELECT *,
        CASE
            WHEN NOT is_whole THEN (
                SELECT array_agg(greatest(0,
                    least(end_ms, (n + 1) * 900000) - greatest(start_ms, n * 900000)
                    - (
                        SELECT coalesce(sum(greatest(0,
                            least((i ->> 2)::bigint, end_ms, (n + 1) * 900000)
                            - greatest((i ->> 1)::bigint, start_ms, n * 900000)
                        )), 0)
                        FROM jsonb_array_elements(interruptions) AS i
                    )
                )::integer ORDER BY n)
                FROM generate_series(first_quarter, last_quarter) AS n
            )
            WHEN first_quarter = last_quarter THEN ARRAY[(end_ms - start_ms)::integer]
            ELSE
                ((first_quarter + 1) * 900000 - start_ms)::integer
                || array_fill(900000, ARRAY[(last_quarter - first_quarter - 1)::integer])
                || (end_ms - last_quarter * 900000)::integer
        END AS spread
    FROM described
    OFFSET 0
),
fresh AS MATERIALIZED (
    SELECT
        user_id, id, content_id, content_type, started_at, ended_at, spread,
        CASE
            WHEN is_whole THEN end_ms - start_ms
            ELSE (SELECT sum(ms) FROM unnest(spread) AS ms)::bigint
        END AS watched_ms,
        is_play::integer::smallint AS plays,
        is_completed_play::integer::smallint AS completed,
        paused_ms, buffered_ms, bitrate_kbps, device_id,
        facet_id, quality_id, place_id, work_id, account_user_id,
        play_reached::smallint AS reached,
        stream_type, location, library_id
    FROM spread_out
    WHERE (user_id, id) NOT IN (SELECT user_id, id FROM elsewhere)
),
same AS MATERIALIZED (
    SELECT f.user_id, f.id
    FROM fresh AS f
    JOIN known AS k USING (user_id, id)
    WHERE (
        f.content_id, f.content_type, f.started_at, f.ended_at, f.spread, f.watched_ms, f.plays,
        f.completed, f.paused_ms, f.buffered_ms, f.bitrate_kbps, f.device_id, f.facet_id,
        f.quality_id, f.place_id, f.work_id, f.account_user_id, f.reached
    ) IS NOT DISTINCT FROM (
        k.content_id, k.content_type, k.started_at, k.ended_at, k.spread, k.watched_ms, k.plays,
        k.completed, k.paused_ms, k.buffered_ms, k.bitrate_kbps, k.device_id, k.facet_id,
        k.quality_id, k.place_id, k.work_id, k.account_user_id, k.reached
    )
),
come AS MATERIALIZED (
    SELECT * FROM fresh WHERE (user_id, id) NOT IN (SELECT user_id, id FROM same)
),
gone AS MATERIALIZED (
    SELECT *
    FROM known
    WHERE (user_id, id) NOT IN (SELECT user_id, id FROM same)
        AND (user_id, id) NOT IN (SELECT user_id, id FROM staying)
),
vanished AS MATERIALIZED (SELECT user_id, id FROM gone EXCEPT SELECT user_id, id FROM come),
removed AS (
    DELETE FROM session_facts AS f
    USING vanished AS v
    WHERE f.user_id = v.user_id AND f.id = v.id
),
new_facets AS MATERIALIZED (
    SELECT c.facet_id
    FROM (SELECT DISTINCT facet_id FROM come) AS c
    WHERE NOT EXISTS (SELECT FROM stream_facets WHERE id = c.facet_id)
),
facets AS (
    INSERT INTO stream_facets
    SELECT
        n.facet_id, r.server_id, r.library_id, r.content_type, r.device_type, r.client_name,
        r.platform, r.stream_type, r.location, r.country
    FROM (
        SELECT DISTINCT ON (facet_id) facet_id, user_id, id
        FROM come
        WHERE facet_id IN (SELECT facet_id FROM new_facets)
        ORDER BY facet_id
    ) AS n
    JOIN runs AS r USING (user_id, id)
    ORDER BY n.facet_id
    ON CONFLICT (id) DO NOTHING
),
new_qualities AS MATERIALIZED (
    SELECT c.quality_id
    FROM (SELECT DISTINCT quality_id FROM come) AS c
    WHERE NOT EXISTS (SELECT FROM stream_qualities WHERE id = c.quality_id)
),
qualities AS (
    INSERT INTO stream_qualities
    SELECT
        n.quality_id, r.container, r.video_codec, r.audio_codec, r.resolution,
        r.details ->> 'video_dynamic_range', r.details ->> 'audio_channels',
        r.details ->> 'stream_container', r.details ->> 'stream_video_codec',
        r.details ->> 'stream_audio_codec', r.details ->> 'stream_resolution',
        r.details ->> 'stream_video_dynamic_range', r.details ->> 'stream_audio_channels',
        r.details ->> 'video_decision', r.details ->> 'audio_decision',
        r.details ->> 'subtitle_decision', r.details ->> 'transcode_reasons',
        r.content_type, r.stream_type, r.device_type, r.client_name, r.platform
    FROM (
        SELECT DISTINCT ON (quality_id) quality_id, user_id, id
        FROM come
        WHERE quality_id IN (SELECT quality_id FROM new_qualities)
        ORDER BY quality_id
    ) AS n
    JOIN runs AS r USING (user_id, id)
    ORDER BY n.quality_id
    ON CONFLICT (id) DO NOTHING
),
new_places AS MATERIALIZED (
    SELECT c.place_id
    FROM (SELECT DISTINCT place_id FROM come) AS c
    WHERE NOT EXISTS (SELECT FROM stream_places WHERE id = c.place_id)
),
places AS (
    INSERT INTO stream_places
    SELECT
        n.place_id, r.continent, r.country, r.region, r.city, r.asn, r.organisation,
        r.content_type, r.stream_type, r.location
    FROM (
        SELECT DISTINCT ON (place_id) place_id, user_id, id
        FROM come
        WHERE place_id IN (SELECT place_id FROM new_places)
        ORDER BY place_id
    ) AS n
    JOIN runs AS r USING (user_id, id)
    ORDER BY n.place_id
    ON CONFLICT (id) DO NOTHING
),
grown AS MATERIALIZED (
    SELECT user_id, id, k.quarters
    FROM come AS c
    JOIN gone AS g USING (user_id, id)
    CROSS JOIN LATERAL (
        SELECT least(cardinality(c.spread), cardinality(g.spread)) - 1 AS quarters
    ) AS k
    WHERE k.quarters > 0
        AND c.spread[:k.quarters] = g.spread[:k.quarters]
        AND (
            c.content_id, c.content_type, c.started_at, c.plays, c.completed, c.buffered_ms,
            c.bitrate_kbps, c.device_id, c.facet_id, c.quality_id, c.place_id, c.work_id,
            c.account_user_id
        ) IS NOT DISTINCT FROM (
            g.content_id, g.content_type, g.started_at, g.plays, g.completed, g.buffered_ms,
            g.bitrate_kbps, g.device_id, g.facet_id, g.quality_id, g.place_id, g.work_id,
            g.account_user_id
        )
),
changed AS MATERIALIZED (
    SELECT
        d.sign, d.user_id, d.content_id, d.content_type, d.started_at, d.watched_ms, d.plays,
        d.completed, d.buffered_ms, d.bitrate_kbps, d.facet_id, d.quality_id, d.place_id,
        d.work_id, d.reached, d.stream_type, d.location, d.library_id,
        floor(ln(nullif(d.bitrate_kbps, 0)) / ln(%(bin_ratio)s::double precision))::integer AS bin,
        k.quarters IS NULL AS is_whole,
        d.started_at + coalesce(k.quarters, 0) * interval '15 minutes' AS counted_from,
        CASE WHEN k.quarters IS NULL THEN d.spread ELSE d.spread[k.quarters + 1:] END AS spread,
        CASE
            WHEN k.quarters IS NULL THEN d.watched_ms
            ELSE (SELECT sum(ms) FROM unnest(d.spread[k.quarters + 1:]) AS ms)
        END AS counted_ms
    FROM (
        SELECT
            1 AS sign, user_id, id, content_id, content_type, started_at, spread, watched_ms,
            plays, completed, buffered_ms, bitrate_kbps, facet_id, quality_id, place_id, work_id,
            reached, stream_type, location, library_id
        FROM come
        UNION ALL
        SELECT
            -1, g.user_id, g.id, g.content_id, g.content_type, g.started_at, g.spread,
            g.watched_ms, g.plays, g.completed, g.buffered_ms, g.bitrate_kbps, g.facet_id,
            g.quality_id, g.place_id, g.work_id, g.reached, v.stream_type, v.location,
            coalesce(v.library_id, '')
        FROM gone AS g
        JOIN stream_facets AS v ON v.id = g.facet_id
    ) AS d
    LEFT JOIN grown AS k USING (user_id, id)
),
told AS MATERIALIZED (
    SELECT l.work_id, g.kind, group_key(g.key) AS key, g.title
    FROM (
        SELECT DISTINCT ON (work_id) work_id, user_id, id
        FROM fresh
        WHERE work_id IN (SELECT work_id FROM changed)
        ORDER BY work_id, started_at DESC, id DESC
    ) AS l
    JOIN runs AS r USING (user_id, id)
    CROSS JOIN LATERAL (
        VALUES
            ('show', r.show_id, r.show_title),
            ('season', r.show_id || ':' || r.season_number, r.show_title),
            ('artist', r.details ->> 'artist', r.details ->> 'artist'),
            (
                'album',
                CASE WHEN r.details ? 'album' THEN concat_ws(
                    ' - ',
                    coalesce(r.details ->> 'album_artist', r.details ->> 'artist'),
                    r.details ->> 'album'
                ) END,
                r.details ->> 'album'
            ),
            ('channel', r.details ->> 'channel_id', r.details ->> 'channel_title')
    ) AS g (kind, key, title)
    WHERE g.key IS NOT NULL
),
works AS (
    INSERT INTO work_groups
    SELECT work_id, kind, key FROM told ORDER BY work_id, kind
    ON CONFLICT (work_id, kind) DO NOTHING
),
rates AS (
    INSERT INTO stream_rates
    SELECT md5(ROW(content_type, stream_type, location, bin)::text)::uuid AS id, d.*
    FROM (SELECT DISTINCT content_type, stream_type, location, bin FROM changed) AS d
    ORDER BY id
    ON CONFLICT (id) DO NOTHING
),
quarter_parts AS MATERIALIZED (
    SELECT
        d.content_type, d.stream_type, d.library_id,
        date_bin('15 minutes', d.counted_from, timestamptz '1970-01-01 00:00:00+00')
            + (q.n - 1) * interval '15 minutes' AS start,
        CASE WHEN d.is_whole AND q.n = 1 THEN d.sign ELSE 0 END AS sessions,
        CASE WHEN d.is_whole AND q.n = 1 THEN d.sign * d.plays ELSE 0 END AS plays,
        CASE WHEN d.is_whole AND q.n = 1 THEN d.sign * d.completed ELSE 0 END AS completed,
        CASE WHEN d.is_whole AND q.n = 1 THEN d.sign * d.buffered_ms ELSE 0 END AS buffered_ms,
        d.sign * q.ms AS watched_ms,
        d.sign * q.ms::bigint * coalesce(d.bitrate_kbps, 0) AS bits
    FROM changed AS d
    CROSS JOIN LATERAL unnest(d.spread) WITH ORDINALITY AS q (ms, n)
    WHERE %(carries)s
),
day_parts AS MATERIALIZED (
    SELECT
        d.user_id, d.content_id, d.content_type, d.stream_type, d.location, d.bin,
        d.facet_id, d.quality_id, d.place_id, d.work_id,
        local_time(q.start, %(changes)s, %(ahead)s)::date AS day,
        date_trunc('month', q.start AT TIME ZONE 'UTC')::date AS month,
        CASE WHEN d.is_whole AND q.n = 1 THEN d.sign ELSE 0 END AS sessions,
        CASE WHEN d.is_whole AND q.n = 1 THEN d.sign * d.plays ELSE 0 END AS plays,
        CASE WHEN d.is_whole AND q.n = 1 THEN d.sign * d.completed ELSE 0 END AS completed,
        CASE WHEN d.is_whole AND q.n = 1 THEN d.sign * d.buffered_ms ELSE 0 END AS buffered_ms,
        d.sign * q.ms AS watched_ms,
        d.sign * q.ms::bigint * coalesce(d.bitrate_kbps, 0) AS bits
    FROM changed AS d
    CROSS JOIN LATERAL parts_of_days(
        d.counted_from, d.spread, d.counted_ms, %(changes)s, %(ahead)s
    ) AS q
    WHERE %(carries)s
),
peaks AS (
    INSERT INTO dirty_quarters (start)
    SELECT DISTINCT start FROM quarter_parts ORDER BY start
    ON CONFLICT (start) DO UPDATE SET start = excluded.start WHERE false
),
of_quarters AS MATERIALIZED (
    SELECT
        start, content_type, stream_type, library_id,
        date_trunc('month', start AT TIME ZONE 'UTC')::date AS month,
        (start AT TIME ZONE 'UTC')::date AS day,
        (extract(isodow FROM start AT TIME ZONE 'UTC') - 1) * 24
            + extract(hour FROM start AT TIME ZONE 'UTC') AS hour,
        sum(sessions) AS sessions, sum(plays) AS plays, sum(completed) AS completed,
        sum(watched_ms) AS watched_ms, sum(buffered_ms) AS buffered_ms, sum(bits) AS bits
    FROM quarter_parts
    GROUP BY start, content_type, stream_type, library_id
),
quarters AS (
    INSERT INTO quarter_hour_statistics AS q (
        start, content_type, stream_type, library_id, sessions, plays, completed, watched_ms,
        buffered_ms, bits
    )
    SELECT
        start, content_type, stream_type, library_id, sessions, plays, completed, watched_ms,
        buffered_ms, bits
    FROM of_quarters
    ORDER BY start, content_type, stream_type, library_id
    ON CONFLICT (start, content_type, stream_type, library_id) DO UPDATE
    SET
        sessions = q.sessions + excluded.sessions,
        plays = q.plays + excluded.plays,
        completed = q.completed + excluded.completed,
        watched_ms = q.watched_ms + excluded.watched_ms,
        buffered_ms = q.buffered_ms + excluded.buffered_ms,
        bits = q.bits + excluded.bits
),
week_hours AS (
    INSERT INTO week_hour_statistics AS h (
        month, hour, content_type, stream_type, library_id, sessions, plays, completed,
        watched_ms, buffered_ms, bits
    )
    SELECT
        month, hour, content_type, stream_type, library_id, sum(sessions), sum(plays),
        sum(completed), sum(watched_ms), sum(buffered_ms), sum(bits)
    FROM of_quarters
    GROUP BY 1, 2, 3, 4, 5
    ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (month, hour, content_type, stream_type, library_id) DO UPDATE
    SET
        sessions = h.sessions + excluded.sessions,
        plays = h.plays + excluded.plays,
        completed = h.completed + excluded.completed,
        watched_ms = h.watched_ms + excluded.watched_ms,
        buffered_ms = h.buffered_ms + excluded.buffered_ms,
        bits = h.bits + excluded.bits
),
clock AS (
    INSERT INTO clock_statistics AS c
    SELECT
        g.grain, g.start, q.hour, q.content_type, sum(q.sessions), sum(q.plays),
        sum(q.completed), sum(q.watched_ms), sum(q.buffered_ms), sum(q.bits)
    FROM of_quarters AS q
    CROSS JOIN LATERAL (VALUES ('day', q.day), ('month', q.month)) AS g (grain, start)
    GROUP BY 1, 2, 3, 4
    ORDER BY 1, 2, 3, 4
    ON CONFLICT (grain, start, hour, content_type) DO UPDATE
    SET
        sessions = c.sessions + excluded.sessions,
        plays = c.plays + excluded.plays,
        completed = c.completed + excluded.completed,
        watched_ms = c.watched_ms + excluded.watched_ms,
        buffered_ms = c.buffered_ms + excluded.buffered_ms,
        bits = c.bits + excluded.bits
),
engagement AS (
    INSERT INTO engagement_statistics AS e
    SELECT
        g.grain, date_trunc(g.grain, c.day)::date, c.library_id, c.content_type, c.engagement,
        sum(c.plays)
    FROM (
        SELECT
            local_time(started_at, %(changes)s, %(ahead)s)::date AS day, library_id, content_type,
            CASE
                WHEN completed = 1 THEN 'completed'
                WHEN reached IS NULL THEN 'unknown'
                WHEN reached < %(abandoned_below)s THEN 'abandoned'
                WHEN reached < %(sampled_below)s THEN 'sampled'
                ELSE 'engaged'
            END AS engagement,
            sum(sign) AS plays
        FROM changed
        WHERE plays = 1
        GROUP BY 1, 2, 3, 4
    ) AS c
    CROSS JOIN (VALUES ('day'), ('month')) AS g (grain)
    GROUP BY 1, 2, 3, 4, 5
    ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (grain, start, library_id, content_type, engagement) DO UPDATE
    SET plays = e.plays + excluded.plays
),
of_streams AS MATERIALIZED (
    SELECT
        day,
        CASE
            WHEN GROUPING(facet_id) = 0 THEN 'facet'
            WHEN GROUPING(quality_id) = 0 THEN 'quality'
            WHEN GROUPING(place_id) = 0 THEN 'place'
            ELSE 'rate'
        END AS dimension,
        coalesce(
            facet_id, quality_id, place_id,
            md5(ROW(content_type, stream_type, location, bin)::text)::uuid
        ) AS id,
        sum(sessions) AS sessions, sum(plays) AS plays, sum(completed) AS completed,
        sum(watched_ms) AS watched_ms, sum(buffered_ms) AS buffered_ms, sum(bits) AS bits
    FROM day_parts
    GROUP BY
        day,
        GROUPING SETS (
            facet_id, quality_id, place_id, (content_type, stream_type, location, bin)
        )
),
everybody AS (
    INSERT INTO stream_statistics AS f
    SELECT
        s.dimension, g.grain, date_trunc(g.grain, s.day)::date, s.id, sum(s.sessions),
        sum(s.plays), sum(s.completed), sum(s.watched_ms), sum(s.buffered_ms), sum(s.bits)
    FROM of_streams AS s
    CROSS JOIN (VALUES ('day'), ('month')) AS g (grain)
    GROUP BY 1, 2, 3, 4
    ORDER BY 1, 2, 3, 4
    ON CONFLICT (dimension, grain, start, id) DO UPDATE
    SET
        sessions = f.sessions + excluded.sessions,
        plays = f.plays + excluded.plays,
        completed = f.completed + excluded.completed,
        watched_ms = f.watched_ms + excluded.watched_ms,
        buffered_ms = f.buffered_ms + excluded.buffered_ms,
        bits = f.bits + excluded.bits
),
of_people AS MATERIALIZED (
    SELECT
        user_id, day, content_type,
        sum(sessions) AS sessions, sum(plays) AS plays, sum(completed) AS completed,
        sum(watched_ms) AS watched_ms, sum(buffered_ms) AS buffered_ms, sum(bits) AS bits
    FROM day_parts
    GROUP BY user_id, day, content_type
),
persons AS (
    INSERT INTO user_activity_daily AS a
        (user_id, day, content_type, sessions, plays, completed, watched_ms, buffered_ms, bits)
    SELECT * FROM of_people ORDER BY user_id, day, content_type
    ON CONFLICT (user_id, day, content_type) DO UPDATE
    SET
        sessions = a.sessions + excluded.sessions,
        plays = a.plays + excluded.plays,
        completed = a.completed + excluded.completed,
        watched_ms = a.watched_ms + excluded.watched_ms,
        buffered_ms = a.buffered_ms + excluded.buffered_ms,
        bits = a.bits + excluded.bits
    RETURNING
        new.day, new.content_type,
        new.sessions - coalesce(old.sessions, 0) AS sessions,
        new.plays - coalesce(old.plays, 0) AS plays,
        new.completed - coalesce(old.completed, 0) AS completed,
        new.watched_ms - coalesce(old.watched_ms, 0) AS watched_ms,
        (new.sessions > 0 OR new.watched_ms > 0)::integer
            - coalesce(old.sessions > 0 OR old.watched_ms > 0, false)::integer AS users
),
spans AS (
    INSERT INTO user_period_statistics AS s
    SELECT
        d.user_id, g.grain, date_trunc(g.grain, d.day)::date, d.content_type, sum(d.sessions),
        sum(d.plays), sum(d.completed), sum(d.watched_ms)
    FROM of_people AS d
    CROSS JOIN (VALUES ('month'), ('year')) AS g (grain)
    GROUP BY 1, 2, 3, 4
    ORDER BY 1, 2, 3, 4
    ON CONFLICT (user_id, grain, start, content_type) DO UPDATE
    SET
        sessions = s.sessions + excluded.sessions,
        plays = s.plays + excluded.plays,
        completed = s.completed + excluded.completed,
        watched_ms = s.watched_ms + excluded.watched_ms
),
summed_up AS (
    INSERT INTO dirty_user_days AS u (user_id, day)
    SELECT DISTINCT user_id, day FROM of_people ORDER BY user_id, day
    ON CONFLICT (user_id, day) DO UPDATE SET day = excluded.day WHERE false
),
played_days AS (
    INSERT INTO play_statistics AS p
    SELECT
        day, content_type, sum(sessions), sum(plays), sum(completed), sum(watched_ms), sum(users)
    FROM persons
    GROUP BY day, content_type
    ORDER BY day, content_type
    ON CONFLICT (day, content_type) DO UPDATE
    SET
        sessions = p.sessions + excluded.sessions,
        plays = p.plays + excluded.plays,
        completed = p.completed + excluded.completed,
        watched_ms = p.watched_ms + excluded.watched_ms,
        users = p.users + excluded.users
),
people AS (
    INSERT INTO user_statistics AS u
    SELECT
        user_id, content_type, sum(sign), sum(sign * plays), sum(sign * completed),
        sum(sign * watched_ms)
    FROM changed
    GROUP BY user_id, content_type
    ORDER BY user_id, content_type
    ON CONFLICT (user_id, content_type) DO UPDATE
    SET
        sessions = u.sessions + excluded.sessions,
        plays = u.plays + excluded.plays,
        completed = u.completed + excluded.completed,
        watched_ms = u.watched_ms + excluded.watched_ms
),
of_items AS (
    SELECT
        content_id, min(content_type) AS content_type, sum(sessions) AS sessions,
        sum(plays) AS plays, sum(completed) AS completed, sum(watched_ms) AS watched_ms,
        sum(users) AS users
    FROM (
        SELECT
            content_id, content_type, sign AS sessions, sign * plays AS plays,
            sign * completed AS completed, sign * watched_ms AS watched_ms, 0 AS users
        FROM changed
        UNION ALL
        SELECT
            content_id, NULL, 0, 0, 0, 0,
            (sum(after) > 0)::integer - (sum(before) > 0)::integer
        FROM (
            SELECT
                user_id, content_id, plays AS before,
                CASE
                    WHEN (user_id, id) IN (SELECT user_id, id FROM staying) THEN plays
                    ELSE 0
                END AS after
            FROM known
            UNION ALL
            SELECT user_id, content_id, 0, plays FROM fresh
        ) AS played_by
        GROUP BY user_id, content_id
    ) AS differences
    GROUP BY content_id
    HAVING min(content_type) IS NOT NULL
),
items AS (
    INSERT INTO item_statistics AS i (
        content_id, content_type, sessions, plays, completed, watched_ms, users
    )
    SELECT content_id, content_type, sessions, plays, completed, watched_ms, users
    FROM of_items
    ORDER BY content_id
    ON CONFLICT (content_id) DO UPDATE
    SET
        sessions = i.sessions + excluded.sessions,
        plays = i.plays + excluded.plays,
        completed = i.completed + excluded.completed,
        watched_ms = i.watched_ms + excluded.watched_ms,
        users = i.users + excluded.users
),
groups AS MATERIALIZED (
    SELECT work_id, kind, key FROM told
    UNION
    SELECT work_id, kind, key FROM work_groups WHERE work_id IN (SELECT work_id FROM gone)
),
of_titles AS MATERIALIZED (
    SELECT
        month, content_id, work_id, sum(plays) AS plays, sum(watched_ms) AS watched_ms
    FROM day_parts
    GROUP BY month, GROUPING SETS (content_id, work_id)
),
months AS (
    INSERT INTO title_months AS m
    SELECT kind, month, key, sum(plays), sum(watched_ms)
    FROM (
        SELECT 'item' AS kind, month, content_id AS key, plays, watched_ms
        FROM of_titles
        WHERE content_id IS NOT NULL
        UNION ALL
        SELECT g.kind, t.month, g.key, t.plays, t.watched_ms
        FROM of_titles AS t
        JOIN groups AS g USING (work_id)
    ) AS titles
    GROUP BY kind, month, key
    ORDER BY kind, month, key
    ON CONFLICT (kind, month, key) DO UPDATE
    SET plays = m.plays + excluded.plays, watched_ms = m.watched_ms + excluded.watched_ms
),
of_groups AS MATERIALIZED (
    SELECT
        w.user_id, g.kind, g.key, w.content_type, sum(w.sessions) AS sessions,
        sum(w.plays) AS plays, sum(w.completed) AS completed, sum(w.watched_ms) AS watched_ms
    FROM (
        SELECT
            user_id, work_id, content_type, sum(sign) AS sessions, sum(sign * plays) AS plays,
            sum(sign * completed) AS completed, sum(sign * watched_ms) AS watched_ms
        FROM changed
        GROUP BY user_id, work_id, content_type
    ) AS w
    JOIN groups AS g USING (work_id)
    GROUP BY 1, 2, 3, 4
),
group_people AS (
    INSERT INTO group_players AS p
    SELECT user_id, kind, key, content_type, plays
    FROM of_groups
    WHERE plays <> 0
    ORDER BY user_id, kind, key, content_type
    ON CONFLICT (user_id, kind, key, content_type) DO UPDATE SET plays = p.plays + excluded.plays
    RETURNING
        new.kind, new.key, new.content_type,
        (new.plays > 0)::integer - coalesce(old.plays > 0, false)::integer AS users
),
group_titles AS (
    SELECT kind, key, max(title) AS title FROM told GROUP BY kind, key
),
group_sums AS (
    INSERT INTO group_statistics AS s
    SELECT
        g.kind, g.key, g.content_type, min(t.title), sum(g.sessions), sum(g.plays),
        sum(g.completed), sum(g.watched_ms), coalesce(min(p.users), 0)
    FROM of_groups AS g
    LEFT JOIN group_titles AS t USING (kind, key)
    LEFT JOIN (
        SELECT kind, key, content_type, sum(users) AS users
        FROM group_people
        GROUP BY kind, key, content_type
    ) AS p USING (kind, key, content_type)
    GROUP BY g.kind, g.key, g.content_type
    ORDER BY g.kind, g.key, g.content_type
    ON CONFLICT (kind, key, content_type) DO UPDATE
    SET
        title = coalesce(s.title, excluded.title),
        sessions = s.sessions + excluded.sessions,
        plays = s.plays + excluded.plays,
        completed = s.completed + excluded.completed,
        watched_ms = s.watched_ms + excluded.watched_ms,
        users = s.users + excluded.users
),
facts AS (
    INSERT INTO session_facts AS f (
        user_id, id, content_id, content_type, started_at, ended_at, spread, watched_ms, plays,
        completed, paused_ms, buffered_ms, bitrate_kbps, device_id, facet_id, quality_id, place_id,
        work_id, account_user_id, reached
    )
    SELECT
        user_id, id, content_id, content_type, started_at, ended_at, spread, watched_ms, plays,
        completed, paused_ms, buffered_ms, bitrate_kbps, device_id, facet_id, quality_id, place_id,
        work_id, account_user_id, reached
    FROM come
    ORDER BY content_id, started_at
    ON CONFLICT (user_id, id) DO UPDATE
    SET
        content_id = excluded.content_id,
        content_type = excluded.content_type,
        started_at = excluded.started_at,
        ended_at = excluded.ended_at,
        spread = excluded.spread,
        watched_ms = excluded.watched_ms,
        plays = excluded.plays,
        completed = excluded.completed,
        paused_ms = excluded.paused_ms,
        buffered_ms = excluded.buffered_ms,
        bitrate_kbps = excluded.bitrate_kbps,
        device_id = excluded.device_id,
        facet_id = excluded.facet_id,
        quality_id = excluded.quality_id,
        place_id = excluded.place_id,
        work_id = excluded.work_id,
        account_user_id = excluded.account_user_id,
        reached = excluded.reached
)
SELECT work_id FROM known UNION SELECT work_id FROM fresh;

-- name: describe_items
-- Call items what the session says that began last, so long as it is kept; of an item that anybody
-- played as adult, the last of these, so that it is adult whatever others say. What a session does not
-- say stays as it was said before. Where an episode moves to another show or number, whoever watched it
-- is marked: their binges may be others. What people of this lot do by now is looked at anyway.
WITH keys AS MATERIALIZED (
    SELECT user_id, content_id
    FROM unnest(%(user_ids)s::uuid[], %(content_ids)s::text[]) AS k (user_id, content_id)
),
described AS MATERIALIZED (
    SELECT
        i.content_id, f.content_type,
        coalesce(s.server_id, i.server_id) AS server_id,
        coalesce(s.library_id, i.library_id) AS library_id,
        coalesce(s.title, i.title) AS title,
        coalesce(s.show_id, i.show_id) AS show_id,
        coalesce(s.show_title, i.show_title) AS show_title,
        coalesce(s.season_number, i.season_number) AS season_number,
        coalesce(s.episode_number, i.episode_number) AS episode_number,
        coalesce(s.details ->> 'artist', i.artist) AS artist,
        coalesce(s.details ->> 'album', i.album) AS album,
        coalesce(s.details ->> 'channel_id', i.channel_id) AS channel_id,
        coalesce(s.details ->> 'channel_title', i.channel_title) AS channel_title,
        coalesce(s.duration_ms, i.duration_ms) AS duration_ms
    FROM (SELECT DISTINCT content_id FROM keys) AS k
    JOIN item_statistics AS i USING (content_id)
    CROSS JOIN LATERAL (
        SELECT *
        FROM (
            (
                SELECT true AS is_adult, user_id, id, content_type
                FROM session_facts
                WHERE content_id = k.content_id AND content_type LIKE 'qar.%%'
                ORDER BY started_at DESC, id DESC
                LIMIT 1
            )
            UNION ALL
            (
                SELECT false, user_id, id, content_type
                FROM session_facts
                WHERE content_id = k.content_id
                ORDER BY started_at DESC, id DESC
                LIMIT 1
            )
        ) AS latest
        ORDER BY is_adult DESC
        LIMIT 1
    ) AS f
    LEFT JOIN LATERAL (
        SELECT *
        FROM analytics_sessions
        WHERE user_id = f.user_id AND id = f.id
        OFFSET 0
    ) AS s ON s.content_id = k.content_id
),
moved AS (
    UPDATE item_statistics AS i
    SET
        content_type = d.content_type,
        server_id = d.server_id,
        library_id = d.library_id,
        title = d.title,
        show_id = d.show_id,
        show_title = d.show_title,
        season_number = d.season_number,
        episode_number = d.episode_number,
        artist = d.artist,
        album = d.album,
        channel_id = d.channel_id,
        channel_title = d.channel_title,
        duration_ms = d.duration_ms
    FROM described AS d
    WHERE d.content_id = i.content_id AND (
        i.content_type, i.server_id, i.library_id, i.title, i.show_id, i.show_title,
        i.season_number, i.episode_number, i.artist, i.album, i.channel_id, i.channel_title,
        i.duration_ms
    ) IS DISTINCT FROM (
        d.content_type, d.server_id, d.library_id, d.title, d.show_id, d.show_title,
        d.season_number, d.episode_number, d.artist, d.album, d.channel_id, d.channel_title,
        d.duration_ms
    )
    RETURNING
        i.content_id, old.show_id AS left_id, new.show_id,
        (old.show_id, old.season_number, old.episode_number)
            IS DISTINCT FROM (new.show_id, new.season_number, new.episode_number) AS is_moved
)
INSERT INTO dirty_binges AS b (user_id, show_id)
SELECT k.user_id, m.left_id
FROM moved AS m
JOIN keys AS k USING (content_id)
WHERE m.left_id <> m.show_id
UNION
SELECT f.user_id, s.show_id
FROM moved AS m
CROSS JOIN LATERAL (
    SELECT user_id FROM session_facts WHERE content_id = m.content_id OFFSET 0
) AS f
CROSS JOIN LATERAL (VALUES (m.left_id), (m.show_id)) AS s (show_id)
WHERE m.is_moved
    AND s.show_id IS NOT NULL
    AND (f.user_id, m.content_id) NOT IN (SELECT user_id, content_id FROM keys)
ORDER BY 1, 2
ON CONFLICT (user_id, show_id) DO UPDATE SET show_id = excluded.show_id WHERE false;

-- name: describe_groups
-- Call shows, seasons and channels what the session of theirs says that began last, so long as it is kept:
-- those of some works, or all. What it does not say stays as it was said before. What artists and albums
-- are called is in their keys.
WITH touched AS MATERIALIZED (
    SELECT DISTINCT kind, key
    FROM work_groups
    WHERE kind IN ('show', 'season', 'channel')
        AND (%(works)s::uuid[] IS NULL OR work_id = ANY(%(works)s))
),
described AS MATERIALIZED (
    SELECT
        t.kind, t.key,
        CASE t.kind WHEN 'channel' THEN s.details ->> 'channel_title' ELSE s.show_title END AS title
    FROM touched AS t
    CROSS JOIN LATERAL (
        SELECT f.user_id, f.id
        FROM work_groups AS w
        CROSS JOIN LATERAL (
            SELECT user_id, id, started_at
            FROM session_facts
            WHERE work_id = w.work_id
            ORDER BY started_at DESC, id DESC
            LIMIT 1
        ) AS f
        WHERE w.kind = t.kind AND w.key = t.key
        ORDER BY f.started_at DESC, f.id DESC
        LIMIT 1
    ) AS latest
    CROSS JOIN LATERAL (
        SELECT show_title, details
        FROM analytics_sessions
        WHERE user_id = latest.user_id AND id = latest.id
        OFFSET 0
    ) AS s
)
UPDATE group_statistics AS s
SET title = d.title
FROM described AS d
WHERE s.kind = d.kind AND s.key = d.key AND d.title IS NOT NULL
    AND s.title IS DISTINCT FROM d.title;

-- name: take_quarters
-- Take quarter hours whose peaks are to be found anew, before reading what was on in them: the
-- earliest, and those that lie near it, since all that was on between the first and the last is read.
-- What is being marked, or taken by another, is left to it.
WITH first AS MATERIALIZED (
    SELECT start FROM dirty_quarters ORDER BY start LIMIT 1 FOR UPDATE SKIP LOCKED
),
near AS MATERIALIZED (
    SELECT start
    FROM dirty_quarters
    WHERE start < (SELECT start FROM first) + %(within)s
    FOR UPDATE SKIP LOCKED
)
DELETE FROM dirty_quarters WHERE start IN (SELECT start FROM near) RETURNING start;

-- name: find_peaks
-- The peaks of these quarter hours, replacing what was found before. What was on as one began is
-- counted, from what came and went until then; from there on only beginnings and ends matter. At one
-- instant ends come first: two sessions of which one ends as the other begins are never on at once.
WITH wanted AS MATERIALIZED (
    SELECT start, start + interval '15 minutes' AS ends
    FROM unnest(%(starts)s::timestamptz[]) AS start
),
candidates AS MATERIALIZED (
    SELECT started_at, ended_at, facet_id
    FROM session_facts
    WHERE started_at >= %(first)s::timestamptz - interval '1 day'
        AND started_at < %(last)s::timestamptz + interval '15 minutes'
        AND ended_at > %(first)s
    UNION ALL
    SELECT started_at, ended_at, facet_id
    FROM session_facts
    WHERE ended_at - started_at > interval '1 day'
        AND started_at < %(first)s::timestamptz - interval '1 day'
        AND ended_at > %(first)s
),
events AS MATERIALIZED (
    SELECT
        f.stream_type, e.at, e.sign,
        date_bin('15 minutes', e.at, timestamptz '1970-01-01 00:00:00+00') AS start
    FROM candidates AS c
    JOIN stream_facets AS f ON f.id = c.facet_id
    CROSS JOIN LATERAL (VALUES (c.started_at, 1), (c.ended_at, -1)) AS e (at, sign)
    WHERE c.ended_at > c.started_at
),
steps AS (
    SELECT
        stream_type, sum(sign) AS change,
        CASE WHEN at > start THEN start + interval '15 minutes' ELSE start END AS start
    FROM events
    GROUP BY 1, 3
    UNION ALL
    SELECT t.stream_type, 0, w.start
    FROM wanted AS w
    CROSS JOIN (SELECT DISTINCT stream_type FROM events) AS t
),
standing AS (
    SELECT
        stream_type, start,
        sum(sum(change)) OVER (PARTITION BY stream_type ORDER BY start) AS streams
    FROM steps
    GROUP BY stream_type, start
),
already AS (
    SELECT
        start, coalesce(stream_type, 'all') AS stream_type, sum(streams) AS streams
    FROM standing
    JOIN wanted USING (start)
    GROUP BY start, GROUPING SETS (stream_type, ())
),
running AS (
    SELECT
        e.start,
        sum(e.sign) OVER instant AS streams,
        sum(e.sign) FILTER (WHERE e.stream_type = 'direct_play') OVER instant AS direct_play,
        sum(e.sign) FILTER (WHERE e.stream_type = 'direct_stream') OVER instant AS direct_stream,
        sum(e.sign) FILTER (WHERE e.stream_type = 'transcode') OVER instant AS transcode,
        sum(e.sign) FILTER (WHERE e.stream_type = 'unknown') OVER instant AS unknown
    FROM events AS e
    JOIN wanted USING (start)
    WHERE e.at > e.start
    WINDOW instant AS (PARTITION BY e.start ORDER BY e.at, e.sign)
),
highest AS (
    SELECT m.start, t.stream_type, t.streams
    FROM (
        SELECT
            start, max(streams) AS streams, max(direct_play) AS direct_play,
            max(direct_stream) AS direct_stream, max(transcode) AS transcode,
            max(unknown) AS unknown
        FROM running
        GROUP BY start
    ) AS m
    CROSS JOIN LATERAL (
        VALUES
            ('all', m.streams), ('direct_play', m.direct_play),
            ('direct_stream', m.direct_stream), ('transcode', m.transcode),
            ('unknown', m.unknown)
    ) AS t (stream_type, streams)
),
peaks AS (
    SELECT
        start, stream_type,
        coalesce(a.streams, 0) + greatest(0, coalesce(h.streams, 0)) AS peak
    FROM already AS a
    FULL JOIN highest AS h USING (start, stream_type)
),
gone AS (
    DELETE FROM concurrency_peaks AS p
    USING wanted AS w
    WHERE p.start = w.start AND NOT EXISTS (
        SELECT FROM peaks AS n
        WHERE n.start = p.start AND n.stream_type = p.stream_type AND n.peak > 0
    )
)
INSERT INTO concurrency_peaks (start, stream_type, peak)
SELECT start, stream_type, peak FROM peaks WHERE peak > 0 ORDER BY start, stream_type
ON CONFLICT (start, stream_type) DO UPDATE SET peak = excluded.peak;

-- name: count_waiting
-- How much is to be counted anew.
SELECT
    (SELECT count(*) FROM dirty_items) AS items,
    (SELECT count(*) FROM dirty_quarters) AS quarters,
    EXISTS (SELECT FROM statistics_zone) AS are_summed;

-- name: has_marks
-- Whether something that some people did is still to be counted.
SELECT EXISTS (SELECT FROM dirty_items WHERE user_id = ANY(%(user_ids)s)) AS waits;

-- name: has_waiting
-- Whether sessions whose ids lie in a range are still to be counted, be it later, or to be taken out
-- since they were deleted.
WITH waiting AS NOT MATERIALIZED (
    SELECT user_id, content_id FROM dirty_items
    UNION ALL
    SELECT user_id, content_id FROM put_off_items
)
SELECT EXISTS (
    SELECT
    FROM waiting AS d
    JOIN analytics_sessions AS s ON s.user_id = d.user_id AND s.content_id = d.content_id
    WHERE s.id >= %(low)s AND s.id < %(high)s
) OR EXISTS (
    SELECT
    FROM waiting AS d
    JOIN session_facts AS f ON f.user_id = d.user_id AND f.content_id = d.content_id
    JOIN session_tombstones AS t ON t.id = f.id
    WHERE t.id >= %(low)s AND t.id < %(high)s
) AS waits;

-- name: mark_days
-- Have what is summed up of people's days made anew, for each of them of all their days.
INSERT INTO dirty_user_days AS u (user_id, day)
SELECT p.user_id, d.day
FROM unnest(%(users)s::uuid[]) AS p (user_id)
CROSS JOIN (SELECT DISTINCT day FROM user_activity_daily WHERE user_id = ANY(%(users)s)) AS d
ORDER BY 1, 2
ON CONFLICT (user_id, day) DO UPDATE SET day = excluded.day WHERE false;

-- name: mark_all_days
-- Have what is summed up of people's days made anew, or made at all.
INSERT INTO dirty_user_days AS u (user_id, day)
SELECT DISTINCT user_id, day FROM user_activity_daily ORDER BY user_id, day
ON CONFLICT (user_id, day) DO UPDATE SET day = excluded.day WHERE false;

-- name: hold_facts
-- Let nobody change facts until the end of the transaction; reading goes on.
LOCK TABLE session_facts IN SHARE ROW EXCLUSIVE MODE;

-- name: try_facts
-- Find out whether facts may be changed, without waiting for who holds them.
LOCK TABLE session_facts IN ROW EXCLUSIVE MODE NOWAIT;

-- name: take_time
-- What is done to everything takes longer than any other statement may.
SET LOCAL statement_timeout = 0;

-- name: forget_quarter_hours
-- Forget the sums of quarter hours.
DELETE FROM quarter_hour_statistics;

-- name: sum_quarter_hours
-- Add up everybody's facts by the quarter hour.
INSERT INTO quarter_hour_statistics (
    start, content_type, stream_type, library_id, sessions, plays, completed, watched_ms,
    buffered_ms, bits
)
SELECT
    date_bin('15 minutes', f.started_at, timestamptz '1970-01-01 00:00:00+00')
        + (q.n - 1) * interval '15 minutes',
    f.content_type, v.stream_type, coalesce(v.library_id, ''),
    count(*) FILTER (WHERE q.n = 1),
    coalesce(sum(f.plays) FILTER (WHERE q.n = 1), 0),
    coalesce(sum(f.completed) FILTER (WHERE q.n = 1), 0),
    sum(q.ms),
    coalesce(sum(f.buffered_ms) FILTER (WHERE q.n = 1), 0),
    sum(q.ms::bigint * coalesce(f.bitrate_kbps, 0))
FROM session_facts AS f
JOIN stream_facets AS v ON v.id = f.facet_id
CROSS JOIN LATERAL unnest(f.spread) WITH ORDINALITY AS q (ms, n)
GROUP BY 1, 2, 3, 4;

-- name: forget_week_hours
-- Forget the sums of the hours of the week.
DELETE FROM week_hour_statistics;

-- name: sum_week_hours
-- Add up quarter hours by the hour of the week.
INSERT INTO week_hour_statistics (
    month, hour, content_type, stream_type, library_id, sessions, plays, completed, watched_ms,
    buffered_ms, bits
)
SELECT
    date_trunc('month', start AT TIME ZONE 'UTC')::date,
    (extract(isodow FROM start AT TIME ZONE 'UTC') - 1) * 24
        + extract(hour FROM start AT TIME ZONE 'UTC'),
    content_type, stream_type, library_id, sum(sessions), sum(plays), sum(completed),
    sum(watched_ms), sum(buffered_ms), sum(bits)
FROM quarter_hour_statistics
GROUP BY 1, 2, 3, 4, 5;

-- name: forget_clock
-- Forget everybody's hours of the week.
DELETE FROM clock_statistics;

-- name: sum_clock
-- Add up quarter hours by the hour of the week, by day and month.
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

-- name: forget_engagement
-- Forget what became of plays.
DELETE FROM engagement_statistics;

-- name: sum_engagement
-- Add up what became of plays by day and month.
INSERT INTO engagement_statistics
SELECT
    g.grain, date_trunc(g.grain, p.day)::date, p.library_id, p.content_type, p.engagement,
    sum(p.plays)
FROM (
    SELECT
        local_time(f.started_at, %(changes)s, %(ahead)s)::date AS day,
        coalesce(v.library_id, '') AS library_id, f.content_type,
        CASE
            WHEN f.completed = 1 THEN 'completed'
            WHEN f.reached IS NULL THEN 'unknown'
            WHEN f.reached < %(abandoned_below)s THEN 'abandoned'
            WHEN f.reached < %(sampled_below)s THEN 'sampled'
            ELSE 'engaged'
        END AS engagement,
        count(*) AS plays
    FROM session_facts AS f
    JOIN stream_facets AS v ON v.id = f.facet_id
    WHERE f.plays = 1
    GROUP BY 1, 2, 3, 4
) AS p
CROSS JOIN (VALUES ('day'), ('month')) AS g (grain)
GROUP BY 1, 2, 3, 4, 5;

-- name: find_rewatches
-- Find anew which completed plays of these people and items were not the first. What is the same
-- as before stays untouched.
WITH keys AS MATERIALIZED (
    SELECT user_id, content_id
    FROM unnest(%(user_ids)s::uuid[], %(content_ids)s::text[]) AS k (user_id, content_id)
),
completed AS (
    SELECT
        f.user_id, f.id, f.content_id, f.content_type, coalesce(v.library_id, '') AS library_id,
        lag(f.started_at) OVER item AS previous_at, f.started_at
    FROM keys AS k
    JOIN session_facts AS f USING (user_id, content_id)
    JOIN stream_facets AS v ON v.id = f.facet_id
    WHERE f.completed = 1
    WINDOW item AS (PARTITION BY f.user_id, f.content_id ORDER BY f.started_at, f.id)
),
found AS MATERIALIZED (SELECT * FROM completed WHERE previous_at IS NOT NULL),
gone AS (
    DELETE FROM rewatches AS r
    USING keys AS k
    WHERE r.user_id = k.user_id AND r.content_id = k.content_id
        AND NOT EXISTS (SELECT FROM found AS f WHERE f.user_id = r.user_id AND f.id = r.id)
)
INSERT INTO rewatches AS r
SELECT * FROM found
ORDER BY user_id, id
ON CONFLICT (user_id, id) DO UPDATE
SET
    content_id = excluded.content_id,
    content_type = excluded.content_type,
    library_id = excluded.library_id,
    previous_at = excluded.previous_at,
    started_at = excluded.started_at
WHERE (r.content_id, r.content_type, r.library_id, r.previous_at, r.started_at)
    IS DISTINCT FROM (
        excluded.content_id, excluded.content_type, excluded.library_id, excluded.previous_at,
        excluded.started_at
    );

-- name: forget_rewatches
-- Forget which plays were not the first, or those of some people.
DELETE FROM rewatches WHERE %(users)s::uuid[] IS NULL OR user_id = ANY(%(users)s);

-- name: sum_rewatches
-- Find all completed plays that were not the first, or those of some people.
INSERT INTO rewatches
SELECT *
FROM (
    SELECT
        f.user_id, f.id, f.content_id, f.content_type, coalesce(v.library_id, ''),
        lag(f.started_at) OVER item AS previous_at, f.started_at
    FROM session_facts AS f
    JOIN stream_facets AS v ON v.id = f.facet_id
    WHERE f.completed = 1 AND (%(users)s::uuid[] IS NULL OR f.user_id = ANY(%(users)s))
    WINDOW item AS (PARTITION BY f.user_id, f.content_id ORDER BY f.started_at, f.id)
) AS completed
WHERE previous_at IS NOT NULL;

-- name: note_rates
-- Note the bins that the bitrates of facts lie in.
INSERT INTO stream_rates
SELECT md5(ROW(content_type, stream_type, location, bin)::text)::uuid, *
FROM (
    SELECT DISTINCT
        v.content_type, v.stream_type, v.location,
        floor(ln(nullif(f.bitrate_kbps, 0)) / ln(%(bin_ratio)s::double precision))::integer AS bin
    FROM session_facts AS f
    JOIN stream_facets AS v ON v.id = f.facet_id
) AS rates
ON CONFLICT (id) DO NOTHING;

-- name: forget_streams
-- Forget everybody's sums.
DELETE FROM stream_statistics;

-- name: sum_streams
-- Add up everybody's facts by day and month, one dimension at a time.
WITH of_streams AS (
    SELECT
        day,
        CASE
            WHEN GROUPING(facet_id) = 0 THEN 'facet'
            WHEN GROUPING(quality_id) = 0 THEN 'quality'
            WHEN GROUPING(place_id) = 0 THEN 'place'
            ELSE 'rate'
        END AS dimension,
        coalesce(
            facet_id, quality_id, place_id,
            md5(ROW(content_type, stream_type, location, bin)::text)::uuid
        ) AS id,
        count(*) FILTER (WHERE n = 1) AS sessions,
        coalesce(sum(plays) FILTER (WHERE n = 1), 0) AS plays,
        coalesce(sum(completed) FILTER (WHERE n = 1), 0) AS completed,
        sum(ms) AS watched_ms,
        coalesce(sum(buffered_ms) FILTER (WHERE n = 1), 0) AS buffered_ms,
        sum(ms::bigint * coalesce(bitrate_kbps, 0)) AS bits
    FROM (
        SELECT
            local_time(q.start, %(changes)s, %(ahead)s)::date AS day,
            f.facet_id, f.quality_id, f.place_id, v.content_type, v.stream_type, v.location,
            floor(ln(nullif(f.bitrate_kbps, 0)) / ln(%(bin_ratio)s::double precision))::integer
                AS bin,
            f.plays, f.completed, f.buffered_ms, f.bitrate_kbps, q.n, q.ms
        FROM session_facts AS f
        JOIN stream_facets AS v ON v.id = f.facet_id
        CROSS JOIN LATERAL parts_of_days(
            f.started_at, f.spread, f.watched_ms, %(changes)s, %(ahead)s
        ) AS q
    ) AS parts
    GROUP BY
        day,
        GROUPING SETS (
            facet_id, quality_id, place_id, (content_type, stream_type, location, bin)
        )
)
INSERT INTO stream_statistics
SELECT
    s.dimension, g.grain, date_trunc(g.grain, s.day)::date, s.id, sum(s.sessions), sum(s.plays),
    sum(s.completed), sum(s.watched_ms), sum(s.buffered_ms), sum(s.bits)
FROM of_streams AS s
CROSS JOIN (VALUES ('day'), ('month')) AS g (grain)
GROUP BY 1, 2, 3, 4
ORDER BY 1, 2, 3, 4;

-- name: forget_days
-- Forget the days of people, or of some.
DELETE FROM user_activity_daily
WHERE %(users)s::uuid[] IS NULL OR user_id = ANY(%(users)s);

-- name: sum_days
-- Add up each person's facts by day.
INSERT INTO user_activity_daily
    (user_id, day, content_type, sessions, plays, completed, watched_ms, buffered_ms, bits)
SELECT
    f.user_id,
    local_time(q.start, %(changes)s, %(ahead)s)::date,
    f.content_type,
    count(*) FILTER (WHERE q.n = 1),
    coalesce(sum(f.plays) FILTER (WHERE q.n = 1), 0),
    coalesce(sum(f.completed) FILTER (WHERE q.n = 1), 0),
    sum(q.ms),
    coalesce(sum(f.buffered_ms) FILTER (WHERE q.n = 1), 0),
    sum(q.ms::bigint * coalesce(f.bitrate_kbps, 0))
FROM session_facts AS f
CROSS JOIN LATERAL parts_of_days(
    f.started_at, f.spread, f.watched_ms, %(changes)s, %(ahead)s
) AS q
WHERE %(users)s::uuid[] IS NULL OR f.user_id = ANY(%(users)s)
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3;

-- name: forget_spans
-- Forget the months and years of people.
DELETE FROM user_period_statistics
WHERE %(users)s::uuid[] IS NULL OR user_id = ANY(%(users)s);

-- name: sum_spans
-- Add up people's days by month and year.
INSERT INTO user_period_statistics
SELECT
    a.user_id, g.grain, date_trunc(g.grain, a.day)::date, a.content_type, sum(a.sessions),
    sum(a.plays), sum(a.completed), sum(a.watched_ms)
FROM user_activity_daily AS a
CROSS JOIN (VALUES ('month'), ('year')) AS g (grain)
WHERE %(users)s::uuid[] IS NULL OR a.user_id = ANY(%(users)s)
GROUP BY 1, 2, 3, 4
ORDER BY 1, 2, 3, 4;

-- name: forget_played_days
-- Forget everybody's days.
DELETE FROM play_statistics;

-- name: sum_played_days
-- Add up people's days, and count who was active on each.
INSERT INTO play_statistics
SELECT
    day, content_type, sum(sessions), sum(plays), sum(completed), sum(watched_ms),
    count(*) FILTER (WHERE sessions > 0 OR watched_ms > 0)
FROM user_activity_daily
GROUP BY day, content_type;

-- name: forget_people
-- Forget the sums of people.
DELETE FROM user_statistics
WHERE %(users)s::uuid[] IS NULL OR user_id = ANY(%(users)s);

-- name: sum_people
-- Add up each person's facts.
INSERT INTO user_statistics
SELECT user_id, content_type, count(*), sum(plays), sum(completed), sum(watched_ms)
FROM session_facts
WHERE %(users)s::uuid[] IS NULL OR user_id = ANY(%(users)s)
GROUP BY user_id, content_type
ORDER BY user_id, content_type;

-- name: sum_items
-- Add up each item's facts; what items are called stays.
UPDATE item_statistics AS i
SET
    sessions = s.sessions,
    plays = s.plays,
    completed = s.completed,
    watched_ms = s.watched_ms,
    users = s.users
FROM (
    SELECT
        n.content_id, count(f.id) AS sessions, coalesce(sum(f.plays), 0) AS plays,
        coalesce(sum(f.completed), 0) AS completed, coalesce(sum(f.watched_ms), 0) AS watched_ms,
        count(DISTINCT f.user_id) FILTER (WHERE f.plays > 0) AS users
    FROM item_statistics AS n
    LEFT JOIN session_facts AS f ON f.content_id = n.content_id
    GROUP BY n.content_id
) AS s
WHERE s.content_id = i.content_id;

-- name: forget_months
-- Forget the months of items and groups.
DELETE FROM title_months;

-- name: sum_months
-- Add up the months of items, and of what they are part of.
WITH months AS MATERIALIZED (
    SELECT
        f.content_id, f.work_id,
        date_trunc('month', q.start AT TIME ZONE 'UTC')::date AS month,
        coalesce(sum(f.plays) FILTER (WHERE q.n = 1), 0) AS plays,
        sum(q.ms) AS watched_ms
    FROM session_facts AS f
    CROSS JOIN LATERAL parts_of_days(f.started_at, f.spread, f.watched_ms, '{}', '{0}') AS q
    GROUP BY 1, 2, 3
)
INSERT INTO title_months
SELECT kind, month, key, sum(plays), sum(watched_ms)
FROM (
    SELECT 'item' AS kind, month, content_id AS key, plays, watched_ms FROM months
    UNION ALL
    SELECT g.kind, m.month, g.key, m.plays, m.watched_ms
    FROM months AS m
    JOIN work_groups AS g USING (work_id)
) AS titles
GROUP BY kind, month, key
ORDER BY kind, month, key;

-- name: forget_players
-- Forget who played of which group, or what some did.
DELETE FROM group_players
WHERE %(users)s::uuid[] IS NULL OR user_id = ANY(%(users)s);

-- name: sum_players
-- Add up what each person played of each group.
INSERT INTO group_players
SELECT f.user_id, g.kind, g.key, f.content_type, sum(f.plays)
FROM session_facts AS f
JOIN work_groups AS g USING (work_id)
WHERE %(users)s::uuid[] IS NULL OR f.user_id = ANY(%(users)s)
GROUP BY f.user_id, g.kind, g.key, f.content_type
ORDER BY f.user_id, g.kind, g.key, f.content_type;

-- name: forget_groups
-- Forget the sums of groups; what they are called stays.
UPDATE group_statistics SET sessions = 0, plays = 0, completed = 0, watched_ms = 0, users = 0;

-- name: sum_groups
-- Add up the facts of each group. One that had no name gets any of what its items say.
INSERT INTO group_statistics AS s
SELECT
    g.kind, g.key, i.content_type,
    max(CASE g.kind
        WHEN 'artist' THEN i.artist
        WHEN 'album' THEN i.album
        WHEN 'channel' THEN i.channel_title
        ELSE i.show_title
    END),
    sum(i.sessions), sum(i.plays), sum(i.completed), sum(i.watched_ms), min(p.users)
FROM (
    SELECT
        f.work_id, f.content_type, n.artist, n.album, n.channel_title, n.show_title,
        count(*) AS sessions, sum(f.plays) AS plays, sum(f.completed) AS completed,
        sum(f.watched_ms) AS watched_ms
    FROM session_facts AS f
    JOIN item_statistics AS n USING (content_id)
    GROUP BY 1, 2, 3, 4, 5, 6
) AS i
JOIN work_groups AS g USING (work_id)
JOIN (
    SELECT kind, key, content_type, count(*) FILTER (WHERE plays > 0) AS users
    FROM group_players
    GROUP BY kind, key, content_type
) AS p ON p.kind = g.kind AND p.key = g.key AND p.content_type = i.content_type
GROUP BY g.kind, g.key, i.content_type
ON CONFLICT (kind, key, content_type) DO UPDATE
SET
    title = coalesce(s.title, excluded.title),
    sessions = excluded.sessions,
    plays = excluded.plays,
    completed = excluded.completed,
    watched_ms = excluded.watched_ms,
    users = excluded.users;

-- name: read_zone
-- The zone whose days sums are kept in; none while they are to be added up anew.
SELECT zone FROM statistics_zone;

-- name: forget_zone
-- Have everything added up anew.
DELETE FROM statistics_zone;

-- name: note_zone
-- Note the zone whose days sums are kept in.
INSERT INTO statistics_zone (zone) VALUES (%(zone)s)
ON CONFLICT (is_only) DO UPDATE SET zone = excluded.zone;

-- name: mark_moving
-- Have what goes from one user to another counted anew for both: what goes on for the one may be
-- another's play.
INSERT INTO dirty_items AS d (user_id, content_id, marked_at)
SELECT u.user_id, m.content_id, %(now)s::timestamptz
FROM (
    SELECT content_id
    FROM session_facts
    WHERE user_id = %(source)s AND account_user_id IS NOT DISTINCT FROM %(source_account)s::uuid
    UNION
    SELECT content_id
    FROM analytics_sessions
    WHERE user_id = %(target)s AND account_user_id IS NOT DISTINCT FROM %(target_account)s::uuid
) AS m
CROSS JOIN (VALUES (%(source)s::uuid), (%(target)s::uuid)) AS u (user_id)
ORDER BY u.user_id, m.content_id
ON CONFLICT (user_id, content_id) DO UPDATE SET marked_at = excluded.marked_at WHERE false;

-- name: move_facts
-- Let the facts of an account be another user's.
UPDATE session_facts
SET user_id = %(target)s, account_user_id = %(target_account)s
WHERE user_id = %(source)s AND account_user_id IS NOT DISTINCT FROM %(source_account)s::uuid;

-- name: count_active_days
-- Count some people in, or out, of those who were active on each day.
UPDATE play_statistics AS p
SET users = p.users + %(sign)s * a.users
FROM (
    SELECT day, content_type, count(*) AS users
    FROM user_activity_daily
    WHERE user_id = ANY(%(users)s) AND (sessions > 0 OR watched_ms > 0)
    GROUP BY day, content_type
) AS a
WHERE a.day = p.day AND a.content_type = p.content_type;

-- name: count_players
-- Count some people in, or out, of those who played each item.
UPDATE item_statistics AS i
SET users = i.users + %(sign)s * f.users
FROM (
    SELECT content_id, count(DISTINCT user_id) AS users
    FROM session_facts
    WHERE user_id = ANY(%(users)s) AND plays > 0
    GROUP BY content_id
) AS f
WHERE f.content_id = i.content_id;

-- name: count_group_players
-- Count some people in, or out, of those who played of each group.
UPDATE group_statistics AS s
SET users = s.users + %(sign)s * p.users
FROM (
    SELECT kind, key, content_type, count(*) AS users
    FROM group_players
    WHERE user_id = ANY(%(users)s) AND plays > 0
    GROUP BY kind, key, content_type
) AS p
WHERE p.kind = s.kind AND p.key = s.key AND p.content_type = s.content_type;

-- name: mark_binges
-- Have all binges found anew.
INSERT INTO dirty_binges AS b (user_id, show_id)
SELECT DISTINCT user_id, show_id FROM binges ORDER BY user_id, show_id
ON CONFLICT (user_id, show_id) DO UPDATE SET show_id = excluded.show_id WHERE false;

-- name: mark_quarters
-- Have the peaks of all quarter hours found anew.
INSERT INTO dirty_quarters (start)
SELECT start FROM quarter_hour_statistics
UNION
SELECT start FROM concurrency_peaks
ORDER BY start
ON CONFLICT (start) DO UPDATE SET start = excluded.start WHERE false;
