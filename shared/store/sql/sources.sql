-- name: find_source
-- The source whose token has this digest, unless it is revoked.
SELECT id, name, kind FROM webhook_sources WHERE digest = %(digest)s AND revoked_at IS NULL;

-- name: add_source
-- Add a source, unless its name is taken.
INSERT INTO webhook_sources (id, name, kind, digest, hint, created_at)
VALUES (%(id)s, %(name)s, %(kind)s, %(digest)s, %(hint)s, %(now)s)
ON CONFLICT DO NOTHING
RETURNING id;

-- name: list_sources
-- Sources, or the one named, newest first.
SELECT id, name, kind, hint, created_at, revoked_at, last_event_at, events, recorded, ignored,
    last_problem, last_problem_at
FROM webhook_sources
WHERE %(id)s::uuid IS NULL OR id = %(id)s
ORDER BY created_at DESC, id DESC;

-- name: revoke_source
-- Revoke a source's token.
UPDATE webhook_sources
SET revoked_at = coalesce(revoked_at, %(now)s)
WHERE id = %(id)s
RETURNING id;

-- name: add_tally
-- Add what a worker counted; the latest event and the latest problem stay.
UPDATE webhook_sources
SET
    events = events + %(events)s,
    recorded = recorded + %(recorded)s,
    ignored = ignored + %(ignored)s,
    last_event_at = greatest(last_event_at, %(last_event_at)s),
    last_problem = CASE
        WHEN %(last_problem_at)s::timestamptz < last_problem_at THEN last_problem
        ELSE coalesce(%(last_problem)s, last_problem)
    END,
    last_problem_at = greatest(last_problem_at, %(last_problem_at)s)
WHERE id = %(id)s;
