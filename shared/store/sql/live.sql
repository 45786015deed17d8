-- name: list_versions
-- Which sessions go on, and in which version each is; the latest first.
SELECT id, version
FROM analytics_sessions
WHERE stopped_at IS NULL
ORDER BY id DESC
LIMIT %(limit)s;

-- name: list_sessions
-- Sessions by id, as list_sessions of session_lists has them.
SELECT s.*, u.name AS user_name, n.continent, n.country, n.region, n.city, n.latitude,
    n.longitude, n.accuracy_radius_km, n.asn, n.organisation, n.network_class,
    n.kind AS network_kind
FROM analytics_sessions AS s
LEFT JOIN users AS u ON u.user_id = s.user_id
LEFT JOIN located_networks AS n ON n.user_id = s.user_id AND n.network_key = s.network_key
WHERE s.id = ANY (%(ids)s)
ORDER BY s.id;

-- name: list_case_states
-- Cases that were opened since an instant, and how each stands.
SELECT id, occurrences, state
FROM analytics_sharing_violations
WHERE opened_at >= %(since)s
ORDER BY opened_at DESC, id DESC
LIMIT %(limit)s;

-- name: list_cases
-- Cases by id, as list_cases of cases has them.
SELECT v.*, u.name AS user_name, r.name AS rule_name
FROM analytics_sharing_violations AS v
LEFT JOIN users AS u ON u.user_id = v.user_id
LEFT JOIN analytics_sharing_rules AS r ON r.id = v.rule_id
WHERE v.id = ANY (%(ids)s)
ORDER BY v.opened_at, v.id;
