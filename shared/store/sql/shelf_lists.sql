-- name: list_stale
-- Items on disk since before an instant and never played, or not after it; the largest first.
SELECT * FROM library_standings AS s
WHERE s.files > 0 AND s.added_at <= %(before)s
    AND (s.last_played_at IS NULL OR s.last_played_at <= %(before)s)
    AND (NOT %(never)s OR s.last_played_at IS NULL)
    AND (%(after_size)s::bigint IS NULL OR s.size_bytes <= %(after_size)s)
    AND (%(after_size)s::bigint IS NULL OR (-s.size_bytes, s.id) > (-%(after_size)s, %(after_id)s))
    AND (%(libraries)s::text[] IS NULL OR s.library_id = ANY(%(libraries)s))
    AND (%(content_types)s::text[] IS NULL OR s.content_type = ANY(%(content_types)s))
    AND (%(adult)s OR s.content_type NOT LIKE 'qar.%%')
ORDER BY s.size_bytes DESC, s.id
LIMIT %(limit)s OFFSET %(offset)s;

-- name: sum_stale
-- How many items are stale and never were played, and what both take; by content type.
SELECT
    s.content_type,
    count(*) AS items,
    coalesce(sum(s.size_bytes), 0)::bigint AS size_bytes,
    count(*) FILTER (WHERE s.last_played_at IS NULL) AS never_played,
    coalesce(sum(s.size_bytes) FILTER (WHERE s.last_played_at IS NULL), 0)::bigint
        AS never_played_bytes
FROM library_standings AS s
WHERE s.files > 0 AND s.added_at <= %(before)s
    AND (s.last_played_at IS NULL OR s.last_played_at <= %(before)s)
    AND (%(libraries)s::text[] IS NULL OR s.library_id = ANY(%(libraries)s))
    AND (%(content_types)s::text[] IS NULL OR s.content_type = ANY(%(content_types)s))
    AND (%(adult)s OR s.content_type NOT LIKE 'qar.%%')
GROUP BY s.content_type
ORDER BY size_bytes DESC, s.content_type;

-- name: list_recent
-- Items by when they came, the latest first.
SELECT * FROM library_standings AS s
WHERE (%(after_at)s::timestamptz IS NULL OR (s.added_at, s.id) < (%(after_at)s, %(after_id)s))
    AND (%(libraries)s::text[] IS NULL OR s.library_id = ANY(%(libraries)s))
    AND (%(content_types)s::text[] IS NULL OR s.content_type = ANY(%(content_types)s))
    AND (%(adult)s OR s.content_type NOT LIKE 'qar.%%')
ORDER BY s.added_at DESC, s.id DESC
LIMIT %(limit)s OFFSET %(offset)s;

-- name: list_lacking
-- Items of which something is not known that should be.
SELECT * FROM library_standings AS s
WHERE s.lacking <> '{}' AND (%(after_id)s::text IS NULL OR s.id > %(after_id)s)
    AND (%(libraries)s::text[] IS NULL OR s.library_id = ANY(%(libraries)s))
    AND (%(content_types)s::text[] IS NULL OR s.content_type = ANY(%(content_types)s))
    AND (%(adult)s OR s.content_type NOT LIKE 'qar.%%')
ORDER BY s.id
LIMIT %(limit)s;

-- name: list_without_files
-- Items without a file. A live programme has none.
SELECT * FROM library_standings AS s
WHERE s.files = 0 AND s.content_type <> 'livetv_program'
    AND (%(after_id)s::text IS NULL OR s.id > %(after_id)s)
    AND (%(libraries)s::text[] IS NULL OR s.library_id = ANY(%(libraries)s))
    AND (%(content_types)s::text[] IS NULL OR s.content_type = ANY(%(content_types)s))
    AND (%(adult)s OR s.content_type NOT LIKE 'qar.%%')
ORDER BY s.id
LIMIT %(limit)s;

