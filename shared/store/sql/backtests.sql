-- name: choose_people
-- People a backtest of a few looks at: those who were active last.
SELECT user_id
FROM users
WHERE merged_into IS NULL
ORDER BY last_active_at DESC, user_id
LIMIT %(limit)s;

-- name: add_backtest
-- Ask for a backtest.
INSERT INTO backtests
    (id, rule, rule_id, live_rules, start_at, end_at, user_ids, people, created_by, created_at)
SELECT %(id)s, %(rule)s::jsonb, %(rule_id)s, %(live_rules)s::jsonb, %(start_at)s, %(end_at)s,
    %(user_ids)s::uuid[], count(*), %(actor)s, %(now)s
FROM users
WHERE merged_into IS NULL
    AND (%(user_ids)s::uuid[] IS NULL OR user_id = ANY(%(user_ids)s::uuid[]));

-- name: add_portions
-- Cut a backtest's people into portions.
INSERT INTO backtest_portions (backtest_id, number, first_user, last_user, people)
SELECT %(id)s, number, (array_agg(user_id ORDER BY user_id))[1],
    (array_agg(user_id ORDER BY user_id DESC))[1], count(*)
FROM (
    SELECT user_id, (row_number() OVER (ORDER BY user_id) - 1) / %(size)s AS number
    FROM users
    WHERE merged_into IS NULL
        AND (%(user_ids)s::uuid[] IS NULL OR user_id = ANY(%(user_ids)s::uuid[]))
) AS numbered
GROUP BY number;

-- name: list_backtests
-- Backtests with how far they are, newest first.
SELECT
    b.id, b.rule, b.rule_id, b.start_at, b.end_at, b.people, b.created_by, b.created_at,
    b.cancelled_at, p.people_done, p.finished_at, p.error,
    CASE
        WHEN b.cancelled_at IS NOT NULL THEN 'cancelled'
        WHEN p.open = 0 THEN 'done'
        WHEN p.given_up THEN 'failed'
        WHEN p.begun THEN 'running'
        ELSE 'waiting'
    END AS state
FROM backtests AS b
CROSS JOIN LATERAL (
    SELECT
        count(*) FILTER (WHERE done_at IS NULL) AS open,
        coalesce(sum(people) FILTER (WHERE done_at IS NOT NULL), 0)::integer AS people_done,
        CASE WHEN bool_and(done_at IS NOT NULL) THEN max(done_at) END AS finished_at,
        coalesce(bool_or(attempts > 0), false) AS begun,
        coalesce(bool_or(attempts >= %(tries)s AND done_at IS NULL
            AND lease_until < %(now)s), false) AS given_up,
        max(error) FILTER (WHERE done_at IS NULL) AS error
    FROM backtest_portions
    WHERE backtest_id = b.id
) AS p
WHERE (%(id)s::uuid IS NULL OR b.id = %(id)s)
    AND (%(before)s::uuid IS NULL OR b.id < %(before)s)
ORDER BY b.id DESC
LIMIT %(limit)s;

-- name: count_waiting
-- Portions that somebody could work on.
SELECT count(*) AS portions
FROM backtest_portions AS p
JOIN backtests AS b ON b.id = p.backtest_id
WHERE p.done_at IS NULL AND b.cancelled_at IS NULL AND p.attempts < %(tries)s
    AND (p.lease_until IS NULL OR p.lease_until < %(now)s);

-- name: claim_portion
-- Claim the first portion that nobody has. Who comes second waits, finds it taken, and asks again.
UPDATE backtest_portions AS p
SET fencing_token = fencing_token + 1, attempts = attempts + 1, lease_until = %(lease_until)s
FROM backtests AS b
WHERE b.id = p.backtest_id
    AND (p.backtest_id, p.number) = (
        SELECT w.backtest_id, w.number
        FROM backtest_portions AS w
        JOIN backtests AS o ON o.id = w.backtest_id
        WHERE w.done_at IS NULL AND o.cancelled_at IS NULL AND w.attempts < %(tries)s
            AND (w.lease_until IS NULL OR w.lease_until < %(now)s)
        ORDER BY w.backtest_id, w.number
        LIMIT 1
    )
    AND p.done_at IS NULL AND (p.lease_until IS NULL OR p.lease_until < %(now)s)
