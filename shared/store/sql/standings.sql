-- name: hold
-- Let nobody else work standings out until the end of the transaction; reading goes on.
LOCK TABLE library_standings IN SHARE ROW EXCLUSIVE MODE;

-- name: take_time
-- Working out everything takes longer than any other statement may.
SET LOCAL statement_timeout = 0;

-- name: note_run
-- Note when standings were worked out.
INSERT INTO library_standings_run (ran_at) VALUES (%(now)s)
ON CONFLICT (is_only) DO UPDATE SET ran_at = excluded.ran_at;

-- name: last_run
-- When standings were last worked out.
SELECT max(ran_at) AS ran_at FROM library_standings_run;

-- name: list_entries
-- All items that can be played, also those gone, numbered by when they were first seen; a work is
-- labelled with the least number of its items.
CREATE TEMPORARY TABLE entries ON COMMIT DROP AS
SELECT
    n::integer AS n, library_id, id AS item_id, provider_keys, title_key, n::integer AS label
FROM (
    SELECT
        row_number() OVER (ORDER BY first_seen_at, library_id, id) AS n, library_id, id,
        provider_keys, title_key
    FROM library_items
    WHERE content_type <> ALL(%(holders)s)
) AS numbered;

-- name: list_keys
-- The keys that more than one item has.
CREATE TEMPORARY TABLE keys ON COMMIT DROP AS
SELECT n, key
FROM (
    SELECT e.n, k.key, count(*) OVER (PARTITION BY k.key) AS items
    FROM entries AS e
    CROSS JOIN LATERAL unnest(e.provider_keys) AS k (key)
) AS all_keys
WHERE items > 1;

-- name: join_works
-- Give each item the least label of those with a key in common; again, until nothing changes.
UPDATE entries AS e
SET label = m.label
FROM (
    SELECT k.n, min(g.label) AS label
    FROM keys AS k
    JOIN (
        SELECT key, min(label) AS label FROM keys JOIN entries USING (n) GROUP BY key
    ) AS g USING (key)
    GROUP BY k.n
) AS m
WHERE m.n = e.n AND m.label < e.label;

-- name: join_titles
-- Join items that no provider knows by their titles: to the only work of that title, or to others
-- that no provider knows.
UPDATE entries AS e
SET label = CASE WHEN t.works = 1 THEN t.work ELSE t.untold END
FROM (
    SELECT
        title_key,
        count(DISTINCT label) FILTER (WHERE provider_keys <> '{}') AS works,
        min(label) FILTER (WHERE provider_keys <> '{}') AS work,
        min(label) FILTER (WHERE provider_keys = '{}') AS untold
    FROM entries
    WHERE title_key IS NOT NULL
    GROUP BY title_key
    HAVING count(*) > 1
) AS t
WHERE e.provider_keys = '{}' AND t.title_key = e.title_key;

-- name: write_works
-- Note which work each item is: the item that its label numbers.
WITH found AS MATERIALIZED (
    SELECT
        e.library_id, e.item_id, l.library_id || ':' || l.item_id AS work_id,
        e.provider_keys <> '{}' AS is_told
    FROM entries AS e
    JOIN entries AS l ON l.n = e.label
),
gone AS (
    DELETE FROM library_works AS w
    WHERE NOT EXISTS (
        SELECT FROM found AS f WHERE f.library_id = w.library_id AND f.item_id = w.item_id
    )
)
INSERT INTO library_works AS w
SELECT * FROM found
ON CONFLICT (library_id, item_id) DO UPDATE
SET work_id = excluded.work_id, is_told = excluded.is_told
WHERE (w.work_id, w.is_told) IS DISTINCT FROM (excluded.work_id, excluded.is_told);

-- name: analyze_works
-- Let the planner know how many there are.
ANALYZE library_works;

