-- How each item of a library stands: what it takes and what it is good for.

-- By what an item is known to be the same work as another: ids of providers, or its title
-- (shared/domain/works.py). The next scan, which writes every item for want of a digest, fills it.
ALTER TABLE library_items
    ADD COLUMN provider_keys text[] NOT NULL DEFAULT '{}',
    ADD COLUMN title_key text;
UPDATE library_items SET digest = '';
CREATE INDEX library_items_gone ON library_items (library_id, id) WHERE gone_at IS NOT NULL;
-- A path is too long for a tree.
CREATE INDEX library_files_path ON library_files USING hash (path);

-- Which work an item is, also one that is gone: so plays count for what a library was before it
-- was built anew. is_told: by ids of providers.
CREATE TABLE library_works (
    library_id text NOT NULL,
    item_id text NOT NULL,
    work_id text NOT NULL,
    is_told boolean NOT NULL,
    PRIMARY KEY (library_id, item_id)
);
CREATE INDEX library_works_item_id ON library_works (item_id);
CREATE INDEX library_works_work_id ON library_works (work_id);

-- Items that can be played, with the plays of their works.
CREATE TABLE library_standings (
    id text NOT NULL GENERATED ALWAYS AS (library_id || ':' || item_id) STORED,
    library_id text NOT NULL,
    item_id text NOT NULL,
    work_id text NOT NULL,
    content_type text NOT NULL,
    title text,
    show_id text,
    show_title text,
    season_number integer,
    episode_number integer,
    year integer,
    added_at timestamptz NOT NULL,
    files integer NOT NULL,
    size_bytes bigint NOT NULL,
    plays bigint NOT NULL,
    watched_ms bigint NOT NULL,
    last_played_at timestamptz,
    -- What is not known of it and should be.
    lacking text[] NOT NULL,
    -- 10^9 bytes.
    hours_per_gb double precision GENERATED ALWAYS AS (
        watched_ms / 3600000.0::double precision / (nullif(size_bytes, 0) / 1e9::double precision)
    ) STORED,
    PRIMARY KEY (library_id, item_id)
);
CREATE INDEX library_standings_size ON library_standings (size_bytes DESC, id);
CREATE INDEX library_standings_added_at ON library_standings (added_at DESC, id DESC);
CREATE INDEX library_standings_watched ON library_standings (watched_ms, id);
CREATE INDEX library_standings_worth ON library_standings (hours_per_gb, size_bytes DESC, id);
CREATE INDEX library_standings_work_id ON library_standings (work_id);
CREATE INDEX library_standings_lacking ON library_standings (id) WHERE lacking <> '{}';
CREATE INDEX library_standings_without_files ON library_standings (id) WHERE files = 0;

-- What they add up to.
CREATE TABLE library_standing_sums (
    library_id text NOT NULL,
    content_type text NOT NULL,
    items bigint NOT NULL,
    lacking bigint NOT NULL,
    without_files bigint NOT NULL,
    stale_items bigint NOT NULL,
    stale_bytes bigint NOT NULL,
    PRIMARY KEY (library_id, content_type)
);

-- The same of shows.
CREATE TABLE library_shows (
    library_id text NOT NULL,
    show_id text NOT NULL,
    content_type text NOT NULL,
    title text,
    episodes bigint NOT NULL,
    size_bytes bigint NOT NULL,
    watched_ms bigint NOT NULL,
    PRIMARY KEY (library_id, show_id)
);

-- Works of which there is more than is needed: one row for each cut.
CREATE TABLE library_duplicates (
    id text PRIMARY KEY,
    work_id text NOT NULL,
    libraries text[] NOT NULL,
    content_type text NOT NULL,
    title text,
    show_title text,
    season_number integer,
    episode_number integer,
    year integer,
    confidence text NOT NULL CHECK (confidence IN ('high', 'medium', 'low')),
    size_bytes bigint NOT NULL,
    reclaimable_bytes bigint NOT NULL,
    -- The one to keep first.
    copies jsonb NOT NULL
);
CREATE INDEX library_duplicates_reclaimable ON library_duplicates (reclaimable_bytes DESC, id);

-- When all of this was last worked out.
CREATE TABLE library_standings_run (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    ran_at timestamptz NOT NULL
);
