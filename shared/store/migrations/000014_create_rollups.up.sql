-- Rollups: what each session counts for, kept when the session itself is gone, and what these
-- add up to. Every other table here is a sum over session_facts.

-- What people did with items and is to be counted anew.
CREATE TABLE dirty_items (
    user_id uuid NOT NULL,
    content_id text NOT NULL,
    marked_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, content_id)
);
CREATE INDEX dirty_items_marked_at ON dirty_items (marked_at);

-- Quarter hours whose greatest number of streams is to be found anew.
CREATE TABLE dirty_quarters (
    start timestamptz PRIMARY KEY
);

-- What statistics are filtered and grouped by. An id is the MD5 of the row's values, so that
-- nobody has to look it up.
CREATE TABLE stream_facets (
    id uuid PRIMARY KEY,
    server_id text,
    library_id text,
    content_type text NOT NULL,
    device_type text,
    client_name text,
    platform text,
    stream_type text NOT NULL,
    location text NOT NULL CHECK (location IN ('lan', 'wan', 'unknown')),
    country text
);

-- What was to be played and what was delivered.
CREATE TABLE stream_qualities (
    id uuid PRIMARY KEY,
    container text,
    video_codec text,
    audio_codec text,
    resolution text,
    dynamic_range text,
    audio_channels text,
    stream_container text,
    stream_video_codec text,
    stream_audio_codec text,
    stream_resolution text,
    stream_dynamic_range text,
    stream_audio_channels text,
    video_decision text,
    audio_decision text,
    subtitle_decision text,
    transcode_reasons text
);

-- Where it was played.
CREATE TABLE stream_places (
    id uuid PRIMARY KEY,
    continent text,
    country text,
    region text,
    city text,
    asn bigint,
    organisation text
);

-- What one session counts for. spread: the milliseconds watched in the quarter hour of UTC that it
-- began in, and in each one after that until it ended. plays: 1 for the session that a play began
-- with; completed: 1 if that play reached the end.
CREATE TABLE session_facts (
    user_id uuid NOT NULL,
    id uuid NOT NULL,
    content_id text NOT NULL,
    content_type text NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL CHECK (ended_at >= started_at),
    spread integer[] NOT NULL CHECK (cardinality(spread) > 0),
    watched_ms bigint NOT NULL CHECK (watched_ms >= 0),
    plays smallint NOT NULL CHECK (plays IN (0, 1)),
    completed smallint NOT NULL CHECK (completed BETWEEN 0 AND plays),
    paused_ms bigint NOT NULL,
    buffered_ms bigint NOT NULL,
    bitrate_kbps integer,
    device_id text,
    facet_id uuid NOT NULL,
    quality_id uuid NOT NULL,
    place_id uuid NOT NULL,
    PRIMARY KEY (user_id, id)
);
CREATE INDEX session_facts_user_item ON session_facts (user_id, content_id);
CREATE INDEX session_facts_user_started_at ON session_facts (user_id, started_at);
CREATE INDEX session_facts_started_at ON session_facts (started_at);
CREATE INDEX session_facts_content_id ON session_facts (content_id, started_at);
-- The few that a look at the day before would miss.
CREATE INDEX session_facts_long ON session_facts (ended_at)
    WHERE ended_at - started_at > interval '1 day';

-- Everybody together, by all that can be filtered by: in days and months of the service's zone.
CREATE TABLE facet_statistics (
    grain text NOT NULL CHECK (grain IN ('day', 'month')),
    start date NOT NULL,
    facet_id uuid NOT NULL,
    sessions bigint NOT NULL,
    plays bigint NOT NULL,
    completed bigint NOT NULL,
    watched_ms bigint NOT NULL,
    buffered_ms bigint NOT NULL,
    bits bigint NOT NULL,
    PRIMARY KEY (grain, start, facet_id)
) WITH (fillfactor = 80);

-- Everybody together by the quarter hour of UTC: hours, and days of any other zone, are put
-- together from these.
CREATE TABLE quarter_hour_statistics (
    start timestamptz NOT NULL,
    content_type text NOT NULL,
    stream_type text NOT NULL,
    sessions bigint NOT NULL,
    plays bigint NOT NULL,
    completed bigint NOT NULL,
    watched_ms bigint NOT NULL,
    buffered_ms bigint NOT NULL,
    bits bigint NOT NULL,
    PRIMARY KEY (start, content_type, stream_type)
) WITH (fillfactor = 80);

-- A person's days, in the service's zone.
TRUNCATE user_activity_daily;
ALTER TABLE user_activity_daily
    DROP COLUMN updated_at,
    -- Differences are added to it, and a CHECK would look at a difference as if it were a sum.
    DROP CONSTRAINT user_activity_daily_check,
    DROP CONSTRAINT user_activity_daily_plays_check,
    DROP CONSTRAINT user_activity_daily_sessions_check,
    DROP CONSTRAINT user_activity_daily_watched_ms_check;

-- Everybody's days, and how many people were active on each.
DROP VIEW play_statistics;
CREATE TABLE play_statistics (
    day date NOT NULL,
    content_type text NOT NULL,
    sessions bigint NOT NULL,
    plays bigint NOT NULL,
    completed bigint NOT NULL,
    watched_ms bigint NOT NULL,
    users bigint NOT NULL,
    PRIMARY KEY (day, content_type)
) WITH (fillfactor = 80);

-- A person's sums of all time.
CREATE TABLE user_statistics (
    user_id uuid NOT NULL,
    content_type text NOT NULL,
    sessions bigint NOT NULL,
    plays bigint NOT NULL,
    completed bigint NOT NULL,
    watched_ms bigint NOT NULL,
    PRIMARY KEY (user_id, content_type)
) WITH (fillfactor = 80);

-- An item's sums of all time, and what it is called. users: who has played it.
CREATE TABLE item_statistics (
    content_id text PRIMARY KEY,
    content_type text NOT NULL,
    server_id text,
    library_id text,
    title text,
    show_id text,
    show_title text,
    season_number integer,
    episode_number integer,
    artist text,
    album text,
    channel_id text,
    channel_title text,
    duration_ms bigint,
    sessions bigint NOT NULL,
    plays bigint NOT NULL,
    completed bigint NOT NULL,
    watched_ms bigint NOT NULL,
    users bigint NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX item_statistics_show ON item_statistics (show_id);

-- The greatest number of streams at one instant of a quarter hour: of each decision, and of all.
CREATE TABLE concurrency_peaks (
    start timestamptz NOT NULL,
    stream_type text NOT NULL,
    peak integer NOT NULL CHECK (peak > 0),
    PRIMARY KEY (start, stream_type)
);

DROP TABLE dirty_days;
INSERT INTO dirty_items (user_id, content_id, marked_at)
SELECT DISTINCT user_id, content_id, now() FROM analytics_sessions;

ALTER TABLE session_facts ADD FOREIGN KEY (user_id) REFERENCES users;
ALTER TABLE user_statistics ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;