-- name: write_standings
-- Write what each item that is there takes, and how its work was watched. Who played what when is
-- looked up once for each item that was played, however long the history.
WITH played AS MATERIALIZED (
    SELECT
        w.work_id, sum(s.plays)::bigint AS plays, sum(s.watched_ms)::bigint AS watched_ms,
        max(l.started_at) AS last_played_at
    FROM (SELECT DISTINCT work_id, item_id FROM library_works) AS w
    JOIN item_statistics AS s ON s.content_id = w.item_id
    LEFT JOIN LATERAL (
        SELECT f.started_at
        FROM session_facts AS f
        WHERE f.content_id = w.item_id AND f.plays = 1
        ORDER BY f.started_at DESC
        LIMIT 1
    ) AS l ON true
    GROUP BY w.work_id
),
held AS MATERIALIZED (
    SELECT
        library_id, item_id, count(*)::integer AS files,
        coalesce(sum(size_bytes), 0)::bigint AS size_bytes
    FROM library_files
    GROUP BY library_id, item_id
),
standing AS MATERIALIZED (
    SELECT
        i.library_id, i.id AS item_id, w.work_id, i.content_type, i.title, i.show_id,
        i.show_title, i.season_number, i.episode_number, i.year,
        coalesce(i.added_at, i.first_seen_at) AS added_at,
        coalesce(h.files, 0) AS files, coalesce(h.size_bytes, 0) AS size_bytes,
        coalesce(p.plays, 0) AS plays, coalesce(p.watched_ms, 0) AS watched_ms, p.last_played_at,
        array_remove(ARRAY[
            CASE WHEN i.title IS NULL THEN 'title' END,
            CASE WHEN i.content_type = 'movie' AND i.year IS NULL THEN 'year' END,
            CASE WHEN i.content_type IN ('movie', 'tvshow_episode')
                AND i.provider_keys = '{}' THEN 'provider_id' END,
            CASE WHEN i.content_type = 'tvshow_episode' AND i.show_title IS NULL
                THEN 'show_title' END,
            CASE WHEN i.content_type = 'tvshow_episode'
                AND (i.season_number IS NULL OR i.episode_number IS NULL)
                THEN 'episode_number' END,
            CASE WHEN i.content_type = 'music_track' AND i.artist IS NULL THEN 'artist' END,
            CASE WHEN i.content_type = 'music_track' AND i.album IS NULL THEN 'album' END
        ], NULL) AS lacking
    FROM library_items AS i
    JOIN library_works AS w ON w.library_id = i.library_id AND w.item_id = i.id
    LEFT JOIN held AS h ON h.library_id = i.library_id AND h.item_id = i.id
    LEFT JOIN played AS p USING (work_id)
    WHERE i.gone_at IS NULL
),
gone AS (
    DELETE FROM library_standings AS s
    WHERE NOT EXISTS (
        SELECT FROM standing AS n WHERE n.library_id = s.library_id AND n.item_id = s.item_id
    )
)
INSERT INTO library_standings AS s (
    library_id, item_id, work_id, content_type, title, show_id, show_title, season_number,
    episode_number, year, added_at, files, size_bytes, plays, watched_ms, last_played_at, lacking
)
SELECT * FROM standing
ON CONFLICT (library_id, item_id) DO UPDATE
SET
    work_id = excluded.work_id,
    content_type = excluded.content_type,
    title = excluded.title,
    show_id = excluded.show_id,
    show_title = excluded.show_title,
    season_number = excluded.season_number,
    episode_number = excluded.episode_number,
    year = excluded.year,
    added_at = excluded.added_at,
    files = excluded.files,
    size_bytes = excluded.size_bytes,
    plays = excluded.plays,
    watched_ms = excluded.watched_ms,
    last_played_at = excluded.last_played_at,
    lacking = excluded.lacking
WHERE (
        s.work_id, s.content_type, s.title, s.show_id, s.show_title, s.season_number,
        s.episode_number, s.year, s.added_at, s.files, s.size_bytes, s.plays, s.watched_ms,
        s.last_played_at, s.lacking
    ) IS DISTINCT FROM (
        excluded.work_id, excluded.content_type, excluded.title, excluded.show_id,
        excluded.show_title, excluded.season_number, excluded.episode_number, excluded.year,
        excluded.added_at, excluded.files, excluded.size_bytes, excluded.plays,
        excluded.watched_ms, excluded.last_played_at, excluded.lacking
    );

-- name: analyze_standings
-- Let the planner know how many there are: at first it takes them for none.
ANALYZE library_standings;

-- name: forget_sums
-- Forget what standings added up to.
DELETE FROM library_standing_sums;

-- name: add_sums
-- Add standings up by library and content type.
INSERT INTO library_standing_sums
SELECT
    library_id, content_type, count(*), count(*) FILTER (WHERE lacking <> '{}'),
    count(*) FILTER (WHERE files = 0 AND content_type <> 'livetv_program'),
    count(*) FILTER (WHERE is_stale), coalesce(sum(size_bytes) FILTER (WHERE is_stale), 0)
FROM (
    SELECT
        *, files > 0 AND added_at <= %(stale_before)s
            AND (last_played_at IS NULL OR last_played_at <= %(stale_before)s) AS is_stale
    FROM library_standings
) AS s
GROUP BY library_id, content_type;

-- name: forget_shows
-- Forget how shows stood.
DELETE FROM library_shows;

