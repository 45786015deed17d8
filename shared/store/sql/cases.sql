-- name: list_for_user
-- A person's cases that new findings may belong to: open, or closed since an instant.
SELECT *
FROM analytics_sharing_violations
WHERE user_id = %(user_id)s AND (state = 'open' OR closed_at >= %(closed_since)s)
ORDER BY opened_at, id;

-- name: list_users_with_open
-- Which of these people have an open case.
SELECT DISTINCT user_id
FROM analytics_sharing_violations
WHERE user_id = ANY(%(user_ids)s) AND state = 'open';

-- name: list_shadow
-- Cases of rules in shadow that were seen since an instant, with what an account of them counts.
SELECT rule_id, user_id, opened_at, (
    SELECT jsonb_agg(jsonb_build_array(
        f ->> 'at', f ->> 'last_at', f ->> 'behaviour_key', f ->> 'identity'
    ))
    FROM jsonb_array_elements(details -> 'findings') AS f
) AS findings
FROM analytics_sharing_violations
WHERE mode = 'shadow' AND last_seen_at >= %(seen_since)s
ORDER BY opened_at, id;

-- name: add_case
-- Open a case.
INSERT INTO analytics_sharing_violations (
    user_id, id, rule_id, rule_type, severity, mode, state, behaviour_keys, finding_identities,
    occurrences, first_seen_at, last_seen_at, opened_at, notified_at, notify_due_at, details
)
VALUES (
    %(user_id)s, %(id)s, %(rule_id)s, %(rule_type)s, %(severity)s, %(mode)s, 'open',
    %(behaviour_keys)s, %(finding_identities)s, %(occurrences)s, %(first_seen_at)s,
    %(last_seen_at)s, %(now)s, %(notified_at)s, %(notify_due_at)s, %(details)s::jsonb
);

-- name: grow_case
-- Write what findings added to a case.
UPDATE analytics_sharing_violations
SET
    behaviour_keys = %(behaviour_keys)s,
    finding_identities = %(finding_identities)s,
    occurrences = %(occurrences)s,
    first_seen_at = %(first_seen_at)s,
    last_seen_at = %(last_seen_at)s,
    notified_at = %(notified_at)s,
    notify_due_at = coalesce(%(notify_due_at)s, notify_due_at),
    details = %(details)s::jsonb
WHERE user_id = %(user_id)s AND id = %(id)s;

-- name: take_due_messages
-- The person's open cases of which a message is due, taken off the list.
UPDATE analytics_sharing_violations
SET notify_due_at = NULL
WHERE user_id = %(user_id)s AND state = 'open' AND notify_due_at <= %(now)s
RETURNING id;

-- name: next_message
-- When the next message about a person's cases is due.
SELECT min(notify_due_at) AS due_at
FROM analytics_sharing_violations
WHERE user_id = %(user_id)s AND state = 'open';

-- name: listed
-- Cases, latest first, with person and rule; every filter is optional.
FROM analytics_sharing_violations AS v
LEFT JOIN users AS u ON u.user_id = v.user_id
LEFT JOIN analytics_sharing_rules AS r ON r.id = v.rule_id
WHERE (%(id)s::uuid IS NULL OR v.id = %(id)s)
    AND (%(user_id)s::uuid IS NULL OR v.user_id = %(user_id)s)
    AND (%(rule_id)s::uuid IS NULL OR v.rule_id = %(rule_id)s)
    AND (%(rule_type)s::text IS NULL OR v.rule_type = %(rule_type)s)
    AND (%(state)s::text IS NULL OR v.state = %(state)s)
    AND (%(states)s::text[] IS NULL OR v.state = ANY (%(states)s))
    AND (%(mode)s::text IS NULL OR v.mode = %(mode)s)
    AND (%(severity)s::integer IS NULL OR v.severity = %(severity)s)
    AND (%(severities)s::integer[] IS NULL OR v.severity = ANY (%(severities)s))
    AND (%(start)s::timestamptz IS NULL OR v.last_seen_at >= %(start)s)
    AND (%(end)s::timestamptz IS NULL OR v.last_seen_at < %(end)s)
    AND (%(after_at)s::timestamptz IS NULL
        OR (v.opened_at, v.id) < (%(after_at)s, %(after_id)s::uuid))
ORDER BY v.opened_at DESC, v.id DESC
LIMIT %(limit)s OFFSET %(offset)s

-- name: list_cases
-- Cases as lists show them.
SELECT v.*, u.name AS user_name, r.name AS rule_name
{listed};

-- name: list_lines
-- Of cases, what lines of the map tell: the places of each finding, in order.
SELECT
    v.id AS case_id, v.user_id, u.name AS user_name, v.rule_type, v.severity, v.state,
    v.details ->> 'sentence' AS sentence, v.last_seen_at, (
        SELECT coalesce(
            jsonb_agg(jsonb_path_query_array(f.finding, '$.segments[*].network.place') ORDER BY n),
            '[]'
        )
        FROM jsonb_array_elements(v.details -> 'findings') WITH ORDINALITY AS f (finding, n)
    ) AS paths
{listed};

-- name: count_cases
-- How many cases list_cases would list.
SELECT count(*) AS cases
FROM analytics_sharing_violations AS v
WHERE (%(user_id)s::uuid IS NULL OR v.user_id = %(user_id)s)
    AND (%(rule_id)s::uuid IS NULL OR v.rule_id = %(rule_id)s)
    AND (%(rule_type)s::text IS NULL OR v.rule_type = %(rule_type)s)
    AND (%(state)s::text IS NULL OR v.state = %(state)s)
    AND (%(states)s::text[] IS NULL OR v.state = ANY (%(states)s))
    AND (%(mode)s::text IS NULL OR v.mode = %(mode)s)
    AND (%(severity)s::integer IS NULL OR v.severity = %(severity)s)
    AND (%(severities)s::integer[] IS NULL OR v.severity = ANY (%(severities)s))
    AND (%(start)s::timestamptz IS NULL OR v.last_seen_at >= %(start)s)
    AND (%(end)s::timestamptz IS NULL OR v.last_seen_at < %(end)s);

-- name: judge_case
-- Move a case to a state, if it is in one from which it comes there; tell which that was.
UPDATE analytics_sharing_violations
SET
    state = %(state)s,
    closed_at = CASE WHEN %(state)s <> 'open' THEN %(now)s::timestamptz END,
    closed_by = CASE WHEN %(state)s <> 'open' THEN %(actor)s END,
    notify_due_at = NULL
WHERE user_id = %(user_id)s AND id = %(id)s AND state = ANY (%(before)s::text[])
RETURNING old.state AS before;
