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
-- Withdraw what is to be done to a person's account, also what is being tried: the opposite is
-- asked for. A try that succeeds is done all the same; one that does not is made no more.
UPDATE actions
SET state = 'withdrawn', reason = %(reason)s, finished_at = %(now)s
WHERE user_id = %(user_id)s
    AND kind = %(kind)s
    AND state IN ('awaiting_approval', 'due');

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
-- Whether somebody is carrying out an action of this kind for a person right now; what was
-- withdrawn meanwhile may still arrive.
SELECT id
FROM actions
WHERE user_id = %(user_id)s
    AND kind = %(kind)s
    AND state IN ('due', 'withdrawn')
    AND claimed_until > %(now)s
LIMIT 1;

-- name: count_by_hand
-- The number of the next action of a kind that people ask for, of a stream or of an account, and
-- one of these that is not over.
SELECT
    coalesce(max(substring(occasion FROM '\d+$')::integer) + 1, 0) AS asked,
    (array_agg(id) FILTER (WHERE finished_at IS NULL))[1] AS unfinished
FROM actions
WHERE user_id = %(user_id)s
    AND kind = %(kind)s
    AND case_id IS NULL
    AND session_id IS NOT DISTINCT FROM %(session_id)s::uuid;

-- name: list_actions
-- Actions, latest first; every filter is optional. What belongs to them is read for the page alone,
-- and a session where its id says that it lies.
SELECT a.*, u.name AS user_name, v.rule_type,
    v.details -> 'rule' ->> 'name' AS rule_name, v.details ->> 'sentence' AS sentence,
    s.title, s.device_name, s.content_type
FROM (
    SELECT *
    FROM actions AS a
    WHERE (%(id)s::uuid IS NULL OR a.id = %(id)s)
        AND (%(user_id)s::uuid IS NULL OR a.user_id = %(user_id)s)
        AND (%(case_id)s::uuid IS NULL OR a.case_id = %(case_id)s)
        AND (%(session_id)s::uuid IS NULL OR a.session_id = %(session_id)s)
        AND (%(kind)s::text IS NULL OR a.kind = %(kind)s)
        AND (%(state)s::text IS NULL OR a.state = %(state)s)
        AND (%(after_at)s::timestamptz IS NULL
            OR (a.created_at, a.id) < (%(after_at)s, %(after_id)s::uuid))
    ORDER BY a.created_at DESC, a.id DESC
    LIMIT %(limit)s OFFSET %(offset)s
) AS a
LEFT JOIN users AS u ON u.user_id = a.user_id
LEFT JOIN analytics_sharing_violations AS v ON v.user_id = a.user_id AND v.id = a.case_id
LEFT JOIN LATERAL (
    SELECT title, device_name, content_type
    FROM analytics_sessions
    WHERE user_id = a.user_id AND id = a.session_id
    LIMIT 1
) AS s ON true
ORDER BY a.created_at DESC, a.id DESC;

-- name: count_actions
-- How many actions list_actions would list.
SELECT count(*) AS actions
FROM actions AS a
WHERE (%(user_id)s::uuid IS NULL OR a.user_id = %(user_id)s)
    AND (%(case_id)s::uuid IS NULL OR a.case_id = %(case_id)s)
    AND (%(session_id)s::uuid IS NULL OR a.session_id = %(session_id)s)
    AND (%(kind)s::text IS NULL OR a.kind = %(kind)s)
    AND (%(state)s::text IS NULL OR a.state = %(state)s);
