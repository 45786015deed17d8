-- name: list_overrides
-- Corrections of networks, newest first; every filter is optional.
SELECT o.*
FROM network_overrides AS o
WHERE (%(id)s::uuid IS NULL OR o.id = %(id)s)
    AND (%(address)s::inet IS NULL OR o.network >>= %(address)s::inet)
    AND (%(after_at)s::timestamptz IS NULL
        OR (o.created_at, o.id) < (%(after_at)s, %(after_id)s::uuid))
ORDER BY o.created_at DESC, o.id DESC
LIMIT %(limit)s OFFSET %(offset)s;

-- name: count_overrides
-- How many corrections list_overrides would list.
SELECT count(*) AS overrides
FROM network_overrides AS o
WHERE (%(address)s::inet IS NULL OR o.network >>= %(address)s::inet);

-- name: add_override
-- Correct a network; nothing if it is corrected already.
INSERT INTO network_overrides (
    id, network, network_class, kind, places, continent, country, region, city, postal_code,
    latitude, longitude, accuracy_radius_km, asn, organisation, note, expires_at, created_by,
    created_at, updated_at
)
VALUES (
    %(id)s, %(network)s, %(network_class)s, %(kind)s, %(places)s, %(continent)s, %(country)s,
    %(region)s, %(city)s, %(postal_code)s, %(latitude)s, %(longitude)s, %(accuracy_radius_km)s,
    %(asn)s, %(organisation)s, %(note)s, %(expires_at)s, %(actor)s, %(now)s, %(now)s
)
ON CONFLICT (network) DO NOTHING
RETURNING id;

-- name: hold_override
-- Hold a correction until the transaction ends: who changes it too waits, and then reads what was changed.
SELECT id FROM network_overrides WHERE id = %(id)s FOR NO KEY UPDATE;

-- name: update_override
-- Replace what is said of a network.
UPDATE network_overrides
SET
    network_class = %(network_class)s,
    kind = %(kind)s,
    places = %(places)s,
    continent = %(continent)s,
    country = %(country)s,
    region = %(region)s,
    city = %(city)s,
    postal_code = %(postal_code)s,
    latitude = %(latitude)s,
    longitude = %(longitude)s,
    accuracy_radius_km = %(accuracy_radius_km)s,
    asn = %(asn)s,
    organisation = %(organisation)s,
    note = %(note)s,
    expires_at = %(expires_at)s,
    updated_at = %(now)s
WHERE id = %(id)s
RETURNING id;

-- name: delete_override
-- Say no more of a network than the databases do.
DELETE FROM network_overrides WHERE id = %(id)s RETURNING id;

-- name: take_expired
-- Take away the corrections that have expired.
DELETE FROM network_overrides WHERE expires_at <= %(now)s RETURNING network;
