-- How the work is run: what changed, which job ran when, who may call, who did what.

-- Users to be looked at by the detector, once due_at has come.
CREATE TABLE dirty_users (
    user_id uuid PRIMARY KEY,
    due_at timestamptz NOT NULL,
    marked_at timestamptz NOT NULL
);
CREATE INDEX dirty_users_due_at ON dirty_users (due_at);

-- Days of a user whose statistics are to be computed anew.
CREATE TABLE dirty_days (
    user_id uuid NOT NULL,
    day date NOT NULL,
    marked_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, day)
);

CREATE TABLE job_runs (
    job text NOT NULL,
    scheduled_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('running', 'done', 'failed')),
    fencing_token bigint NOT NULL,
    lease_until timestamptz NOT NULL,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    counts jsonb,
    error text,
    PRIMARY KEY (job, scheduled_at)
);

CREATE TABLE api_keys (
    id uuid PRIMARY KEY,
    name text NOT NULL UNIQUE,
    digest bytea NOT NULL UNIQUE CHECK (length(digest) = 32),
    hint text NOT NULL,
    role text NOT NULL
        CHECK (role IN ('admin', 'moderator', 'viewer', 'service', 'member', 'integration')),
    user_id uuid,
    permissions text[],
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz
);

CREATE TABLE audit_log (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    details jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_log_at ON audit_log (at DESC, id DESC);
