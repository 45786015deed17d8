-- name: mark
-- Ask for a library to be counted anew. DO UPDATE, though it updates nothing: it locks the mark,
-- so that who counts waits until what has just changed can be read.
INSERT INTO dirty_libraries AS d (library_id, marked_at)
VALUES (%(id)s, %(now)s)
ON CONFLICT (library_id) DO UPDATE SET marked_at = excluded.marked_at WHERE false;

-- name: mark_buried
-- Ask for the libraries of a server that are gone to be counted anew.
INSERT INTO dirty_libraries AS d (library_id, marked_at)
SELECT id, %(now)s FROM libraries
WHERE media_server_id = %(media_server_id)s AND gone_at = %(now)s
ORDER BY id
ON CONFLICT (library_id) DO UPDATE SET marked_at = excluded.marked_at WHERE false;

-- name: hold
-- Let nobody else count until the end of the transaction; reading goes on.
LOCK TABLE library_stats_daily IN SHARE ROW EXCLUSIVE MODE;

-- name: take_time
-- A count of everything takes longer than any other statement may.
SET LOCAL statement_timeout = 0;

-- name: take_marks
-- Take marks away before reading what they are about: whatever changes from now on is marked again.
DELETE FROM dirty_libraries RETURNING library_id;

-- name: find_day
-- The day that is counted for: never before one that was, though the zone has changed.
SELECT greatest(%(today)s, max(since)) AS day FROM library_stats_daily WHERE until = 'infinity';

-- name: count_holdings
-- Count what all libraries hold, and note what is other than it was.
--   1. A file is one where path, size and type are the same, in whichever libraries; where they
--      describe it differently, the first word by the alphabet counts.
--   2. What holds others plays no longer than these do.
--   3. Rows of today are written over; rows of before that hold no more end today.
WITH files AS MATERIALIZED (
    SELECT
        CASE
            WHEN min(f.library_id) = max(f.library_id) THEN ARRAY[min(f.library_id)]
            ELSE array_agg(DISTINCT f.library_id ORDER BY f.library_id)
        END AS libraries,
        i.content_type, coalesce(f.size_bytes, 0) AS size_bytes,
        min(f.resolution) AS resolution, min(f.video_codec) AS video_codec,
        min(f.video_dynamic_range) AS dynamic_range, min(f.audio_codec) AS audio_codec,
        min(f.audio_channels) AS audio_channels, min(f.container) AS container
    FROM library_items AS i
    JOIN library_files AS f ON f.library_id = i.library_id AND f.item_id = i.id
    WHERE i.gone_at IS NULL
    GROUP BY
        i.content_type, coalesce(f.size_bytes, 0),
        coalesce(f.path, format('%%s/%%s/%%s', f.library_id, f.item_id, f.id))
),
kinds AS MATERIALIZED (
    SELECT
        libraries, content_type, resolution, video_codec, dynamic_range, audio_codec,
        audio_channels, container, count(*) AS files, sum(size_bytes) AS size_bytes
    FROM files
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
),
counted AS MATERIALIZED (
    SELECT
        property, libraries, content_type, value, sum(items)::bigint AS items,
        sum(files)::bigint AS files, sum(size_bytes)::bigint AS size_bytes,
        sum(duration_ms)::bigint AS duration_ms
    FROM (
        SELECT
            v.property, k.libraries, k.content_type, coalesce(v.value, '') AS value, 0 AS items,
            k.files, k.size_bytes, 0 AS duration_ms
        FROM kinds AS k
        CROSS JOIN LATERAL (VALUES
            ('all', ''), ('resolution', k.resolution), ('video_codec', k.video_codec),
            ('dynamic_range', k.dynamic_range), ('audio_codec', k.audio_codec),
            ('audio_channels', k.audio_channels::text), ('container', k.container)
        ) AS v (property, value)
        WHERE k.content_type NOT LIKE 'music%%'
            OR v.property IN ('all', 'audio_codec', 'audio_channels', 'container')
        UNION ALL
        SELECT
            'all', ARRAY[library_id], content_type, '', count(*), 0, 0,
            coalesce(sum(duration_ms) FILTER (WHERE content_type <> ALL(%(holders)s)), 0)
        FROM library_items
        WHERE gone_at IS NULL
        GROUP BY library_id, content_type
    ) AS told
    GROUP BY property, libraries, content_type, value
),
ended AS (
    UPDATE library_stats_daily AS s
    SET until = %(day)s
    WHERE s.until = 'infinity' AND s.since < %(day)s
        AND NOT EXISTS (
            SELECT FROM counted AS c
            WHERE (c.property, c.libraries, c.content_type, c.value)
                    = (s.property, s.libraries, s.content_type, s.value)
                AND (c.items, c.files, c.size_bytes, c.duration_ms)
                    = (s.items, s.files, s.size_bytes, s.duration_ms)
        )
),
vanished AS (
    DELETE FROM library_stats_daily AS s
    WHERE s.until = 'infinity' AND s.since = %(day)s
        AND NOT EXISTS (
            SELECT FROM counted AS c
            WHERE (c.property, c.libraries, c.content_type, c.value)
                = (s.property, s.libraries, s.content_type, s.value)
        )
)
INSERT INTO library_stats_daily AS s
SELECT
    property, libraries, content_type, value, %(day)s, 'infinity', items, files, size_bytes,
    duration_ms
FROM counted AS c
WHERE NOT EXISTS (
    SELECT FROM library_stats_daily AS s
    WHERE s.until = 'infinity' AND s.since < %(day)s
        AND (c.property, c.libraries, c.content_type, c.value)
            = (s.property, s.libraries, s.content_type, s.value)
        AND (c.items, c.files, c.size_bytes, c.duration_ms)
            = (s.items, s.files, s.size_bytes, s.duration_ms)
)
ORDER BY property, libraries, content_type, value
ON CONFLICT (property, libraries, content_type, value, since) DO UPDATE
SET
    until = 'infinity',
    items = excluded.items,
    files = excluded.files,
    size_bytes = excluded.size_bytes,
    duration_ms = excluded.duration_ms;

