-- Learned households: where a person's account lives, and how much speaks for sharing.

-- What was learned last. Kept whole, because it is read whole: a page about one person.
CREATE TABLE user_households (
    user_id uuid PRIMARY KEY,
    score smallint NOT NULL CHECK (score BETWEEN 0 AND 100),
    strangers integer NOT NULL CHECK (strangers >= 0),
    households jsonb NOT NULL,
    contributions jsonb NOT NULL,
    -- Which key the person's traces are hashed with; null if there was none.
    trace_key bytea,
    -- Null until it is first learned.
    learned_at timestamptz
);
CREATE INDEX user_households_score ON user_households (score DESC, user_id);

-- What an operator says that a place is to a person. By site, so that it outlives a learned result.
CREATE TABLE household_words (
    user_id uuid NOT NULL,
    site text NOT NULL,
    class text NOT NULL
        CHECK (class IN ('home', 'second_home', 'work', 'travelling', 'stranger')),
    said_by text NOT NULL,
    said_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, site)
);

-- Devices and home networks of people as keyed hashes (HMAC-SHA-256), so that accounts which share
-- one are found wherever their rows lie, and what they share can be read nowhere.
CREATE TABLE user_traces (
    user_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('device', 'network')),
    digest bytea NOT NULL CHECK (length(digest) = 32),
    label text,
    days integer NOT NULL CHECK (days > 0),
    first_seen_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, kind, digest)
);
CREATE INDEX user_traces_digest ON user_traces (kind, digest);

ALTER TABLE user_households ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;
ALTER TABLE household_words ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;
ALTER TABLE user_traces ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;
