-- name: lock_learned
-- Hold what was learned of a person, so that two who learn come one after the other.
INSERT INTO user_households AS h (user_id, score, strangers, households, contributions)
SELECT user_id, 0, 0, '[]', '[]' FROM users WHERE user_id = %(user_id)s
ON CONFLICT (user_id) DO UPDATE SET user_id = excluded.user_id
RETURNING user_id;

-- name: write_learned
-- Keep what was learned of a person.
UPDATE user_households
SET
    score = %(score)s,
    strangers = %(strangers)s,
    households = %(households)s::jsonb,
    contributions = %(contributions)s::jsonb,
    trace_key = %(trace_key)s,
    learned_at = %(now)s
WHERE user_id = %(user_id)s;

-- name: list_due
-- People to learn of: never learned of, active since, with a score that fades, long ago, or with
-- traces of another key. Each once in a while at most.
SELECT u.user_id
FROM users AS u
LEFT JOIN user_households AS h ON h.user_id = u.user_id
WHERE u.user_id > %(after)s AND u.merged_into IS NULL
    AND (h.learned_at IS NULL
        OR h.learned_at < %(long_ago)s
        OR h.trace_key IS DISTINCT FROM %(trace_key)s
        OR (h.learned_at < %(fresh_since)s
            AND (h.score > 0 OR u.last_active_at >= h.learned_at - interval '1 day')))
ORDER BY u.user_id
LIMIT %(limit)s;

-- name: list_plays
-- Which play each of a person's sessions belongs to; one that goes on with no other is its own.
SELECT id, coalesce(play_id, id) AS play_id
FROM analytics_sessions
WHERE user_id = %(user_id)s AND (stopped_at >= %(since)s OR stopped_at IS NULL);

-- name: find_learned
-- What is known of a person's households; the person alone, if nothing was learned yet.
SELECT u.user_id, u.name AS user_name, coalesce(h.score, 0)::integer AS score, h.learned_at,
    coalesce(h.households, '[]') AS households, coalesce(h.contributions, '[]') AS contributions
FROM users AS u
LEFT JOIN user_households AS h ON h.user_id = u.user_id
WHERE u.user_id = %(user_id)s;

-- name: list_sharing_scores
-- Sharing scores with what they are made of, highest first.
SELECT u.user_id, u.name AS user_name, h.score::integer, h.strangers, h.learned_at, h.contributions
FROM user_households AS h
JOIN users AS u ON u.user_id = h.user_id
WHERE h.learned_at IS NOT NULL
    AND h.score >= %(min_score)s
    AND (%(archived)s::boolean IS NULL OR (u.archived_at IS NOT NULL) = %(archived)s)
    AND (%(after_score)s::integer IS NULL
        OR h.score < %(after_score)s
        OR (h.score = %(after_score)s AND h.user_id > %(after_id)s::uuid))
ORDER BY h.score DESC, h.user_id
LIMIT %(limit)s OFFSET %(offset)s;

-- name: count_sharing_scores
-- How many people list_sharing_scores would list.
SELECT count(*) AS people
FROM user_households AS h
JOIN users AS u ON u.user_id = h.user_id
WHERE h.learned_at IS NOT NULL
    AND h.score >= %(min_score)s
    AND (%(archived)s::boolean IS NULL OR (u.archived_at IS NOT NULL) = %(archived)s);

-- name: list_words
-- What operators said of a person's places, last of all their accounts'.
SELECT DISTINCT ON (site) site, class
FROM household_words
WHERE user_id = %(user_id)s
    OR user_id IN (SELECT user_id FROM users WHERE merged_into = %(user_id)s)
ORDER BY site, said_at DESC;

-- name: put_words
-- Keep what an operator says of places.
INSERT INTO household_words (user_id, site, class, said_by, said_at)
SELECT %(user_id)s, site, %(class)s, %(actor)s, %(now)s
FROM unnest(%(sites)s::text[]) AS s (site)
ORDER BY site
ON CONFLICT (user_id, site) DO UPDATE
SET class = excluded.class, said_by = excluded.said_by, said_at = excluded.said_at;

-- name: drop_words
-- Forget what was said of places.
DELETE FROM household_words
WHERE site = ANY (%(sites)s::text[])
    AND (user_id = %(user_id)s
        OR user_id IN (SELECT user_id FROM users WHERE merged_into = %(user_id)s));

-- name: drop_traces
-- Forget a person's traces, before those of today are kept.
DELETE FROM user_traces WHERE user_id = %(user_id)s;

-- name: put_traces
-- Keep a person's traces.
INSERT INTO user_traces (user_id, kind, digest, label, days, first_seen_at, last_seen_at)
SELECT %(user_id)s, kind, decode(digest, 'hex'), label, days, first_seen_at, last_seen_at
FROM json_to_recordset(%(rows)s::json) AS r (
    kind text, digest text, label text, days integer, first_seen_at timestamptz,
    last_seen_at timestamptz
)
ORDER BY kind, digest;

-- name: list_shared_traces
-- Traces that several accounts left, though not so many that a provider stands behind them.
SELECT user_id, kind, digest, label, days, first_seen_at, last_seen_at
FROM user_traces
WHERE (kind, digest) IN (
    SELECT kind, digest
    FROM user_traces
    GROUP BY kind, digest
    HAVING count(*) BETWEEN 2 AND %(max_accounts)s
);

-- name: list_traces_shared_with
-- Traces that a user left, by whomever else they were left too.
SELECT user_id, kind, digest, label, days, first_seen_at, last_seen_at
FROM user_traces
WHERE (kind, digest) IN (SELECT kind, digest FROM user_traces WHERE user_id = %(user_id)s);

-- name: list_names
-- The names of users.
SELECT user_id, name FROM users WHERE user_id = ANY (%(user_ids)s::uuid[]);
