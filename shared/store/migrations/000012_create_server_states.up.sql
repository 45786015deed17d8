-- What is known of the media servers that are asked what plays: who each is, what it plays, and
-- since when it does not answer.
CREATE TABLE media_server_states (
    media_server_id uuid PRIMARY KEY,
    -- As the server calls itself, learnt when it first answered.
    server_id text,
    server_name text,
    version text,
    -- Who asks it: one worker at a time.
    leased_until timestamptz NOT NULL,
    lease_token bigint NOT NULL,
    -- What it played when it last answered (functions/ingest_session/polling/memory.py).
    watch json,
    playing integer NOT NULL DEFAULT 0 CHECK (playing >= 0),
    polled_at timestamptz,
    -- Where its own players seem to come from.
    public_address inet,
    -- Why it is not known what it plays, if it is not.
    failing_since timestamptz,
    problem text,
    sentence text,
    -- When its accounts were last read.
    accounts_at timestamptz,
    -- When what it remembers of the past was imported, and up to which account that is done.
    history_at timestamptz,
    history_leased_until timestamptz,
    history_account text,
    CHECK ((failing_since IS NULL) = (problem IS NULL)),
    CHECK ((problem IS NULL) = (sentence IS NULL))
);

ALTER TABLE media_server_states ADD FOREIGN KEY (media_server_id) REFERENCES media_servers ON DELETE CASCADE;

-- What a server lists of an account: it was there at listed_at, and is gone since gone_at.
ALTER TABLE user_accounts
    ADD COLUMN email text,
    ADD COLUMN avatar text,
    ADD COLUMN listed_at timestamptz,
    ADD COLUMN missing_since timestamptz,
    ADD COLUMN gone_at timestamptz;
CREATE INDEX user_accounts_server ON user_accounts (server_id, account_id);
