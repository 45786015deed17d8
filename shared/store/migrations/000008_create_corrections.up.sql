-- What operators know better: where a network is, what is fine, and which source cannot be used.

-- A network, or a CIDR, with the class, kind or place that it has whatever databases say. Of
-- several that hold an address, the longest prefix wins.
CREATE TABLE network_overrides (
    id uuid PRIMARY KEY,
    network cidr NOT NULL UNIQUE,
    network_class text CHECK (network_class IN ('local', 'overlay', 'public')),
    kind text
        CHECK (kind IN ('residential', 'carrier', 'hosting', 'vpn', 'tor', 'relay', 'unknown')),
    -- The place is given as a whole, or not at all.
    places boolean NOT NULL,
    continent text,
    country text,
    region text,
    city text,
    postal_code text,
    latitude double precision CHECK (latitude BETWEEN -90 AND 90),
    longitude double precision CHECK (longitude BETWEEN -180 AND 180),
    accuracy_radius_km double precision CHECK (accuracy_radius_km >= 0),
    asn bigint,
    organisation text,
    note text,
    expires_at timestamptz,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (places OR network_class IS NOT NULL OR kind IS NOT NULL),
    CHECK (places = (accuracy_radius_km IS NOT NULL)),
    CHECK ((latitude IS NULL) = (longitude IS NULL))
);
CREATE INDEX network_overrides_network ON network_overrides USING gist (network inet_ops);

-- What is evidence of nothing: a device, a network, a place or a user, or of a pair of users that
-- they belong together. One list, so that there is one place to look.
CREATE TABLE trusted_entries (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('device', 'network', 'place', 'user', 'pair')),
    -- Whom it is for; null is everybody.
    user_id uuid,
    other_user_id uuid,
    device_id text,
    network cidr,
    latitude double precision CHECK (latitude BETWEEN -90 AND 90),
    longitude double precision CHECK (longitude BETWEEN -180 AND 180),
    radius_km double precision CHECK (radius_km > 0),
    note text,
    -- The case that gave cause to it.
    case_id uuid,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    UNIQUE NULLS NOT DISTINCT
        (user_id, kind, other_user_id, device_id, network, latitude, longitude, radius_km),
    CHECK ((kind = 'device') = (device_id IS NOT NULL)),
    CHECK ((kind = 'network') = (network IS NOT NULL)),
    CHECK ((kind = 'place') = (num_nulls(latitude, longitude, radius_km) = 0)),
    CHECK ((kind = 'pair') = (other_user_id IS NOT NULL)),
    CHECK (kind NOT IN ('user', 'pair') OR user_id IS NOT NULL),
    CHECK (user_id < other_user_id)
);
CREATE INDEX trusted_entries_other_user ON trusted_entries (other_user_id);

-- Until now each row said for itself whether it is trusted, and nothing ever set that.
ALTER TABLE users DROP COLUMN trusted;
ALTER TABLE user_devices DROP COLUMN trusted_until;
ALTER TABLE user_networks DROP COLUMN trusted_until;

-- Who was on a network that an operator has something to say about.
CREATE INDEX user_networks_address ON user_networks (address);

-- The networks of people as everybody is to read them: pinned, and corrected by operators.
CREATE VIEW located_networks AS
SELECT
    n.user_id,
    n.network_key,
    n.address,
    coalesce(o.network_class, n.network_class) AS network_class,
    coalesce(o.kind, n.kind) AS kind,
    CASE WHEN o.places THEN o.continent ELSE n.continent END AS continent,
    CASE WHEN o.places THEN o.country ELSE n.country END AS country,
    CASE WHEN o.places THEN o.region ELSE n.region END AS region,
    CASE WHEN o.places THEN o.city ELSE n.city END AS city,
    CASE WHEN o.places THEN o.postal_code ELSE n.postal_code END AS postal_code,
    CASE WHEN o.places THEN o.latitude ELSE n.latitude END AS latitude,
    CASE WHEN o.places THEN o.longitude ELSE n.longitude END AS longitude,
    CASE WHEN o.places THEN o.accuracy_radius_km ELSE n.accuracy_radius_km END
        AS accuracy_radius_km,
    coalesce(o.asn, n.asn) AS asn,
    coalesce(o.organisation, n.organisation) AS organisation,
    n.pinned_at,
    n.last_seen_at,
    o.id AS override_id
FROM user_networks AS n
LEFT JOIN LATERAL (
    SELECT *
    FROM network_overrides AS found
    WHERE found.network >>= n.address AND (found.expires_at > now() OR found.expires_at IS NULL)
    ORDER BY masklen(found.network) DESC
    LIMIT 1
) AS o ON true;

-- Sources all of whose sessions come from one private or proxy address: nothing is detected from
-- them until that is mended.
CREATE TABLE misconfigured_sources (
    source text PRIMARY KEY,
    address inet NOT NULL,
    network_class text NOT NULL,
    kind text NOT NULL,
    sessions integer NOT NULL,
    users integer NOT NULL,
    devices integer NOT NULL,
    found_at timestamptz NOT NULL
);