-- name: first_day
-- The first day that anything is known of what is asked for.
SELECT min(since) AS day
FROM library_stats_daily
WHERE property = 'all'
    AND (%(libraries)s::text[] IS NULL OR libraries && %(libraries)s)
    AND (%(content_types)s::text[] IS NULL OR content_type = ANY(%(content_types)s))
    AND (%(adult)s OR content_type NOT LIKE 'qar.%%');

-- name: list_held
-- What libraries held at the end of each of some days, by what is asked for. part is the number of
-- the day, from 1.
SELECT
    g.part,
    CASE %(by)s WHEN 'content_type' THEN s.content_type ELSE nullif(s.value, '') END AS key,
    sum(s.items)::bigint AS items, sum(s.files)::bigint AS files,
    sum(s.size_bytes)::bigint AS size_bytes, sum(s.duration_ms)::bigint AS duration_ms
FROM library_stats_daily AS s
CROSS JOIN LATERAL generate_series(
    width_bucket(s.since - 1, %(days)s::date[]) + 1, width_bucket(s.until - 1, %(days)s::date[])
) AS g (part)
WHERE s.property = %(property)s
    AND (%(libraries)s::text[] IS NULL OR s.libraries && %(libraries)s)
    AND (%(content_types)s::text[] IS NULL OR s.content_type = ANY(%(content_types)s))
    AND (%(adult)s OR s.content_type NOT LIKE 'qar.%%')
GROUP BY 1, 2
ORDER BY 1, 2;

-- name: list_first_scans
-- When the first full scan of each library came to its end; NULL: one began, and none ended yet.
SELECT l.id AS library_id, s.finished_at AS ended_at
FROM libraries AS l
LEFT JOIN LATERAL (
    SELECT finished_at
    FROM library_scans
    WHERE library_id = l.id AND kind = 'full' AND state IN ('done', 'suspicious')
    ORDER BY id
    LIMIT 1
) AS s ON true
WHERE s.finished_at IS NOT NULL
    OR EXISTS (SELECT FROM library_scans WHERE library_id = l.id AND kind = 'full');

-- name: list_levels
-- How many bytes there were at the end of each day since the first that is known, to see growth by.
--   1. Only libraries that are there count: one that goes with all it holds is no shrinkage.
--   2. A library is known from the first day that anything is known of it, or from a later one on
--      which it was first known whole.
--   3. What was there on the first day that one of its libraries was known is held to have been
--      there before, and what was gone by then never to have been: a library that comes is no growth.
WITH held AS MATERIALIZED (
    SELECT libraries, since, until, size_bytes
    FROM library_stats_daily
    WHERE property = 'all'
        AND (%(libraries)s::text[] IS NULL OR libraries && %(libraries)s)
        AND (%(content_types)s::text[] IS NULL OR content_type = ANY(%(content_types)s))
        AND (%(adult)s OR content_type NOT LIKE 'qar.%%')
),
known AS MATERIALIZED (
    SELECT e.id, greatest(min(h.since), min(w.day)) AS day
    FROM held AS h
    CROSS JOIN LATERAL unnest(h.libraries) AS e (id)
    LEFT JOIN unnest(%(whole)s::text[], %(whole_from)s::date[]) AS w (id, day) USING (id)
    WHERE %(libraries)s::text[] IS NULL OR e.id = ANY(%(libraries)s)
    GROUP BY e.id
    HAVING max(h.until) = 'infinity'
),
first AS (
    SELECT greatest(min(day), %(first)s) AS day FROM known HAVING count(*) > 0
),
levels AS (
    SELECT g.number, sum(h.size_bytes) AS size_bytes
    FROM held AS h
    CROSS JOIN first AS f
    CROSS JOIN LATERAL (
        SELECT CASE WHEN h.since > min(k.day) THEN h.since - f.day ELSE 0 END AS first
        FROM known AS k
        WHERE k.id = ANY(h.libraries)
        HAVING h.until > min(k.day)
    ) AS n
    CROSS JOIN LATERAL generate_series(
        greatest(n.first, 0), least(h.until - 1, %(last)s) - f.day
    ) AS g (number)
    GROUP BY g.number
)
SELECT coalesce(l.size_bytes, 0)::bigint AS size_bytes
FROM first AS f
CROSS JOIN LATERAL generate_series(0, %(last)s - f.day) AS d (number)
LEFT JOIN levels AS l USING (number)
ORDER BY d.number;

-- name: list_by_library
-- What each library holds now, by content type; a file in two of them counts for each.
SELECT
    l.id AS library_id, l.server_id, l.name, s.content_type, sum(s.items)::bigint AS items,
    sum(s.files)::bigint AS files, sum(s.size_bytes)::bigint AS size_bytes,
    sum(s.duration_ms)::bigint AS duration_ms
FROM library_stats_daily AS s
CROSS JOIN LATERAL unnest(s.libraries) AS e (id)
JOIN libraries AS l USING (id)
WHERE s.property = 'all' AND s.until = 'infinity'
    AND (%(libraries)s::text[] IS NULL OR l.id = ANY(%(libraries)s))
    AND (%(content_types)s::text[] IS NULL OR s.content_type = ANY(%(content_types)s))
    AND (%(adult)s OR s.content_type NOT LIKE 'qar.%%')
GROUP BY l.id, s.content_type
ORDER BY l.name, l.id, s.content_type;
