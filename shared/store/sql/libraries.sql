-- name: upsert_libraries
-- Note the libraries that a server lists. One that was gone is read anew: so is all that was in it.
INSERT INTO libraries AS l
    (id, media_server_id, server_id, original_id, name, kind, first_seen_at)
SELECT id, media_server_id, server_id, original_id, name, kind, %(now)s
FROM json_populate_recordset(NULL::libraries, %(rows)s::json)
ORDER BY id
ON CONFLICT (id) DO UPDATE
SET
    media_server_id = coalesce(excluded.media_server_id, l.media_server_id),
    name = excluded.name,
    kind = excluded.kind,
    missing_since = NULL,
    gone_at = NULL,
    last_full_at = CASE WHEN l.gone_at IS NULL THEN l.last_full_at END,
    last_scan_at = CASE WHEN l.gone_at IS NULL THEN l.last_scan_at END
WHERE (l.media_server_id, l.name, l.kind) IS DISTINCT FROM
        (coalesce(excluded.media_server_id, l.media_server_id), excluded.name, excluded.kind)
    OR l.missing_since IS NOT NULL OR l.gone_at IS NOT NULL;

-- name: add_library
-- Note a library that a playback service tells of; of one that is known, what is said of it. What we
-- read from a media server ourselves is called as that calls it.
INSERT INTO libraries AS l (id, server_id, original_id, name, kind, first_seen_at)
VALUES (%(id)s, %(server_id)s, %(id)s, %(name)s, %(kind)s, %(now)s)
ON CONFLICT (id) DO UPDATE
SET
    server_id = CASE WHEN l.media_server_id IS NULL
        THEN coalesce(%(said_server_id)s, l.server_id) ELSE l.server_id END,
    name = CASE WHEN l.media_server_id IS NULL
        THEN coalesce(%(said_name)s, l.name) ELSE l.name END,
    kind = CASE WHEN l.media_server_id IS NULL
        THEN coalesce(%(said_kind)s, l.kind) ELSE l.kind END,
    missing_since = NULL,
    gone_at = NULL;

-- name: miss_libraries
-- Note since when a server does not list libraries that it had.
UPDATE libraries
SET missing_since = %(now)s
WHERE media_server_id = %(media_server_id)s AND id <> ALL (%(listed)s)
    AND missing_since IS NULL AND gone_at IS NULL;

-- name: bury_libraries
-- End libraries that their server has not listed for long, and the scans of them: who is at one has
-- lost it. What was in them is ended when they are counted: of many items that takes a while.
WITH buried AS (
    UPDATE libraries
    SET gone_at = %(now)s, leased_until = %(now)s, lease_token = lease_token + 1
    WHERE media_server_id = %(media_server_id)s AND missing_since <= %(missing_since)s
        AND gone_at IS NULL
    RETURNING id
)
UPDATE library_scans AS s
SET state = 'abandoned', finished_at = %(now)s, updated_at = %(now)s,
    problem = coalesce(s.problem, %(problem)s)
FROM buried AS b
WHERE s.library_id = b.id AND s.state = 'running';

-- name: bury_items
-- End what is in libraries that are gone.
UPDATE library_items AS i
SET gone_at = l.gone_at
FROM libraries AS l
WHERE l.id = ANY (%(ids)s) AND l.gone_at IS NOT NULL AND i.library_id = l.id
    AND i.gone_at IS NULL;

-- name: list_of_server
-- The libraries that a server is known to have, with when they were scanned; that of collections
-- comes last, since it tells of what is in the others. Behind it are those whose scan ran into
-- something, tried in turn: one of them may take up all the time there is.
SELECT l.id, l.server_id, l.original_id, l.name, l.kind, l.last_full_at, l.last_scan_at
FROM libraries AS l
LEFT JOIN library_scans AS s
    ON s.library_id = l.id AND s.state = 'running' AND s.problem IS NOT NULL
WHERE l.media_server_id = %(media_server_id)s AND l.gone_at IS NULL AND l.missing_since IS NULL
ORDER BY
    s.updated_at NULLS FIRST, l.kind = 'collections', l.last_full_at NULLS FIRST,
    l.last_scan_at NULLS FIRST, l.id;

-- name: claim
-- Claim a library, unless somebody else scans it, or it is gone.
UPDATE libraries
SET leased_until = %(lease_until)s, lease_token = lease_token + 1
WHERE id = %(id)s AND leased_until <= %(now)s AND gone_at IS NULL
RETURNING lease_token;