-- name: add_shows
-- Add the standings of episodes up by show: what a work was watched once, however many copies it has.
INSERT INTO library_shows
SELECT
    library_id, show_id, min(content_type), max(show_title), sum(items), sum(size_bytes),
    sum(watched_ms)
FROM (
    SELECT
        library_id, show_id, min(content_type) AS content_type, max(show_title) AS show_title,
        count(*) AS items, sum(size_bytes) AS size_bytes, min(watched_ms) AS watched_ms
    FROM library_standings
    WHERE show_id IS NOT NULL
    GROUP BY library_id, show_id, work_id
) AS works
GROUP BY library_id, show_id;

-- name: forget_orphans
-- Forget which files had no item any more.
DELETE FROM library_orphans;

-- name: add_orphans
-- Note the files whose item is gone, and whose path no item that is there has: of what may be asked
-- for apart, each path once, as the item tells of it that had the largest file there.
INSERT INTO library_orphans
SELECT DISTINCT ON (f.path, i.library_id, i.content_type)
    i.library_id || ':' || i.id || ':' || f.id AS id, i.library_id, i.id, i.content_type, i.title,
    i.gone_at, f.path, f.size_bytes
FROM library_items AS i
JOIN library_files AS f ON f.library_id = i.library_id AND f.item_id = i.id
WHERE i.gone_at IS NOT NULL AND f.path IS NOT NULL
    AND NOT EXISTS (
        SELECT
        FROM library_files AS o
        JOIN library_items AS p ON p.library_id = o.library_id AND p.id = o.item_id
        WHERE o.path = f.path AND p.gone_at IS NULL
    )
ORDER BY f.path, i.library_id, i.content_type, f.size_bytes DESC NULLS LAST, i.gone_at DESC, 1;

-- name: list_candidates
-- Works with more than one file: those whose paths no other work shares, which would make them a
-- file of several episodes.
CREATE TEMPORARY TABLE candidates ON COMMIT DROP AS
WITH files AS MATERIALIZED (
    SELECT
        s.work_id, w.is_told, l.server_id, f.library_id, f.item_id, f.id, f.path,
        coalesce(f.size_bytes, 0) AS size_bytes, f.duration_ms, f.resolution,
        f.video_dynamic_range AS dynamic_range, f.bitrate_kbps,
        CASE WHEN f.bitrate_kbps IS NOT NULL THEN
            ROW(f.bitrate_kbps, f.container, f.video_codec, f.video_width, f.video_height,
                f.audio_codec)::text
        END AS description
    FROM library_standings AS s
    JOIN library_works AS w USING (library_id, item_id)
    JOIN library_files AS f USING (library_id, item_id)
    JOIN libraries AS l ON l.id = f.library_id
),
shared AS MATERIALIZED (
    SELECT path FROM files WHERE path IS NOT NULL
    GROUP BY path HAVING min(work_id) <> max(work_id)
)
SELECT f.*
FROM files AS f
WHERE NOT EXISTS (SELECT FROM shared AS s WHERE s.path = f.path)
    AND f.work_id IN (SELECT work_id FROM files GROUP BY work_id HAVING count(*) > 1);

-- name: index_candidates
-- Let each lot of works be found without reading all of them.
CREATE INDEX ON candidates (work_id);

-- name: analyze_candidates
-- Let the planner know how many there are.
ANALYZE candidates;

-- name: list_candidates_after
-- The next works with more than one file.
SELECT *
FROM candidates
WHERE work_id IN (
    SELECT DISTINCT work_id FROM candidates WHERE work_id > %(after)s ORDER BY work_id
    LIMIT %(limit)s
)
ORDER BY work_id, library_id, item_id, id;

-- name: forget_duplicates
-- Forget what there was more of than needed.
DELETE FROM library_duplicates;

-- name: add_duplicates
-- Note what there is more of than needed, each called as the item of the copy to keep is.
INSERT INTO library_duplicates
SELECT
    r.id, r.work_id, r.libraries, s.content_type, s.title, s.show_title, s.season_number,
    s.episode_number, s.year, r.confidence, r.size_bytes, r.reclaimable_bytes, r.copies
FROM json_to_recordset(%(rows)s::json) AS r (
    id text, work_id text, library_id text, item_id text, libraries text[], confidence text,
    size_bytes bigint, reclaimable_bytes bigint, copies jsonb
)
JOIN library_standings AS s USING (library_id, item_id);

-- name: analyze_entries
-- Let the planner know how many there are.
ANALYZE entries, keys;

-- name: drop_entries
-- Let go of what items were compared by.
DROP TABLE entries, keys;

-- name: drop_candidates
-- Let go of the works with more than one file.
DROP TABLE candidates;