RETURNING p.backtest_id, p.number, p.first_user, p.last_user, p.fencing_token, b.rule,
    b.live_rules, b.start_at, b.end_at, b.user_ids;

-- name: list_portion_people
-- The people of a portion.
SELECT user_id
FROM users
WHERE user_id BETWEEN %(first_user)s AND %(last_user)s AND merged_into IS NULL
    AND (%(user_ids)s::uuid[] IS NULL OR user_id = ANY(%(user_ids)s::uuid[]))
ORDER BY user_id;

-- name: finish_portion
-- Close a portion, if it is still this holder's.
UPDATE backtest_portions
SET done_at = %(now)s, lease_until = NULL, error = NULL, weeks = %(weeks)s::jsonb
WHERE backtest_id = %(backtest_id)s AND number = %(number)s
    AND fencing_token = %(fencing_token)s AND done_at IS NULL
RETURNING number;

-- name: release_portion
-- Give a portion back, with what went wrong.
UPDATE backtest_portions
SET lease_until = %(now)s, error = %(error)s
WHERE backtest_id = %(backtest_id)s AND number = %(number)s
    AND fencing_token = %(fencing_token)s AND done_at IS NULL;

-- name: add_cases
-- Keep what a portion found.
INSERT INTO backtest_cases
SELECT * FROM json_populate_recordset(NULL::backtest_cases, %(rows)s::json)
ORDER BY user_id
ON CONFLICT DO NOTHING;

-- name: list_cases
-- Cases that a backtest found, the worst first.
SELECT c.*, u.name AS user_name
FROM backtest_cases AS c
LEFT JOIN users AS u ON u.user_id = c.user_id
WHERE c.backtest_id = %(id)s
    AND (%(after)s::integer IS NULL OR c.occurrences < %(after)s
        OR (c.occurrences = %(after)s AND c.user_id > %(after_user)s::uuid))
ORDER BY c.occurrences DESC, c.user_id
LIMIT %(limit)s;

-- name: sum_cases
-- How many people a backtest found something of, and how often they would have been told of.
SELECT count(*) AS users, coalesce(sum(alerts), 0)::integer AS alerts,
    coalesce(sum(occurrences), 0)::integer AS findings
FROM backtest_cases
WHERE backtest_id = %(id)s;

-- name: sum_weeks
-- Cases and alerts of a backtest by week.
SELECT w.week, sum(w.cases)::integer AS cases, sum(w.alerts)::integer AS alerts
FROM backtest_portions AS p
CROSS JOIN jsonb_to_recordset(p.weeks) AS w (week date, cases integer, alerts integer)
WHERE p.backtest_id = %(id)s
GROUP BY w.week
ORDER BY w.week;

-- name: sum_effects
-- Which trusted entries would have changed most: by case, then by message.
SELECT e.trusted, min(e.name) AS name, count(*) FILTER (WHERE e.prevents_case) AS fewer_cases,
    sum(e.fewer_alerts)::integer AS fewer_alerts, count(*) AS users
FROM backtest_cases AS c
CROSS JOIN jsonb_to_recordset(c.effects) AS e (
    trusted jsonb, name text, prevents_case boolean, fewer_alerts integer
)
WHERE c.backtest_id = %(id)s
GROUP BY e.trusted
ORDER BY fewer_cases DESC, fewer_alerts DESC, e.trusted
LIMIT %(limit)s;

-- name: cancel_backtest
-- Stop a backtest that is not over; what it found so far stays.
UPDATE backtests
SET cancelled_at = %(now)s
WHERE id = %(id)s AND cancelled_at IS NULL AND EXISTS (
    SELECT FROM backtest_portions WHERE backtest_id = %(id)s AND done_at IS NULL
)
RETURNING id;

-- name: delete_backtest
-- Forget a backtest and what it found.
DELETE FROM backtests WHERE id = %(id)s RETURNING id;

-- name: forget_backtests
-- Forget backtests asked for before an instant.
DELETE FROM backtests WHERE created_at < %(before)s;
