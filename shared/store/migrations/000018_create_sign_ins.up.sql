-- Former secrets of keys that were rotated, who is signed in with a browser, and what was used of
-- the limits.

ALTER TABLE api_keys ADD COLUMN rotated_at timestamptz;

-- What opened a key before it was rotated, as long as it still does.
CREATE TABLE former_api_keys (
    digest bytea PRIMARY KEY CHECK (length(digest) = 32),
    key_id uuid NOT NULL,
    good_until timestamptz NOT NULL
);
CREATE INDEX former_api_keys_key_id ON former_api_keys (key_id);

CREATE TABLE sign_ins (
    id uuid PRIMARY KEY,
    digest bytea NOT NULL UNIQUE CHECK (length(digest) = 32),
    caller text NOT NULL,
    -- The key that was shown, whose present permissions count ...
    key_digest bytea CHECK (length(key_digest) = 32),
    -- ... or what a token of the host's permitted, until it expired.
    permissions text[],
    user_id uuid,
    created_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    address inet,
    client text,
    CHECK ((key_digest IS NULL) <> (permissions IS NULL))
);
CREATE INDEX sign_ins_caller ON sign_ins (caller);

-- Requests of a window, by the digest of who made them. Lost in a crash, which forgives them.
CREATE UNLOGGED TABLE request_counts (
    subject bytea NOT NULL,
    window_start timestamptz NOT NULL,
    used integer NOT NULL,
    PRIMARY KEY (subject, window_start)
);
CREATE INDEX request_counts_window_start ON request_counts (window_start);

ALTER TABLE former_api_keys ADD FOREIGN KEY (key_id) REFERENCES api_keys ON DELETE CASCADE;
