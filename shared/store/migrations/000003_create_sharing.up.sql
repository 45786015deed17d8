-- Account sharing: rules, the cases they open, and the trust that cases cost.

CREATE TABLE analytics_sharing_rules (
    id uuid PRIMARY KEY,
    name text NOT NULL UNIQUE,
    type text NOT NULL CHECK (type IN (
        'impossible_travel', 'simultaneous_locations', 'device_velocity',
        'concurrent_streams', 'geo_restriction', 'inactivity'
    )),
    config jsonb NOT NULL,
    scope jsonb NOT NULL DEFAULT '{}',
    severity smallint NOT NULL CHECK (severity BETWEEN 1 AND 5),
    mode text NOT NULL CHECK (mode IN ('live', 'shadow')),
    enabled boolean NOT NULL,
    actions text[] NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

-- A violation is a case (DETECTION section 4). The rule is copied into details, so that the case
-- is readable after its rule and its sessions are gone.
CREATE TABLE analytics_sharing_violations (
    user_id uuid NOT NULL,
    id uuid NOT NULL,
    rule_id uuid NOT NULL,
    rule_type text NOT NULL,
    severity smallint NOT NULL CHECK (severity BETWEEN 1 AND 5),
    mode text NOT NULL CHECK (mode IN ('live', 'shadow')),
    state text NOT NULL CHECK (state IN ('open', 'acknowledged', 'dismissed')),
    behaviour_keys text[] NOT NULL,
    finding_identities text[] NOT NULL,
    occurrences integer NOT NULL CHECK (occurrences > 0),
    first_seen_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    opened_at timestamptz NOT NULL,
    notified_at timestamptz,
    -- When a message about it is due, if one is.
    notify_due_at timestamptz,
    closed_at timestamptz,
    closed_by text,
    details jsonb NOT NULL,
    PRIMARY KEY (user_id, id),
    CHECK ((state = 'open') = (closed_at IS NULL))
);
CREATE UNIQUE INDEX analytics_sharing_violations_one_open
    ON analytics_sharing_violations (user_id, rule_id) WHERE state = 'open';
CREATE INDEX analytics_sharing_violations_id ON analytics_sharing_violations (id);
CREATE INDEX analytics_sharing_violations_opened_at
    ON analytics_sharing_violations (opened_at DESC, id DESC);

CREATE TABLE analytics_user_trust (
    user_id uuid PRIMARY KEY,
    score smallint NOT NULL CHECK (score BETWEEN 0 AND 100),
    fired_thresholds text[] NOT NULL DEFAULT '{}',
    updated_at timestamptz NOT NULL
);
CREATE INDEX analytics_user_trust_score ON analytics_user_trust (score, user_id);

-- The fold of a person's entries, in order, is the score (DETECTION section 5).
CREATE TABLE trust_ledger (
    user_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('violation', 'recovery', 'reset', 'adjustment')),
    delta smallint NOT NULL,
    reason text NOT NULL,
    case_id uuid,
    at timestamptz NOT NULL,
    void boolean NOT NULL DEFAULT false,
    PRIMARY KEY (user_id, id)
);
CREATE INDEX trust_ledger_at ON trust_ledger (user_id, at);

ALTER TABLE analytics_sharing_violations
    ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;
ALTER TABLE analytics_user_trust ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;
ALTER TABLE trust_ledger ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;