-- name: renew
-- Stay the one who scans a library; end it, with a lease that is over.
UPDATE libraries
SET leased_until = %(lease_until)s
WHERE id = %(id)s AND lease_token = %(token)s
RETURNING id;

-- name: abandon_scans
-- Give up scans of a library that are not done: those that have not got on since an instant, or all.
UPDATE library_scans
SET state = 'abandoned', finished_at = %(now)s, updated_at = %(now)s,
    problem = coalesce(problem, %(problem)s)
WHERE library_id = %(id)s AND state = 'running'
    AND coalesce(moved_at, started_at) < %(before)s;

-- name: forget_sightings
-- Forget what scans found that go on no more.
DELETE FROM library_sightings AS f
USING library_scans AS s
WHERE s.id = f.scan_id AND s.library_id = %(id)s AND s.state <> 'running';

-- name: find_running
-- The scan of a library that goes on.
SELECT * FROM library_scans WHERE library_id = %(id)s AND state = 'running';

-- name: add_scan
-- Begin a scan.
INSERT INTO library_scans (id, library_id, kind, state, changed_since, started_at, updated_at)
VALUES (%(scan_id)s, %(id)s, %(kind)s, 'running', %(changed_since)s, %(now)s, %(now)s)
RETURNING *;

-- name: write_items
-- Write items that are new, that changed, or that are back; return which these are.
WITH written AS (
    INSERT INTO library_items AS i (
        library_id, id, original_id, content_type, title, original_title, year, parent_id, show_id,
        show_title, season_number, episode_number, artist_id, artist, album, duration_ms, added_at,
        guid, imdb_id, tmdb_id, tvdb_id, musicbrainz_id, genres, collections, digest,
        provider_keys, title_key, first_seen_at, changed_at
    )
    SELECT
        %(library_id)s, id, original_id, content_type, title, original_title, year, parent_id,
        show_id, show_title, season_number, episode_number, artist_id, artist, album, duration_ms,
        added_at, guid, imdb_id, tmdb_id, tvdb_id, musicbrainz_id, genres,
        coalesce(collections, '{}'), digest, provider_keys, title_key, %(now)s, %(now)s
    FROM json_populate_recordset(NULL::library_items, %(rows)s::json)
    ORDER BY id
    ON CONFLICT (library_id, id) DO UPDATE
    SET
        original_id = excluded.original_id,
        content_type = excluded.content_type,
        title = excluded.title,
        original_title = excluded.original_title,
        year = excluded.year,
        parent_id = excluded.parent_id,
        show_id = excluded.show_id,
        show_title = excluded.show_title,
        season_number = excluded.season_number,
        episode_number = excluded.episode_number,
        artist_id = excluded.artist_id,
        artist = excluded.artist,
        album = excluded.album,
        duration_ms = excluded.duration_ms,
        added_at = excluded.added_at,
        guid = excluded.guid,
        imdb_id = excluded.imdb_id,
        tmdb_id = excluded.tmdb_id,
        tvdb_id = excluded.tvdb_id,
        musicbrainz_id = excluded.musicbrainz_id,
        genres = excluded.genres,
        collections = CASE WHEN %(tells_collections)s
            THEN excluded.collections ELSE i.collections END,
        digest = excluded.digest,
        provider_keys = excluded.provider_keys,
        title_key = excluded.title_key,
        changed_at = CASE WHEN i.digest = excluded.digest THEN i.changed_at ELSE %(now)s END,
        missed_by = NULL,
        gone_at = NULL
    WHERE i.digest <> excluded.digest OR i.missed_by IS NOT NULL OR i.gone_at IS NOT NULL
    RETURNING old.digest IS DISTINCT FROM new.digest AS is_changed, new.id
)
SELECT id FROM written WHERE is_changed;

-- name: remove_files
-- Remove the files of items that changed.
DELETE FROM library_files WHERE library_id = %(library_id)s AND item_id = ANY (%(item_ids)s);

-- name: add_files
-- Add the files of items that changed.
INSERT INTO library_files
SELECT * FROM json_populate_recordset(NULL::library_files, %(rows)s::json)
ON CONFLICT DO NOTHING;

-- name: add_sightings
-- Note what a full scan found.
INSERT INTO library_sightings (scan_id, item_id)
SELECT %(scan_id)s, unnest(%(item_ids)s::text[])
ON CONFLICT DO NOTHING;

