-- name: add_server
-- Add a media server, unless its name, or its source, is taken.
INSERT INTO media_servers (
    id, name, kind, source, config, enabled, place, check_due_at, created_at, updated_at
)
VALUES (
    %(id)s, %(name)s, %(kind)s, %(source)s, %(config)s, %(enabled)s, %(place)s::jsonb, %(now)s,
    %(now)s, %(now)s
)
ON CONFLICT DO NOTHING
RETURNING id;

-- name: list_servers
-- Media servers, or the one named, by name, with where its network was last seen on the internet.
SELECT m.*, host(s.public_address) AS public_address, s.public_address_at
FROM media_servers AS m
LEFT JOIN media_server_states AS s ON s.media_server_id = m.id
WHERE %(id)s::uuid IS NULL OR m.id = %(id)s
ORDER BY m.name;

-- name: list_places
-- What is known of where media servers are, by the source of their sessions: of two that are the
-- same server, last the one that answers for it.
SELECT coalesce(m.source, m.kind || ':' || s.server_id) AS source, m.place,
    host(s.public_address) AS public_address
FROM media_servers AS m
LEFT JOIN media_server_states AS s ON s.media_server_id = m.id
WHERE (m.source IS NOT NULL OR s.server_id IS NOT NULL)
    AND (m.place IS NOT NULL OR s.public_address IS NOT NULL)
ORDER BY m.source IS NOT NULL, m.name;

-- name: find_for_source
-- The media server that answers for a source's sessions.
SELECT * FROM media_servers WHERE source = %(source)s;

-- name: list_of_kind
-- The enabled media servers of a kind.
SELECT * FROM media_servers WHERE kind = %(kind)s AND enabled ORDER BY name;

-- name: update_server
-- Change what is given of a media server, and have it tried out. One that is enabled again loses
-- the reason why it was not.
UPDATE media_servers AS m
SET
    name = coalesce(%(name)s, m.name),
    source = coalesce(%(source)s, m.source),
    config = coalesce(%(config)s, m.config),
    enabled = coalesce(%(enabled)s, m.enabled),
    place = CASE WHEN %(sets_place)s THEN %(place)s::jsonb ELSE m.place END,
    disabled_reason = CASE WHEN %(enabled)s THEN NULL ELSE m.disabled_reason END,
    check_due_at = %(now)s,
    updated_at = %(now)s
WHERE m.id = %(id)s
    AND NOT EXISTS (
        SELECT FROM media_servers AS o
        WHERE (o.name = %(name)s OR o.source = %(source)s) AND o.id <> m.id
    );

-- name: disable_server
-- Ask nothing of a media server any more, and say why; unless it was given another config meanwhile.
UPDATE media_servers
SET enabled = false, disabled_reason = %(reason)s, updated_at = %(now)s
WHERE id = %(id)s AND enabled AND config = %(config)s;

-- name: delete_server
-- Delete a media server.
DELETE FROM media_servers WHERE id = %(id)s;

-- name: ask_for_check
-- Have a media server tried out.
UPDATE media_servers SET check_due_at = %(now)s WHERE id = %(id)s RETURNING id;

-- name: list_checks
-- Media servers to be tried out now.
SELECT id FROM media_servers WHERE check_due_at <= %(now)s ORDER BY check_due_at, id;

-- name: claim_check
-- Claim a trial by putting it off: who is killed in it leaves it to whoever comes then.
UPDATE media_servers
SET check_due_at = %(lease_until)s
WHERE id = %(id)s AND check_due_at <= %(now)s
RETURNING *;

-- name: record_check
-- Write what came of a trial, unless another was asked for meanwhile. A source that the server
-- names is kept where none was given and no other server has it.
UPDATE media_servers AS m
SET
    check_due_at = NULL,
    checked_at = %(now)s,
    works = %(works)s,
    verdict = %(verdict)s,
    source = coalesce(m.source, (
        SELECT %(source)s::text
        WHERE NOT EXISTS (SELECT FROM media_servers AS o WHERE o.source = %(source)s)
    ))
WHERE m.id = %(id)s AND m.check_due_at = %(lease_until)s;