-- name: list_orphans
-- Files whose item is gone, and whose path no item that is there has: each path once, as the item
-- tells of it that had the largest file there.
SELECT *
FROM (
    SELECT DISTINCT ON (o.path) *
    FROM library_orphans AS o
    WHERE (%(libraries)s::text[] IS NULL OR o.library_id = ANY(%(libraries)s))
        AND (%(content_types)s::text[] IS NULL OR o.content_type = ANY(%(content_types)s))
        AND (%(adult)s OR o.content_type NOT LIKE 'qar.%%')
    ORDER BY o.path, o.size_bytes DESC NULLS LAST, o.gone_at DESC, o.id
) AS paths
WHERE %(after_id)s::text IS NULL OR id > %(after_id)s
ORDER BY id
LIMIT %(limit)s;

-- name: count_orphans
-- How many paths have no item any more, and what they took.
SELECT count(*) AS files, coalesce(sum(size_bytes), 0)::bigint AS size_bytes
FROM (
    SELECT o.path, max(o.size_bytes) AS size_bytes
    FROM library_orphans AS o
    WHERE (%(libraries)s::text[] IS NULL OR o.library_id = ANY(%(libraries)s))
        AND (%(content_types)s::text[] IS NULL OR o.content_type = ANY(%(content_types)s))
        AND (%(adult)s OR o.content_type NOT LIKE 'qar.%%')
    GROUP BY o.path
) AS paths;

-- name: sum_standings
-- By library, as they were worked out: items, those of which something is not known, those without
-- a file, and those that nobody has played for long.
SELECT
    l.id AS library_id, l.server_id, l.name, sum(s.items)::bigint AS items,
    sum(s.lacking)::bigint AS lacking_metadata, sum(s.without_files)::bigint AS without_files,
    sum(s.stale_items)::bigint AS stale_items, sum(s.stale_bytes)::bigint AS stale_bytes
FROM library_standing_sums AS s
JOIN libraries AS l ON l.id = s.library_id
WHERE (%(libraries)s::text[] IS NULL OR s.library_id = ANY(%(libraries)s))
    AND (%(content_types)s::text[] IS NULL OR s.content_type = ANY(%(content_types)s))
    AND (%(adult)s OR s.content_type NOT LIKE 'qar.%%')
GROUP BY l.id
ORDER BY l.name, l.id;

-- name: list_duplicates
-- What there is more of than needed: what gives back most first.
SELECT * FROM library_duplicates AS d
WHERE (%(after_size)s::bigint IS NULL OR d.reclaimable_bytes <= %(after_size)s)
    AND (
        %(after_size)s::bigint IS NULL
        OR (-d.reclaimable_bytes, d.id) > (-%(after_size)s, %(after_id)s)
    )
    AND (%(libraries)s::text[] IS NULL OR d.libraries && %(libraries)s)
    AND (%(content_types)s::text[] IS NULL OR d.content_type = ANY(%(content_types)s))
    AND (%(adult)s OR d.content_type NOT LIKE 'qar.%%')
ORDER BY d.reclaimable_bytes DESC, d.id
LIMIT %(limit)s OFFSET %(offset)s;

-- name: sum_duplicates
-- How many cuts there are more copies of than needed, and what all but the best take.
SELECT count(*) AS groups, coalesce(sum(reclaimable_bytes), 0)::bigint AS reclaimable_bytes
FROM library_duplicates AS d
WHERE (%(libraries)s::text[] IS NULL OR d.libraries && %(libraries)s)
    AND (%(content_types)s::text[] IS NULL OR d.content_type = ANY(%(content_types)s))
    AND (%(adult)s OR d.content_type NOT LIKE 'qar.%%');

-- name: find_watched
-- Items by the hours that their works were watched, of all time.
SELECT s.library_id, s.item_id, s.watched_ms FROM library_standings AS s
WHERE s.files > 0
    AND (%(libraries)s::text[] IS NULL OR s.library_id = ANY(%(libraries)s))
    AND (%(content_types)s::text[] IS NULL OR s.content_type = ANY(%(content_types)s))
    AND (%(adult)s OR s.content_type NOT LIKE 'qar.%%')
