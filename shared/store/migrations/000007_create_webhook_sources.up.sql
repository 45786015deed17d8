-- Media servers that send webhooks: each with a token of its own, and how it fares.

CREATE TABLE webhook_sources (
    id uuid PRIMARY KEY,
    name text NOT NULL UNIQUE,
    kind text NOT NULL CHECK (kind IN ('plex', 'jellyfin', 'emby')),
    digest bytea NOT NULL UNIQUE CHECK (length(digest) = 32),
    hint text NOT NULL,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz,

    -- Counted in the workers and added here now and then.
    last_event_at timestamptz,
    events bigint NOT NULL DEFAULT 0,
    recorded bigint NOT NULL DEFAULT 0,
    ignored bigint NOT NULL DEFAULT 0,
    last_problem text,
    last_problem_at timestamptz
);
