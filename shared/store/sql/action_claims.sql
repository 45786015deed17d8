-- name: list_due
-- Actions to be looked at now, the longest due of each source first.
SELECT source, id
FROM (
    SELECT source, id, due_at, row_number() OVER (PARTITION BY source ORDER BY due_at, id) AS place
    FROM actions
    WHERE state IN ('awaiting_approval', 'due', 'sent')
        AND due_at <= %(now)s
        AND (claimed_until IS NULL OR claimed_until <= %(now)s)
) AS waiting
WHERE place <= %(per_source)s
ORDER BY due_at, id;

-- name: claim_action
-- Claim an action that is due and that nobody is at. Of two who ask, the second finds the lease.
UPDATE actions
SET claimed_until = %(lease_until)s
WHERE id = %(id)s
    AND state IN ('awaiting_approval', 'due', 'sent')
    AND due_at <= %(now)s
    AND (claimed_until IS NULL OR claimed_until <= %(now)s)
RETURNING *;

-- name: begin_attempt
-- Count an attempt that is about to be made, unless the lease is somebody else's.
UPDATE actions
SET attempts = attempts + 1, verify_by = coalesce(verify_by, %(verify_by)s)
WHERE user_id = %(user_id)s AND id = %(id)s AND state = 'due' AND claimed_until = %(lease)s
RETURNING id;

-- name: let_go
-- Let go of what was withdrawn meanwhile, so that the opposite waits no longer.
UPDATE actions
SET claimed_until = NULL
WHERE user_id = %(user_id)s AND id = %(id)s AND state = 'withdrawn' AND claimed_until = %(lease)s;

-- name: wait_action
-- Look again later. Says nothing if the lease is somebody else's.
UPDATE actions
SET due_at = %(at)s, claimed_until = NULL
WHERE user_id = %(user_id)s AND id = %(id)s AND claimed_until = %(lease)s;

-- name: end_action
-- Bring an action to an end. Says nothing if the lease is somebody else's.
UPDATE actions
SET
    state = %(state)s,
    reason = %(reason)s,
    finished_at = %(now)s,
    claimed_until = NULL,
    told_at = CASE WHEN %(tell)s THEN %(now)s ELSE told_at END
WHERE user_id = %(user_id)s
    AND id = %(id)s
    AND state IN ('awaiting_approval', 'due', 'sent')
    AND claimed_until = %(lease)s
RETURNING id;

-- name: record_sent
-- It was taken. That holds even if the lease ran out meanwhile, and others withdrew or failed it.
UPDATE actions
SET
    state = %(state)s,
    sent_at = %(now)s,
    verify_by = %(verify_by)s,
    due_at = coalesce(%(due_at)s, due_at),
    finished_at = CASE WHEN %(state)s = 'done' THEN %(now)s::timestamptz END,
    claimed_until = NULL,
    reason = NULL,
    last_status = %(status)s,
    last_error = NULL
WHERE user_id = %(user_id)s AND id = %(id)s AND state IN ('due', 'withdrawn', 'failed');

-- name: record_failure
-- It was not taken: to be tried again, or failed. Says nothing if the lease is somebody else's.
UPDATE actions
SET
    state = %(state)s,
    attempts = %(attempts)s,
    due_at = coalesce(%(due_at)s, due_at),
    finished_at = CASE WHEN %(state)s = 'failed' THEN %(now)s::timestamptz END,
    claimed_until = NULL,
    reason = CASE WHEN %(state)s = 'failed' THEN %(error)s ELSE reason END,
    last_status = %(status)s,
    last_error = %(error)s,
    told_at = CASE WHEN %(tell)s THEN %(now)s ELSE told_at END
WHERE user_id = %(user_id)s AND id = %(id)s AND state = 'due' AND claimed_until = %(lease)s
RETURNING id;
