-- Sessions, partitioned by the month in their id (UUIDv7): an id alone finds its partition.

CREATE TABLE analytics_sessions (
    user_id uuid NOT NULL,
    id uuid NOT NULL,

    -- What a heartbeat moves: side by side and in no index, so that the update is HOT and its WAL
    -- record holds little more than these.
    version bigint NOT NULL,
    last_seen_at timestamptz NOT NULL,
    progress_ms bigint NOT NULL CHECK (progress_ms >= 0),
    watched_ms bigint NOT NULL CHECK (watched_ms >= 0),
    paused_ms bigint NOT NULL CHECK (paused_ms >= 0),
    buffered_ms bigint NOT NULL CHECK (buffered_ms >= 0),
    -- The events of the reorder window, and the state they are folded onto: null once settled.
    -- As text, which is smaller than jsonb: nothing in the database reads it.
    journal json,

    state text NOT NULL CHECK (state IN ('playing', 'paused', 'buffering', 'stopped')),

    source text NOT NULL,
    session_key text NOT NULL,
    started_at timestamptz NOT NULL,
    stopped_at timestamptz,
    end_reason text
        CHECK (end_reason IN ('stopped', 'timeout', 'terminated', 'media_changed', 'superseded')),
    interrupted_since timestamptz,
    interruptions jsonb NOT NULL DEFAULT '[]',
    claimed_start timestamptz,
    clock_offset_ms bigint NOT NULL DEFAULT 0,
    start_progress_ms bigint,
    -- The first session of the play that this one belongs to; found by the statistics.
    play_id uuid,

    ip_address inet,
    network_key text,
    network_since timestamptz NOT NULL,
    past_segments jsonb NOT NULL DEFAULT '[]',
    stream_since timestamptz,
    past_streams jsonb NOT NULL DEFAULT '[]',

    server_id text,
    library_id text,
    content_type text NOT NULL,
    content_id text NOT NULL,
    title text,
    show_id text,
    show_title text,
    season_number integer,
    episode_number integer,
    duration_ms bigint CHECK (duration_ms > 0),

    device_id text,
    device_name text,
    device_type text,
    client_name text,
    client_version text,
    platform text,

    stream_type text
        CHECK (stream_type IN ('direct_play', 'direct_stream', 'transcode', 'unknown')),
    container text,
    video_codec text,
    audio_codec text,
    resolution text,
    bitrate_kbps integer CHECK (bitrate_kbps >= 0),
    -- All else that was said of the session, by name.
    details jsonb NOT NULL DEFAULT '{}',

    PRIMARY KEY (user_id, id),
    CHECK ((state = 'stopped') = (stopped_at IS NOT NULL)),
    CHECK ((stopped_at IS NULL) = (end_reason IS NULL)),
    CHECK (stopped_at >= started_at),
    CHECK (last_seen_at >= started_at)
) PARTITION BY RANGE (id);

CREATE INDEX analytics_sessions_id ON analytics_sessions (id);
CREATE INDEX analytics_sessions_started_at ON analytics_sessions (started_at DESC, id DESC);
CREATE INDEX analytics_sessions_user_started_at
    ON analytics_sessions (user_id, started_at DESC, id DESC);
CREATE INDEX analytics_sessions_user_stopped_at ON analytics_sessions (user_id, stopped_at);
CREATE INDEX analytics_sessions_user_content ON analytics_sessions (user_id, content_id);
CREATE INDEX analytics_sessions_active ON analytics_sessions (user_id) WHERE stopped_at IS NULL;

-- The current session of each key of a source, and those before it that a late event may still
-- belong to: a media server reuses its keys.
CREATE TABLE session_keys (
    source text NOT NULL,
    session_key text NOT NULL,
    user_id uuid NOT NULL,
    id uuid NOT NULL,
    former uuid[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (source, session_key)
);
CREATE INDEX session_keys_id ON session_keys (id);

-- Deleted sessions, so that a late event does not bring one back.
CREATE TABLE session_tombstones (
    user_id uuid NOT NULL,
    id uuid NOT NULL,
    source text NOT NULL,
    session_key text NOT NULL,
    started_at timestamptz NOT NULL,
    deleted_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, id)
);
CREATE INDEX session_tombstones_key ON session_tombstones (source, session_key, started_at);

ALTER TABLE analytics_sessions ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;
