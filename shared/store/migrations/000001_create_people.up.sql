-- People, and what is remembered of each: their accounts, devices and networks.

CREATE TABLE users (
    user_id uuid PRIMARY KEY,
    name text,
    email text,
    groups text[] NOT NULL DEFAULT '{}',
    stream_limit integer CHECK (stream_limit > 0),
    trusted boolean NOT NULL DEFAULT false,
    archived_at timestamptz,
    first_seen_at timestamptz NOT NULL,
    last_active_at timestamptz NOT NULL
);

-- What a media server calls the person: the id it sent, kept beside ours.
CREATE TABLE user_accounts (
    user_id uuid NOT NULL,
    server_id text NOT NULL,
    account_id text NOT NULL,
    name text,
    PRIMARY KEY (user_id, server_id, account_id)
);

CREATE TABLE user_devices (
    user_id uuid NOT NULL,
    device_id text NOT NULL,
    name text,
    type text,
    client text,
    trusted_until timestamptz,
    first_seen_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, device_id)
);

-- A network and the place pinned to it at first sight (DETECTION section 1).
CREATE TABLE user_networks (
    user_id uuid NOT NULL,
    network_key text NOT NULL,
    address inet NOT NULL,
    network_class text NOT NULL CHECK (network_class IN ('local', 'overlay', 'public')),
    kind text NOT NULL
        CHECK (kind IN ('residential', 'carrier', 'hosting', 'vpn', 'tor', 'relay', 'unknown')),
    continent text,
    country text,
    region text,
    city text,
    postal_code text,
    latitude double precision CHECK (latitude BETWEEN -90 AND 90),
    longitude double precision CHECK (longitude BETWEEN -180 AND 180),
    accuracy_radius_km double precision NOT NULL DEFAULT 100 CHECK (accuracy_radius_km >= 0),
    asn bigint,
    organisation text,
    trusted_until timestamptz,
    pinned_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, network_key)
);

ALTER TABLE user_accounts ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;
ALTER TABLE user_devices ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;
ALTER TABLE user_networks ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;
