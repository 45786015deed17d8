-- name: add_action
-- Ask for an action, unless one of this occasion was asked for. Its source is its stream's.
INSERT INTO actions (
    user_id, id, kind, occasion, state, case_id, rule_id, finding_identity, threshold,
    requested_by, source, session_id, message, created_at, due_at
)
VALUES (
    %(user_id)s, %(id)s, %(kind)s, %(occasion)s, %(state)s, %(case_id)s, %(rule_id)s,
    %(finding_identity)s, %(threshold)s, %(requested_by)s,
    coalesce((
        SELECT source
        FROM analytics_sessions
        WHERE user_id = %(user_id)s AND id = %(session_id)s
    ), ''),
    %(session_id)s, %(message)s, %(now)s, %(due_at)s
)
ON CONFLICT (user_id, occasion) DO NOTHING
RETURNING id;

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

-- name: decide
-- Approve or refuse an action that waits for it.
UPDATE actions
SET
    state = %(state)s,
    decided_by = %(actor)s,
    decided_at = %(now)s,
    due_at = %(now)s,
    claimed_until = NULL,
    finished_at = CASE WHEN %(state)s <> 'due' THEN %(now)s::timestamptz END,
    reason = %(reason)s
WHERE user_id = %(user_id)s AND id = %(id)s AND state = 'awaiting_approval'
RETURNING id;

-- name: withdraw_of_case
-- Withdraw what a case still asks for; what is being carried out is left to who does it.
UPDATE actions
SET state = 'withdrawn', reason = %(reason)s, finished_at = %(now)s
WHERE user_id = %(user_id)s
    AND case_id = %(case_id)s
    AND kind <> 'unsuspend_account'
    AND state IN ('awaiting_approval', 'due')
    AND claimed_until IS NULL;

-- name: withdraw_of_kind
-- Withdraw what waits to be done to a person's account: the opposite is asked for.
UPDATE actions
SET state = 'withdrawn', reason = %(reason)s, finished_at = %(now)s
WHERE user_id = %(user_id)s
    AND kind = %(kind)s
    AND state IN ('awaiting_approval', 'due')
    AND claimed_until IS NULL;

-- name: list_suspensions_of_case
-- Suspensions for which a case is the reason, and which took hold, or may have.
SELECT id
FROM actions
WHERE user_id = %(user_id)s
    AND case_id = %(case_id)s
    AND kind = 'suspend_account'
    AND (state = 'done' OR attempts > 0);

-- name: find_suspension
-- The latest suspension of a person that took hold and was not ended since, if its reason stands:
-- no case of which it is, or one that is no false alarm.
SELECT s.id, s.finished_at
FROM actions AS s
LEFT JOIN analytics_sharing_violations AS v ON v.user_id = s.user_id AND v.id = s.case_id
WHERE s.user_id = %(user_id)s
    AND s.kind = 'suspend_account'
    AND s.state = 'done'
    AND (%(any_reason)s OR v.state IS DISTINCT FROM 'dismissed')
    AND NOT EXISTS (
        SELECT FROM actions AS u
        WHERE u.user_id = s.user_id
            AND u.kind = 'unsuspend_account'
            AND u.state = 'done'
            AND u.finished_at > s.finished_at
    )
ORDER BY s.finished_at DESC
LIMIT 1;

-- name: find_in_flight
-- Whether somebody is carrying out an action of this kind for a person right now.
SELECT id
FROM actions
WHERE user_id = %(user_id)s
    AND kind = %(kind)s
    AND state = 'due'
    AND claimed_until > %(now)s
LIMIT 1;

-- name: count_by_hand
-- How many actions of a kind people asked for, of a stream or of an account, and one of these that
-- is not over.
SELECT
    count(*) AS asked,
    (array_agg(id) FILTER (WHERE finished_at IS NULL))[1] AS unfinished
FROM actions
WHERE user_id = %(user_id)s
    AND kind = %(kind)s
    AND case_id IS NULL
    AND session_id IS NOT DISTINCT FROM %(session_id)s::uuid;

-- name: list_actions
-- Actions, latest first; every filter is optional.
SELECT a.*, u.name AS user_name, v.rule_type,
    v.details -> 'rule' ->> 'name' AS rule_name, v.details ->> 'sentence' AS sentence,
    s.title, s.device_name, s.content_type
FROM actions AS a
LEFT JOIN users AS u ON u.user_id = a.user_id
LEFT JOIN analytics_sharing_violations AS v ON v.user_id = a.user_id AND v.id = a.case_id
LEFT JOIN analytics_sessions AS s ON s.user_id = a.user_id AND s.id = a.session_id
WHERE (%(id)s::uuid IS NULL OR a.id = %(id)s)
    AND (%(user_id)s::uuid IS NULL OR a.user_id = %(user_id)s)
    AND (%(case_id)s::uuid IS NULL OR a.case_id = %(case_id)s)
    AND (%(session_id)s::uuid IS NULL OR a.session_id = %(session_id)s)
    AND (%(kind)s::text IS NULL OR a.kind = %(kind)s)
    AND (%(state)s::text IS NULL OR a.state = %(state)s)
    AND (%(after_at)s::timestamptz IS NULL
        OR (a.created_at, a.id) < (%(after_at)s, %(after_id)s::uuid))
ORDER BY a.created_at DESC, a.id DESC
LIMIT %(limit)s OFFSET %(offset)s;

-- name: count_actions
-- How many actions list_actions would list.
SELECT count(*) AS actions
FROM actions AS a
WHERE (%(user_id)s::uuid IS NULL OR a.user_id = %(user_id)s)
    AND (%(case_id)s::uuid IS NULL OR a.case_id = %(case_id)s)
    AND (%(session_id)s::uuid IS NULL OR a.session_id = %(session_id)s)
    AND (%(kind)s::text IS NULL OR a.kind = %(kind)s)
    AND (%(state)s::text IS NULL OR a.state = %(state)s);