ORDER BY
    CASE WHEN %(least)s THEN s.watched_ms END,
    CASE WHEN NOT %(least)s THEN s.watched_ms END DESC,
    s.size_bytes DESC, s.id
LIMIT %(limit)s;

-- name: find_worth
-- Items by the hours that their works were ever watched per GB (10^9 bytes), the most first.
SELECT s.library_id, s.item_id, s.watched_ms FROM library_standings AS s
WHERE s.hours_per_gb IS NOT NULL
    AND (%(libraries)s::text[] IS NULL OR s.library_id = ANY(%(libraries)s))
    AND (%(content_types)s::text[] IS NULL OR s.content_type = ANY(%(content_types)s))
    AND (%(adult)s OR s.content_type NOT LIKE 'qar.%%')
ORDER BY s.hours_per_gb DESC, s.size_bytes, s.id DESC
LIMIT %(limit)s;

-- name: find_worthless
-- Items by the hours that their works were ever watched per GB (10^9 bytes), the least first.
SELECT s.library_id, s.item_id, s.watched_ms FROM library_standings AS s
WHERE s.hours_per_gb IS NOT NULL
    AND (%(libraries)s::text[] IS NULL OR s.library_id = ANY(%(libraries)s))
    AND (%(content_types)s::text[] IS NULL OR s.content_type = ANY(%(content_types)s))
    AND (%(adult)s OR s.content_type NOT LIKE 'qar.%%')
ORDER BY s.hours_per_gb, s.size_bytes DESC, s.id
LIMIT %(limit)s;

-- name: find_worth_of_period
-- Items by the hours that their works were watched in a period per GB, what is alike as
-- the lists of all time have it. OFFSET 0 has works read all at once: PostgreSQL takes what was played
-- for less than it is, and would search for each.
WITH whole AS (
{within}
),
watched AS (
    SELECT work_id, sum(watched_ms)::bigint AS watched_ms
    FROM (
        SELECT w.work_id, p.content_id, min(p.watched_ms) AS watched_ms
        FROM (
            SELECT content_id, sum(watched_ms)::bigint AS watched_ms
            FROM whole
            GROUP BY content_id
        ) AS p
        JOIN (SELECT item_id, work_id FROM library_works OFFSET 0) AS w
            ON w.item_id = p.content_id
        GROUP BY w.work_id, p.content_id
    ) AS items
    GROUP BY work_id
)
SELECT s.library_id, s.item_id, coalesce(w.watched_ms, 0) AS watched_ms
FROM library_standings AS s
LEFT JOIN watched AS w USING (work_id)
WHERE s.size_bytes > 0
    AND (%(libraries)s::text[] IS NULL OR s.library_id = ANY(%(libraries)s))
    AND (%(content_types)s::text[] IS NULL OR s.content_type = ANY(%(content_types)s))
    AND (%(adult)s OR s.content_type NOT LIKE 'qar.%%')
ORDER BY
    CASE WHEN %(worst)s THEN coalesce(w.watched_ms, 0)::double precision / s.size_bytes END,
    CASE WHEN NOT %(worst)s THEN coalesce(w.watched_ms, 0)::double precision / s.size_bytes END
        DESC,
    CASE WHEN %(worst)s THEN -s.size_bytes ELSE s.size_bytes END,
    CASE WHEN %(worst)s THEN s.id END,
    CASE WHEN NOT %(worst)s THEN s.id END DESC
LIMIT %(limit)s;

-- name: tell_items
-- A lot of items that were found, in their order; what is gone by now is left out.
SELECT
    r.rank, s.id, s.library_id, s.item_id, s.content_type, s.title, s.show_title, s.season_number,
    s.episode_number, s.year, s.added_at, s.files, s.size_bytes, s.plays, r.watched_ms,
    s.last_played_at,
    r.watched_ms / 3600000.0::double precision
        / (nullif(s.size_bytes, 0) / 1e9::double precision) AS roi
