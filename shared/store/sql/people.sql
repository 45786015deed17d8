-- name: upsert_users
-- Note that users were seen; a known one is written only if that tells something new, and one who
-- was erased not at all. Who was archived before is back. Each is held until the transaction ends,
-- so that nobody is merged or split meanwhile; returned is, among others, everybody who is merged
-- into somebody, and everybody who was there before they were known to be.
INSERT INTO users AS u (user_id, name, first_seen_at, last_active_at)
SELECT user_id, max(name), min(coalesce(began_at, seen_at)), max(seen_at)
FROM json_to_recordset(%(rows)s::json) AS r (
    user_id uuid, name text, began_at timestamptz, seen_at timestamptz
)
WHERE NOT EXISTS (SELECT FROM erased_users AS e WHERE e.digest = sha256(uuid_send(r.user_id)))
GROUP BY user_id
ORDER BY user_id
ON CONFLICT (user_id) DO UPDATE
SET
    name = coalesce(excluded.name, u.name),
    first_seen_at = least(u.first_seen_at, excluded.first_seen_at),
    last_active_at = greatest(u.last_active_at, excluded.last_active_at),
    archived_at = CASE WHEN excluded.last_active_at <= u.archived_at THEN u.archived_at END
WHERE u.name IS DISTINCT FROM coalesce(excluded.name, u.name)
    OR excluded.first_seen_at < u.first_seen_at
    OR excluded.last_active_at > u.last_active_at
    OR u.merged_into IS NOT NULL
RETURNING
    u.user_id, u.merged_into,
    CASE WHEN new.first_seen_at < old.first_seen_at THEN old.first_seen_at END AS known_since;

-- name: mark_first_days
-- Have the reports made anew that tell of people as new who were there before. The instants at which
-- they were known to be new are those of a session; days are of a zone.
INSERT INTO dirty_user_days AS d (user_id, day)
SELECT DISTINCT a.user_id, a.day
FROM unnest(%(users)s::uuid[], %(known_since)s::timestamptz[]) AS s (user_id, known_since)
JOIN user_activity_daily AS a
    ON a.user_id = s.user_id AND a.day BETWEEN s.known_since::date - 1 AND s.known_since::date + 1
ORDER BY 1, 2
ON CONFLICT (user_id, day) DO UPDATE SET day = excluded.day WHERE false;

-- name: upsert_accounts
-- Keep what a media server calls its users.
INSERT INTO user_accounts AS a (user_id, server_id, account_id, name)
SELECT user_id, server_id, account_id, max(name)
FROM json_populate_recordset(NULL::user_accounts, %(rows)s::json)
WHERE server_id <> '' AND account_id <> ''
GROUP BY user_id, server_id, account_id
ORDER BY user_id, server_id, account_id
ON CONFLICT (user_id, server_id, account_id) DO UPDATE
SET name = excluded.name
WHERE excluded.name IS NOT NULL AND a.name IS DISTINCT FROM excluded.name;

-- name: list_accounts
-- What media servers call a person.
SELECT server_id, account_id
FROM user_accounts
WHERE user_id = %(user_id)s
    OR user_id IN (SELECT user_id FROM users WHERE merged_into = %(user_id)s)
ORDER BY server_id, account_id;

-- name: upsert_devices
-- Note that devices were seen.
INSERT INTO user_devices AS d (user_id, device_id, name, type, client, first_seen_at, last_seen_at)
SELECT user_id, device_id, max(device_name), max(device_type), max(client),
    min(coalesce(began_at, seen_at)), max(seen_at)
FROM json_to_recordset(%(rows)s::json) AS r (
    user_id uuid, device_id text, device_name text, device_type text, client text,
    began_at timestamptz, seen_at timestamptz
)
WHERE device_id <> ''
GROUP BY user_id, device_id
ORDER BY user_id, device_id
ON CONFLICT (user_id, device_id) DO UPDATE
SET
    name = coalesce(excluded.name, d.name),
    type = coalesce(excluded.type, d.type),
    client = coalesce(excluded.client, d.client),
    first_seen_at = least(d.first_seen_at, excluded.first_seen_at),
    last_seen_at = greatest(d.last_seen_at, excluded.last_seen_at);

-- name: load_networks
-- The networks of users that are pinned already.
SELECT n.*
FROM json_to_recordset(%(keys)s::json) AS wanted (user_id uuid, network_key text)
JOIN located_networks AS n USING (user_id, network_key);

