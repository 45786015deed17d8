-- What libraries hold, day by day: counts and bytes, kept for ever.

-- Libraries of which something changed and which are to be counted anew.
CREATE TABLE dirty_libraries (
    library_id text PRIMARY KEY,
    marked_at timestamptz NOT NULL
);

-- Files are counted by which libraries hold them, so that a file counts once whichever of these
-- are asked for; items belong to one. Days are of the service's zone. A row says what was held at
-- the end of each day from since until before until, so that days without a change take no room.
CREATE TABLE library_stats_daily (
    property text NOT NULL CHECK (property IN (
        'all', 'resolution', 'video_codec', 'dynamic_range', 'audio_codec', 'audio_channels',
        'container'
    )),
    libraries text[] NOT NULL CHECK (cardinality(libraries) > 0),
    content_type text NOT NULL,
    -- Of the property; empty if it is not known, and of all.
    value text NOT NULL,
    since date NOT NULL,
    until date NOT NULL DEFAULT 'infinity' CHECK (until > since),
    items bigint NOT NULL,
    files bigint NOT NULL,
    size_bytes bigint NOT NULL,
    duration_ms bigint NOT NULL,
    PRIMARY KEY (property, libraries, content_type, value, since)
);
CREATE INDEX library_stats_daily_now ON library_stats_daily (property) WHERE until = 'infinity';

INSERT INTO dirty_libraries (library_id, marked_at) SELECT id, now() FROM libraries;

ALTER TABLE dirty_libraries ADD FOREIGN KEY (library_id) REFERENCES libraries ON DELETE CASCADE;
