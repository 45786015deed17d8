-- Who was erased, so that what comes late brings nobody back: the SHA-256 of the user's id, which
-- names nobody to whom the id is not known.
CREATE TABLE erased_users (
    digest bytea PRIMARY KEY CHECK (length(digest) = 32),
    erased_at timestamptz NOT NULL
);

-- Erasures, and how far each is. Who it is about is forgotten when it is done.
CREATE TABLE erasures (
    id uuid PRIMARY KEY,
    user_id uuid,
    requested_by text NOT NULL,
    requested_at timestamptz NOT NULL,
    leased_until timestamptz NOT NULL DEFAULT '-infinity',
    -- How many rows there were of what when it was asked for, and how many of those that go in lots
    -- are gone.
    expected jsonb NOT NULL,
    sessions bigint NOT NULL DEFAULT 0,
    items bigint NOT NULL DEFAULT 0,
    finished_at timestamptz,
    CHECK ((user_id IS NULL) = (finished_at IS NOT NULL))
);

CREATE UNIQUE INDEX erasures_going_on ON erasures (user_id) WHERE finished_at IS NULL;

CREATE INDEX erasures_requested_at ON erasures (requested_at DESC, id DESC);
