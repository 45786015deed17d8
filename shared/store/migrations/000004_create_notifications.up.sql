-- What must happen outside: an event in the transaction that causes it, a delivery per channel.

CREATE TABLE notification_channels (
    id uuid PRIMARY KEY,
    name text NOT NULL UNIQUE,
    type text NOT NULL CHECK (type IN ('webhook', 'discord')),
    -- The channel's settings, secrets among them, encrypted with REVENGE_ENCRYPTION_KEY.
    config bytea NOT NULL,
    enabled boolean NOT NULL DEFAULT true,
    disabled_reason text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE TABLE outbox (
    id uuid PRIMARY KEY,
    user_id uuid,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX outbox_created_at ON outbox (created_at);

CREATE TABLE deliveries (
    id uuid PRIMARY KEY,
    event_id uuid NOT NULL,
    channel_id uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('pending', 'delivered', 'dead')),
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL,
    claimed_until timestamptz,
    last_status integer,
    last_error text,
    delivered_at timestamptz,
    UNIQUE (event_id, channel_id)
);
-- What is due is asked for channel by channel, so that a long queue of one holds up no other.
CREATE INDEX deliveries_due ON deliveries (channel_id, next_attempt_at) WHERE state = 'pending';
CREATE INDEX deliveries_channel ON deliveries (channel_id, id DESC);

ALTER TABLE deliveries ADD FOREIGN KEY (event_id) REFERENCES outbox ON DELETE CASCADE;
ALTER TABLE deliveries
    ADD FOREIGN KEY (channel_id) REFERENCES notification_channels ON DELETE CASCADE;
