-- Libraries: what servers have to offer, item by item and file by file, and the scans that say so.
CREATE TABLE libraries (
    id text PRIMARY KEY,
    -- The server that is asked; none, if a playback service tells of it by itself.
    media_server_id uuid,
    server_id text NOT NULL,
    original_id text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL CHECK (kind IN (
        'movies', 'shows', 'music', 'photos', 'books', 'live_tv', 'collections', 'mixed'
    )),
    first_seen_at timestamptz NOT NULL,
    -- Since when its server does not list it any more, and when that counted as its end.
    missing_since timestamptz,
    gone_at timestamptz,
    -- When the last scans began that came to their end, and how many full ones in a row found
    -- suspiciously little.
    last_full_at timestamptz,
    last_scan_at timestamptz,
    suspicions integer NOT NULL DEFAULT 0,
    -- Who scans it: one worker at a time.
    leased_until timestamptz NOT NULL DEFAULT '-infinity',
    lease_token bigint NOT NULL DEFAULT 0
);

CREATE TABLE library_items (
    library_id text NOT NULL,
    -- As sessions have it in content_id.
    id text NOT NULL,
    original_id text NOT NULL,
    content_type text NOT NULL,
    title text,
    original_title text,
    year integer,
    parent_id text,
    show_id text,
    show_title text,
    season_number integer,
    episode_number integer,
    artist_id text,
    artist text,
    album text,
    duration_ms bigint CHECK (duration_ms > 0),
    added_at timestamptz,
    guid text,
    imdb_id text,
    tmdb_id text,
    tvdb_id text,
    musicbrainz_id text,
    collections text[] NOT NULL DEFAULT '{}',
    -- Of all that is said of it, so that what did not change is not written.
    digest text NOT NULL,
    first_seen_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    -- The full scan that was the first not to find it; the next such is its end.
    missed_by uuid,
    gone_at timestamptz,
    PRIMARY KEY (library_id, id)
);
CREATE INDEX library_items_id ON library_items (id);

CREATE TABLE library_files (
    library_id text NOT NULL,
    item_id text NOT NULL,
    id text NOT NULL,
    path text,
    size_bytes bigint CHECK (size_bytes >= 0),
    duration_ms bigint CHECK (duration_ms > 0),
    container text,
    bitrate_kbps integer,
    video_codec text,
    video_profile text,
    video_bit_depth integer,
    video_dynamic_range text,
    video_width integer,
    video_height integer,
    video_frame_rate double precision,
    resolution text,
    audio_codec text,
    audio_channels integer,
    audio_languages text[] NOT NULL DEFAULT '{}',
    subtitle_languages text[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (library_id, item_id, id)
);

CREATE TABLE library_scans (
    id uuid PRIMARY KEY,
    library_id text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('full', 'delta')),
    state text NOT NULL CHECK (state IN ('running', 'done', 'suspicious', 'abandoned')),
    -- What changed since then is read; all, if it is not set.
    changed_since timestamptz,
    -- How far it is: which of the library's lists, and how many entries of it.
    part integer NOT NULL DEFAULT 0,
    start integer NOT NULL DEFAULT 0,
    total integer,
    read integer NOT NULL DEFAULT 0,
    changed integer NOT NULL DEFAULT 0,
    missing integer NOT NULL DEFAULT 0,
    gone integer NOT NULL DEFAULT 0,
    started_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    finished_at timestamptz,
    -- What it last ran into.
    problem text,
    CHECK ((state = 'running') = (finished_at IS NULL))
);
CREATE UNIQUE INDEX library_scans_running ON library_scans (library_id) WHERE state = 'running';
CREATE INDEX library_scans_library ON library_scans (library_id, id DESC);

-- What a full scan has found so far. Kept apart, so that what did not change is not written.
CREATE TABLE library_sightings (
    scan_id uuid NOT NULL,
    item_id text NOT NULL,
    PRIMARY KEY (scan_id, item_id)
);

ALTER TABLE libraries ADD FOREIGN KEY (media_server_id) REFERENCES media_servers ON DELETE SET NULL;
ALTER TABLE library_items ADD FOREIGN KEY (library_id) REFERENCES libraries ON DELETE CASCADE;
ALTER TABLE library_files
    ADD FOREIGN KEY (library_id, item_id) REFERENCES library_items ON DELETE CASCADE;
ALTER TABLE library_scans ADD FOREIGN KEY (library_id) REFERENCES libraries ON DELETE CASCADE;
ALTER TABLE library_sightings ADD FOREIGN KEY (scan_id) REFERENCES library_scans ON DELETE CASCADE;
