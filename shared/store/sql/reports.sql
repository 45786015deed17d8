-- name: take_days
-- Take marks of people's days away, before reading what they are about; what they lie in is due,
-- of these people and of everybody, and so is what comes after it, which is compared with it. Days
-- that are no longer reported one by one are left out.
WITH next AS (
    SELECT user_id, day
    FROM dirty_user_days
    WHERE %(user_id)s::uuid IS NULL OR user_id = %(user_id)s
    ORDER BY user_id, day
    LIMIT %(limit)s
),
locked AS (
    SELECT user_id, day
    FROM dirty_user_days
    WHERE (user_id, day) IN (SELECT user_id, day FROM next)
    ORDER BY user_id, day
    FOR UPDATE
),
taken AS (
    DELETE FROM dirty_user_days AS d
    USING locked AS l
    WHERE d.user_id = l.user_id AND d.day = l.day
    RETURNING d.user_id, d.day
),
spans AS MATERIALIZED (
    SELECT DISTINCT
        t.user_id, s.span, date_trunc(s.span, t.day)::date AS start,
        (date_trunc(s.span, t.day) + ('1 ' || s.span)::interval)::date AS next
    FROM taken AS t
    CROSS JOIN (VALUES ('day'), ('week'), ('month'), ('year')) AS s (span)
    WHERE s.span <> 'day' OR t.day >= %(kept_from)s
),
persons AS (
    INSERT INTO user_reports AS r (user_id, span, start)
    SELECT s.user_id, s.span, s.start
    FROM spans AS s
    JOIN users AS u USING (user_id)
    UNION
    SELECT f.user_id, f.span, f.start
    FROM spans AS s
    JOIN user_reports AS f ON f.user_id = s.user_id AND f.span = s.span AND f.start = s.next
    ORDER BY 1, 2, 3
    ON CONFLICT (user_id, span, start) DO UPDATE SET due = true WHERE NOT r.due
),
everybody AS (
    INSERT INTO server_reports AS r (span, start)
    SELECT span, start
    FROM spans
    UNION
    SELECT f.span, f.start
    FROM spans AS s
    JOIN server_reports AS f ON f.span = s.span AND f.start = s.next
    ORDER BY 1, 2
    ON CONFLICT (span, start) DO UPDATE SET due = true WHERE NOT r.due
)
SELECT count(*) AS days FROM taken;

-- name: list_due
-- Reports of people, and of everybody, that are to be made: those of what is over, also if it was
-- summed up before it was, and everybody's of the running year once a day. Everybody's tell of peaks,
-- which are found after all else.
SELECT user_id, span, start
FROM (
    SELECT user_id, span, start FROM user_reports WHERE due
    UNION ALL
    SELECT NULL, span, start
    FROM server_reports
    WHERE (due OR (span = 'year' AND (body #>> '{period,end}')::timestamptz > made_at))
        AND NOT EXISTS (SELECT FROM dirty_quarters WHERE start < %(today_at)s)
) AS r
WHERE start <= CASE span
    WHEN 'day' THEN %(day)s::date
    WHEN 'week' THEN %(week)s::date
    WHEN 'month' THEN %(month)s::date
    ELSE %(year)s::date
END
UNION ALL
SELECT NULL, span, start
FROM server_reports
WHERE due AND span = 'year' AND start > %(year)s AND (made_at IS NULL OR made_at < %(made_before)s)
LIMIT %(limit)s;

-- name: claim_user_report
-- Begin to make a report that is still due; what is counted from now on makes it due again.
UPDATE user_reports
SET due = false
WHERE user_id = %(user_id)s AND span = %(span)s AND start = %(start)s AND due
RETURNING start;

-- name: claim_server_report
-- Begin to make everybody's report that is still due, or that was made before what it is of was over.
UPDATE server_reports
SET due = false
WHERE span = %(span)s
    AND start = %(start)s
    AND (
        due
        OR (
            (body #>> '{period,end}')::timestamptz > made_at
            AND (body #>> '{period,end}')::timestamptz <= %(now)s
        )
    )
RETURNING start;

-- name: write_user_report
-- Keep a report.
UPDATE user_reports
SET body = %(body)s::jsonb, made_at = %(now)s
WHERE user_id = %(user_id)s AND span = %(span)s AND start = %(start)s;

-- name: write_server_report
-- Keep everybody's report, and whom it names.
UPDATE server_reports
SET body = %(body)s::jsonb, made_at = %(now)s, user_ids = %(user_ids)s
WHERE span = %(span)s AND start = %(start)s;

-- name: remove_user_report
-- Remove a report of a time in which nothing is left.
DELETE FROM user_reports
WHERE user_id = %(user_id)s AND span = %(span)s AND start = %(start)s;

-- name: remove_server_report
-- Remove everybody's report of a time in which nothing is left.
DELETE FROM server_reports WHERE span = %(span)s AND start = %(start)s;

-- name: list_user_reports
-- A person's reports, the latest first.
SELECT span, start, made_at, body -> 'total' AS total
FROM user_reports
WHERE user_id = %(user_id)s
    AND body IS NOT NULL
    AND (%(span)s::text IS NULL OR span = %(span)s)
    AND (%(after_start)s::date IS NULL OR (start, span) < (%(after_start)s, %(after_span)s::text))
ORDER BY start DESC, span DESC
LIMIT %(limit)s;

-- name: list_server_reports
-- Everybody's reports, the latest first; the running year is none yet.
SELECT span, start, made_at, body -> 'total' AS total
FROM server_reports
WHERE body IS NOT NULL
    AND (body #>> '{period,end}')::timestamptz <= made_at
    AND (%(span)s::text IS NULL OR span = %(span)s)
    AND (%(after_start)s::date IS NULL OR (start, span) < (%(after_start)s, %(after_span)s::text))
ORDER BY start DESC, span DESC
LIMIT %(limit)s;

-- name: find_user_report
-- A person's report.
SELECT made_at, body
FROM user_reports
WHERE user_id = %(user_id)s AND span = %(span)s AND start = %(start)s AND body IS NOT NULL;

-- name: find_server_report
-- Everybody's report.
SELECT made_at, body
FROM server_reports
WHERE span = %(span)s AND start = %(start)s AND body IS NOT NULL;

-- name: forget_person
-- Remove a person's reports, and the bodies of everybody's that name this person.
WITH own AS (
    DELETE FROM user_reports WHERE user_id = %(user_id)s
)
UPDATE server_reports
SET body = NULL, made_at = NULL, user_ids = '{}', due = true
WHERE user_ids @> ARRAY[%(user_id)s::uuid];

-- name: forget_user_days
-- Forget the days of people that are no longer reported one by one.
DELETE FROM user_reports WHERE span = 'day' AND start < %(before)s;

-- name: forget_server_days
-- Forget everybody's.
DELETE FROM server_reports WHERE span = 'day' AND start < %(before)s;

-- name: renew_user_reports
-- Have people's reports made anew.
UPDATE user_reports SET due = true WHERE NOT due;

-- name: renew_server_reports
-- Have everybody's reports made anew.
UPDATE server_reports SET due = true WHERE NOT due;
