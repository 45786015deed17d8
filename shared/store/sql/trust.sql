-- name: lock_score
-- The person's score row, made if there is none, held until the transaction ends.
INSERT INTO analytics_user_trust AS t (user_id, score, updated_at)
VALUES (%(user_id)s, 100, %(now)s)
ON CONFLICT (user_id) DO UPDATE SET user_id = excluded.user_id
RETURNING score, fired_thresholds;

-- name: write_score
-- Write a person's score, and which thresholds have fired.
UPDATE analytics_user_trust
SET score = %(score)s, fired_thresholds = %(fired)s, updated_at = %(now)s
WHERE user_id = %(user_id)s;

-- name: add_entry
-- Add to a person's ledger.
INSERT INTO trust_ledger (user_id, id, kind, delta, reason, case_id, at)
VALUES (%(user_id)s, %(id)s, %(kind)s, %(delta)s, %(reason)s, %(case_id)s, %(at)s);

-- name: void_case_entries
-- Take back what a case cost, or let it count again.
UPDATE trust_ledger SET void = %(void)s WHERE user_id = %(user_id)s AND case_id = %(case_id)s;

-- name: void_entry
-- Take an entry back.
UPDATE trust_ledger SET void = true
WHERE user_id = %(user_id)s AND id = %(id)s AND NOT void;

-- name: list_entries
-- A person's ledger, in order.
SELECT id, kind, delta, reason, case_id, at, void
FROM trust_ledger
WHERE user_id = %(user_id)s
ORDER BY at, id;

-- name: list_below
-- People whose score is below 100, a lot at a time, for recovery.
SELECT user_id
FROM analytics_user_trust
WHERE score < 100 AND user_id > %(after)s
ORDER BY user_id
LIMIT %(limit)s;

-- name: list_scores
-- Scores with names, lowest first; a person without a row has 100.
SELECT u.user_id, u.name AS user_name, coalesce(t.score, 100)::integer AS score, t.updated_at
FROM users AS u
LEFT JOIN analytics_user_trust AS t ON t.user_id = u.user_id
WHERE u.merged_into IS NULL
    AND (%(user_id)s::uuid IS NULL OR u.user_id = %(user_id)s)
    AND (%(max_score)s::integer IS NULL OR coalesce(t.score, 100) <= %(max_score)s)
    AND (%(archived)s::boolean IS NULL OR (u.archived_at IS NOT NULL) = %(archived)s)
    AND (%(after_score)s::integer IS NULL
        OR (coalesce(t.score, 100), u.user_id) > (%(after_score)s, %(after_id)s::uuid))
ORDER BY coalesce(t.score, 100), u.user_id
LIMIT %(limit)s OFFSET %(offset)s;

-- name: count_scores
-- How many people list_scores would list.
SELECT count(*) AS people
FROM users AS u
LEFT JOIN analytics_user_trust AS t ON t.user_id = u.user_id
WHERE u.merged_into IS NULL
    AND (%(max_score)s::integer IS NULL OR coalesce(t.score, 100) <= %(max_score)s)
    AND (%(archived)s::boolean IS NULL OR (u.archived_at IS NOT NULL) = %(archived)s);
