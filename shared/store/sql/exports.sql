-- name: list_rules
-- Rules that name a person.
SELECT id, jsonb_build_object('id', id, 'name', name, 'type', type, 'enabled', enabled)::text AS json
FROM analytics_sharing_rules
WHERE position(%(user_id)s::text in scope::text) > 0
    AND (%(after)s::uuid IS NULL OR id > %(after)s)
ORDER BY id
LIMIT %(limit)s;

-- name: list_audit
-- What the audit log says of a person. The person alone is not told by whom, and in which words.
SELECT id,
    CASE WHEN %(own)s
        THEN jsonb_build_object('at', at, 'action', action)
        ELSE jsonb_build_object(
            'id', id, 'at', at, 'actor', actor, 'action', action, 'subject', subject,
            'details', details
        )
    END::text AS json
FROM audit_log
WHERE (actor = 'user:' || %(user_id)s::text
        OR position(%(user_id)s::text in subject || details::text) > 0)
    AND (%(after)s::uuid IS NULL OR id > %(after)s)
ORDER BY id
LIMIT %(limit)s;
