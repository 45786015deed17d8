-- name: list_single_addressed
-- Sources of which all sessions since one came from a single address, and what the latest person
-- seen there has it as. Whether there is a second one is found first, which takes no sorting.
WITH single AS (
    SELECT source, max(ip_address) AS address
    FROM analytics_sessions
    WHERE id >= %(first)s
    GROUP BY source
    HAVING min(ip_address) = max(ip_address)
)
SELECT t.*, n.network_class, n.kind
FROM (
    SELECT
        s.source,
        single.address,
        count(s.ip_address) AS sessions,
        count(DISTINCT s.user_id) AS users,
        count(DISTINCT s.device_id) FILTER (WHERE s.device_id <> '') AS devices
    FROM single
    JOIN analytics_sessions AS s USING (source)
    WHERE s.id >= %(first)s
    GROUP BY s.source, single.address
) AS t
JOIN LATERAL (
    SELECT network_class, kind
    FROM located_networks
    WHERE address = t.address
    ORDER BY pinned_at DESC
    LIMIT 1
) AS n ON true
ORDER BY t.source;

-- name: list_misconfigured
-- Sources of which nothing is detected.
SELECT * FROM misconfigured_sources ORDER BY source;

-- name: set_misconfigured
-- Note that a source is misconfigured; since when, if it was so already, stays.
INSERT INTO misconfigured_sources AS m
    (source, address, network_class, kind, sessions, users, devices, found_at)
VALUES (%(source)s, %(address)s, %(network_class)s, %(kind)s, %(sessions)s, %(users)s, %(devices)s,
    %(now)s)
ON CONFLICT (source) DO UPDATE
SET
    address = excluded.address,
    network_class = excluded.network_class,
    kind = excluded.kind,
    sessions = excluded.sessions,
    users = excluded.users,
    devices = excluded.devices
RETURNING old.source IS NULL AS is_new;

-- name: clear_misconfigured
-- Note that all sources but these are as they should be.
DELETE FROM misconfigured_sources WHERE source <> ALL (%(sources)s) RETURNING source;
