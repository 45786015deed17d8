-- name: list_sessions
-- Ended sessions from before an instant that still have an address, after one that was seen.
SELECT user_id, id, started_at, version, host(ip_address) AS address, network_key, past_segments
FROM analytics_sessions
WHERE started_at < %(before)s AND stopped_at < %(before)s
    AND (started_at, id) > (%(after_at)s, %(after_id)s)
    AND (position('~' in network_key) = 0 OR EXISTS (
        SELECT FROM jsonb_array_elements(past_segments) AS past
        WHERE position('~' in past ->> 1) = 0
    ))
ORDER BY started_at, id
LIMIT %(limit)s;

-- name: copy_pins
-- Pin truncated networks where the networks are pinned.
INSERT INTO user_networks AS n
SELECT (jsonb_populate_record(
    p, jsonb_build_object('network_key', r.new_key, 'address', r.new_address)
)).*
FROM (
    SELECT DISTINCT user_id, network_key, new_key, new_address
    FROM json_to_recordset(%(rows)s::json)
        AS known (user_id uuid, network_key text, new_key text, new_address text)
) AS r
JOIN user_networks AS p USING (user_id, network_key)
ORDER BY p.user_id, r.new_key
ON CONFLICT (user_id, network_key) DO UPDATE
SET last_seen_at = greatest(n.last_seen_at, excluded.last_seen_at);

-- name: write_sessions
-- Write truncated sessions, unless somebody changed them meanwhile.
UPDATE analytics_sessions AS s
SET
    version = s.version + 1,
    ip_address = r.address,
    network_key = r.network_key,
    past_segments = r.past_segments,
    journal = NULL
FROM json_to_recordset(%(rows)s::json) AS r (
    user_id uuid, id uuid, version bigint, address inet, network_key text, past_segments jsonb
)
WHERE s.user_id = r.user_id AND s.id = r.id AND s.version = r.version;

-- name: drop_pins
-- Let go of pins that no session has an address of any more.
DELETE FROM user_networks AS n
WHERE n.last_seen_at < %(before)s::timestamptz - interval '1 day'
    AND position('~' in n.network_key) = 0
    AND NOT EXISTS (
        SELECT FROM analytics_sessions AS s
        WHERE s.user_id = n.user_id AND (
            s.network_key = n.network_key
            OR s.past_segments @> jsonb_build_array(jsonb_build_array(n.network_key))
        )
    );

-- name: list_cases
-- Closed cases from before an instant, after one that was seen.
SELECT user_id, id, details, to_jsonb(behaviour_keys) AS behaviour_keys
FROM analytics_sharing_violations
WHERE last_seen_at < %(before)s AND closed_at < %(closed_before)s AND id > %(after)s
ORDER BY id
LIMIT %(limit)s;

-- name: write_case
-- Write a case with truncated evidence.
UPDATE analytics_sharing_violations
SET
    details = %(details)s::jsonb,
    behaviour_keys = ARRAY(SELECT jsonb_array_elements_text(%(behaviour_keys)s::jsonb))
WHERE user_id = %(user_id)s AND id = %(id)s;

-- name: list_events
-- Events from before an instant that are about somebody, after one that was seen.
SELECT id, payload
FROM outbox
WHERE created_at < %(before)s AND user_id IS NOT NULL AND id > %(after)s
ORDER BY id
LIMIT %(limit)s;

-- name: write_event
-- Write an event with truncated evidence.
UPDATE outbox SET payload = %(payload)s::jsonb WHERE id = %(id)s;

-- name: learn_again
-- Have households learned anew of whose sessions were truncated: they list networks.
UPDATE user_households SET learned_at = timestamptz '1970-01-01 00:00:00+00'
WHERE user_id = ANY(%(user_ids)s);

-- name: truncate_sign_ins
-- Truncate where browsers signed in from.
UPDATE sign_ins
SET address = host(network(set_masklen(
    address, CASE family(address) WHEN 4 THEN 24 ELSE 48 END
)))::inet
WHERE created_at < %(before)s
    AND address <> host(network(set_masklen(
        address, CASE family(address) WHEN 4 THEN 24 ELSE 48 END
    )))::inet;