-- name: pin_networks
-- Pin networks at first sight. A pin stays as it is; one that found no place may find it now, and
-- an address that is one of the server's own by now, or no longer, changes its class.
INSERT INTO user_networks AS n
SELECT r.*
FROM json_populate_recordset(NULL::user_networks, %(rows)s::json) AS r
ORDER BY user_id, network_key
ON CONFLICT (user_id, network_key) DO UPDATE
SET
    network_class = excluded.network_class,
    kind = excluded.kind,
    continent = excluded.continent,
    country = excluded.country,
    region = excluded.region,
    city = excluded.city,
    postal_code = excluded.postal_code,
    latitude = excluded.latitude,
    longitude = excluded.longitude,
    accuracy_radius_km = excluded.accuracy_radius_km,
    asn = excluded.asn,
    organisation = excluded.organisation,
    pinned_at = excluded.pinned_at,
    last_seen_at = greatest(n.last_seen_at, excluded.last_seen_at)
WHERE n.network_class <> excluded.network_class
    OR (n.country IS NULL AND n.latitude IS NULL AND n.asn IS NULL);

-- name: touch_networks
-- Note that pinned networks are in use, once a day: unused pins expire.
UPDATE user_networks AS n
SET last_seen_at = %(now)s
FROM json_to_recordset(%(keys)s::json) AS r (user_id uuid, network_key text)
WHERE n.user_id = r.user_id AND n.network_key = r.network_key
    AND n.last_seen_at < %(now)s::timestamptz - interval '1 day';

-- name: expire_networks
-- Let go of pins that nothing used since an instant, and on which no session plays that is kept: these
-- go with their months, and may be counted anew until then. OFFSET 0 has a person's looked through.
DELETE FROM user_networks AS n
WHERE n.last_seen_at < %(unused_since)s
    AND NOT EXISTS (
        SELECT
        FROM analytics_sessions AS s
        WHERE s.user_id = n.user_id AND s.network_key = n.network_key
        OFFSET 0
    );

-- name: find_user
-- All that is known of a person.
SELECT * FROM users WHERE user_id = %(user_id)s;

-- name: find_persons
-- Those of these users who were merged into somebody, and into whom.
SELECT user_id, merged_into
FROM users
WHERE user_id = ANY(%(user_ids)s) AND merged_into IS NOT NULL;

-- name: list_people
-- People as the rules see them; who was merged into somebody is none.
SELECT user_id, name, groups, stream_limit, archived_at, first_seen_at, last_active_at
FROM users
WHERE user_id = ANY(%(user_ids)s) AND merged_into IS NULL
ORDER BY user_id;

-- name: list_networks
-- All pinned networks of people.
SELECT * FROM located_networks WHERE user_id = ANY(%(user_ids)s);

-- name: page_networks
-- Pinned networks of a person as operators correct them, the latest seen first.
SELECT *
FROM located_networks
WHERE user_id = %(user_id)s
    AND (%(network_key)s::text IS NULL OR network_key = %(network_key)s)
    AND (%(after_at)s::timestamptz IS NULL
        OR (last_seen_at, network_key) < (%(after_at)s, %(after_key)s::text))
ORDER BY last_seen_at DESC, network_key DESC
LIMIT %(limit)s;

-- name: page_devices
-- Devices of a person, the latest seen first; one of several accounts of theirs is one.
SELECT *
FROM (
    SELECT DISTINCT ON (device_id) device_id, name, type, client,
        min(first_seen_at) OVER (PARTITION BY device_id) AS first_seen_at, last_seen_at
    FROM user_devices
    WHERE user_id = %(user_id)s
        OR user_id IN (SELECT user_id FROM users WHERE merged_into = %(user_id)s)
    ORDER BY device_id, last_seen_at DESC
) AS devices
WHERE (%(after_at)s::timestamptz IS NULL
        OR (last_seen_at, device_id) < (%(after_at)s, %(after_key)s::text))
ORDER BY last_seen_at DESC, device_id DESC
LIMIT %(limit)s;

-- name: page_people
-- People, who was there last the first, with what they ever played.
SELECT
    u.user_id, u.name, u.email, u.archived_at, u.first_seen_at, u.last_active_at, p.sessions,
    p.plays, p.watched_ms