-- name: move_scan
-- Note how far a scan is.
UPDATE library_scans
SET
    part = %(part)s, start = %(start)s, total = coalesce(%(total)s, total),
    read = read + %(read)s, changed = changed + %(changed)s, moved_at = %(now)s,
    updated_at = %(now)s, problem = NULL
WHERE id = %(scan_id)s AND state = 'running'
RETURNING id;

-- name: note_page
-- Note how many items a server manages at once.
UPDATE library_scans SET page = %(page)s, updated_at = %(now)s
WHERE id = %(scan_id)s AND state = 'running';

-- name: note_problem
-- Note what a scan ran into; it goes on later.
UPDATE library_scans SET problem = %(problem)s, updated_at = %(now)s
WHERE id = %(scan_id)s AND state = 'running';

-- name: count_found
-- How many items a full scan found, how many are there, and how often too little was found.
SELECT
    (SELECT count(*) FROM library_sightings WHERE scan_id = %(scan_id)s) AS found,
    (SELECT count(*) FROM library_items WHERE library_id = %(id)s AND gone_at IS NULL) AS present,
    (SELECT suspicions FROM libraries WHERE id = %(id)s) AS suspicions;

-- name: miss_items
-- Mark what a full scan did not find: as missed by it, or as gone if one before it missed it too.
WITH marked AS (
    UPDATE library_items AS i
    SET
        gone_at = CASE WHEN i.missed_by IS NOT NULL THEN %(now)s::timestamptz END,
        missed_by = coalesce(i.missed_by, %(scan_id)s)
    WHERE i.library_id = %(id)s AND i.gone_at IS NULL
        AND NOT EXISTS (
            SELECT FROM library_sightings AS f
            WHERE f.scan_id = %(scan_id)s AND f.item_id = i.id
        )
    RETURNING new.gone_at IS NOT NULL AS is_gone
)
SELECT count(*) FILTER (WHERE NOT is_gone) AS missing, count(*) FILTER (WHERE is_gone) AS gone
FROM marked;

-- name: finish_scan
-- Close a scan.
UPDATE library_scans
SET state = %(state)s, missing = %(missing)s, gone = %(gone)s, finished_at = %(now)s,
    updated_at = %(now)s, problem = %(problem)s
WHERE id = %(scan_id)s AND state = 'running'
RETURNING read, changed, missing, gone;

-- name: note_scanned
-- Note when a library was last scanned, and whether that was believed.
UPDATE libraries
SET
    last_scan_at = %(started_at)s,
    last_full_at = CASE WHEN %(full)s THEN %(started_at)s ELSE last_full_at END,
    suspicions = CASE WHEN %(few)s THEN suspicions + 1 WHEN %(full)s THEN 0 ELSE suspicions END
WHERE id = %(id)s;

-- name: list_libraries
-- Libraries with what is in them, as far as that may be told of, and their latest scan.
SELECT l.id, l.server_id, l.media_server_id, m.name AS server_name, l.name, l.kind,
    l.missing_since, l.gone_at, l.last_full_at, l.last_scan_at,
    coalesce(h.items, 0) AS items, coalesce(h.files, 0) AS files,
    coalesce(h.size_bytes, 0) AS size_bytes, s.id AS scan_id, s.kind AS scan_kind,
    s.state AS scan_state, s.read AS scan_read, s.total AS scan_total, s.changed AS scan_changed,
    s.missing AS scan_missing, s.gone AS scan_gone, s.started_at AS scan_started_at,
    s.updated_at AS scan_updated_at, s.finished_at AS scan_finished_at, s.problem AS scan_problem
FROM libraries AS l
LEFT JOIN media_servers AS m ON m.id = l.media_server_id
LEFT JOIN (
    SELECT
        e.library_id, sum(d.items)::bigint AS items, sum(d.files)::bigint AS files,
        sum(d.size_bytes)::bigint AS size_bytes
    FROM library_stats_daily AS d
    CROSS JOIN LATERAL unnest(d.libraries) AS e (library_id)
    WHERE d.property = 'all' AND d.until = 'infinity'
        AND (%(adult)s OR d.content_type NOT LIKE 'qar.%%')
    GROUP BY e.library_id
) AS h ON h.library_id = l.id
LEFT JOIN LATERAL (
    SELECT * FROM library_scans WHERE library_id = l.id ORDER BY id DESC LIMIT 1
) AS s ON true
ORDER BY m.name NULLS LAST, l.name, l.id;

-- name: list_ids
-- The ids of all libraries, and of their servers.
SELECT id, server_id FROM libraries;