FROM json_to_recordset(%(lot)s::json) AS r (
    rank bigint, library_id text, item_id text, watched_ms bigint
)
JOIN library_standings AS s USING (library_id, item_id)
ORDER BY r.rank;

-- name: find_worth_of_shows_of_period
-- Shows by the hours that their episodes were watched in a period per GB; a work with several copies
-- was watched once.
WITH whole AS (
{within}
),
watched AS MATERIALIZED (
    SELECT work_id, sum(watched_ms)::bigint AS watched_ms
    FROM (
        SELECT w.work_id, p.content_id, min(p.watched_ms) AS watched_ms
        FROM (
            SELECT content_id, sum(watched_ms)::bigint AS watched_ms
            FROM whole
            GROUP BY content_id
        ) AS p
        JOIN (SELECT item_id, work_id FROM library_works OFFSET 0) AS w
            ON w.item_id = p.content_id
        GROUP BY w.work_id, p.content_id
    ) AS items
    GROUP BY work_id
),
seen AS (
    SELECT library_id, show_id, sum(watched_ms)::bigint AS watched_ms
    FROM (
        SELECT DISTINCT s.library_id, s.show_id, work_id, w.watched_ms
        FROM watched AS w
        JOIN library_standings AS s USING (work_id)
        WHERE s.show_id IS NOT NULL
    ) AS works
    GROUP BY library_id, show_id
)
SELECT s.library_id, s.show_id, coalesce(v.watched_ms, 0) AS watched_ms
FROM library_shows AS s
LEFT JOIN seen AS v USING (library_id, show_id)
WHERE s.size_bytes > 0
    AND (%(libraries)s::text[] IS NULL OR s.library_id = ANY(%(libraries)s))
    AND (%(content_types)s::text[] IS NULL OR s.content_type = ANY(%(content_types)s))
    AND (%(adult)s OR s.content_type NOT LIKE 'qar.%%')
ORDER BY
    CASE WHEN %(worst)s THEN coalesce(v.watched_ms, 0)::double precision / s.size_bytes END,
    CASE WHEN NOT %(worst)s THEN coalesce(v.watched_ms, 0)::double precision / s.size_bytes END
        DESC,
    s.size_bytes DESC, s.library_id || ':' || s.show_id
LIMIT %(limit)s;

-- name: find_worth_of_shows
-- Shows by the hours that their episodes were ever watched per GB.
SELECT s.library_id, s.show_id, s.watched_ms
FROM library_shows AS s
WHERE s.size_bytes > 0
    AND (%(libraries)s::text[] IS NULL OR s.library_id = ANY(%(libraries)s))
    AND (%(content_types)s::text[] IS NULL OR s.content_type = ANY(%(content_types)s))
    AND (%(adult)s OR s.content_type NOT LIKE 'qar.%%')
ORDER BY
    CASE WHEN %(worst)s THEN s.watched_ms::double precision / s.size_bytes END,
    CASE WHEN NOT %(worst)s THEN s.watched_ms::double precision / s.size_bytes END DESC,
    s.size_bytes DESC, s.library_id || ':' || s.show_id
LIMIT %(limit)s;

-- name: tell_shows
-- A lot of shows that were found, in their order; what is gone by now is left out.
SELECT
    r.rank, s.library_id || ':' || s.show_id AS id, s.library_id, s.content_type, s.title,
    s.title AS show_title, s.size_bytes, r.watched_ms,
    r.watched_ms / 3600000.0::double precision
        / (nullif(s.size_bytes, 0) / 1e9::double precision) AS roi
FROM json_to_recordset(%(lot)s::json) AS r (
    rank bigint, library_id text, show_id text, watched_ms bigint
)
JOIN library_shows AS s USING (library_id, show_id)
ORDER BY r.rank;