FROM (
    SELECT *
    FROM users
    WHERE merged_into IS NULL AND (%(user_id)s::uuid IS NULL OR user_id = %(user_id)s)
    ORDER BY last_active_at DESC, user_id
    LIMIT %(limit)s OFFSET %(offset)s
) AS u
CROSS JOIN LATERAL (
    SELECT
        coalesce(sum(sessions), 0)::bigint AS sessions, coalesce(sum(plays), 0)::bigint AS plays,
        coalesce(sum(watched_ms), 0)::bigint AS watched_ms
    FROM user_statistics
    WHERE user_id = u.user_id AND (%(adult)s OR content_type NOT LIKE 'qar.%%')
) AS p
ORDER BY u.last_active_at DESC, u.user_id;

-- name: list_records
-- What people's records say: their trust, what they are said to have done and was no false alarm, and
-- the server they were on last. Ids are in the order of time, and tell which month to look in first.
SELECT
    u.user_id, coalesce(t.score, 100)::integer AS score, v.violations, s.server_id, s.server_name
FROM unnest(%(user_ids)s::uuid[]) AS u (user_id)
LEFT JOIN analytics_user_trust AS t ON t.user_id = u.user_id
CROSS JOIN LATERAL (
    SELECT count(*) AS violations
    FROM analytics_sharing_violations
    WHERE user_id = u.user_id AND mode = 'live' AND state <> 'dismissed'
) AS v
LEFT JOIN LATERAL (
    SELECT coalesce(server_id, source) AS server_id, details ->> 'server_name' AS server_name
    FROM analytics_sessions
    WHERE user_id = u.user_id
    ORDER BY id DESC
    LIMIT 1
) AS s ON true;

-- name: count_people
-- How many people there are.
SELECT count(*) AS people FROM users WHERE merged_into IS NULL;

-- name: set_pin
-- Pin a network anew, whatever it was pinned as.
UPDATE user_networks AS n
SET
    network_class = r.network_class,
    kind = r.kind,
    continent = r.continent,
    country = r.country,
    region = r.region,
    city = r.city,
    postal_code = r.postal_code,
    latitude = r.latitude,
    longitude = r.longitude,
    accuracy_radius_km = r.accuracy_radius_km,
    asn = r.asn,
    organisation = r.organisation,
    pinned_at = r.pinned_at
FROM json_populate_recordset(NULL::user_networks, %(rows)s::json) AS r
WHERE n.user_id = r.user_id AND n.network_key = r.network_key
RETURNING n.network_key;

-- name: delete_pin
-- Let go of a pin.
DELETE FROM user_networks
WHERE user_id = %(user_id)s AND network_key = %(network_key)s
RETURNING network_key;

-- name: list_devices
-- All devices of people, once for each of their accounts that has it.
SELECT coalesce(u.merged_into, u.user_id) AS user_id, d.device_id, d.name, d.first_seen_at
FROM users AS u
JOIN user_devices AS d ON d.user_id = u.user_id
WHERE u.user_id = ANY(%(user_ids)s) OR u.merged_into = ANY(%(user_ids)s)
ORDER BY d.first_seen_at DESC;

-- name: set_user
-- Set what a playback service says of a person, unless they were erased; what it leaves out stays as
-- it is.
INSERT INTO users AS u
    (user_id, name, email, groups, stream_limit, archived_at, first_seen_at, last_active_at)
SELECT
    %(user_id)s, %(name)s, %(email)s, coalesce(%(groups)s::text[], '{}'), %(stream_limit)s,
    CASE WHEN %(archived)s::boolean THEN %(now)s::timestamptz END, %(now)s, %(now)s
WHERE NOT EXISTS (SELECT FROM erased_users AS e WHERE e.digest = sha256(uuid_send(%(user_id)s)))
ON CONFLICT (user_id) DO UPDATE
SET
    name = coalesce(%(name)s, u.name),
    email = coalesce(%(email)s, u.email),
    groups = coalesce(%(groups)s::text[], u.groups),
    stream_limit = CASE WHEN %(sets_stream_limit)s THEN %(stream_limit)s ELSE u.stream_limit END,
    archived_at = CASE %(archived)s::boolean
        WHEN true THEN coalesce(u.archived_at, %(now)s)
        WHEN false THEN NULL
        ELSE u.archived_at
    END
RETURNING *, (coalesce(old.groups, '{}'), old.stream_limit, old.archived_at)
    IS DISTINCT FROM (new.groups, new.stream_limit, new.archived_at) AS is_ruled_anew;

-- name: archive
-- Archive a person, or take that back.
UPDATE users
SET archived_at = CASE WHEN %(archived)s THEN coalesce(archived_at, %(now)s) END
WHERE user_id = %(user_id)s
RETURNING *, old.archived_at IS NOT NULL AS was_archived;
