-- name: people
-- People with what they watched in a period, as a part of the statements below, of which each reads
-- only what it needs. Days, months and years are added up; what only sessions tell is given. Sums are
-- made of numbers that are whole up to 2^53: the sum of a bigint takes memory of its own for each.
WITH counted AS (
    SELECT user_id, content_type, sessions, plays, completed, watched_ms
    FROM user_activity_daily
    WHERE (day >= %(first_day)s AND day < %(first_month)s)
        OR (day >= %(month_after)s AND day < %(day_after)s)
    UNION ALL
    SELECT user_id, content_type, sessions, plays, completed, watched_ms
    FROM user_period_statistics
    WHERE (grain = 'month' AND start >= %(first_month)s AND start < %(first_year)s)
        OR (grain = 'month' AND start >= %(year_after)s AND start < %(month_after)s)
        OR (grain = 'year' AND start >= %(first_year)s AND start < %(year_after)s)
    UNION ALL
    SELECT user_id, content_type, sessions, plays, completed, watched_ms
    FROM user_statistics
    WHERE %(is_ever)s
    UNION ALL
    SELECT user_id, content_type, sessions, plays, completed, watched_ms
    FROM json_to_recordset(%(given)s::json) AS g (
        user_id uuid, content_type text, sessions bigint, plays bigint, completed bigint,
        watched_ms bigint
    )
),
summed AS (
    SELECT
        user_id, sum(sessions::double precision)::bigint AS sessions,
        sum(plays::double precision)::bigint AS plays,
        sum(completed::double precision)::bigint AS completed,
        sum(watched_ms::double precision)::bigint AS watched_ms,
        sum(watched_ms) FILTER (WHERE content_type = 'movie') AS movies_ms,
        sum(watched_ms) FILTER (WHERE content_type = 'tvshow_episode') AS shows_ms,
        sum(watched_ms) FILTER (WHERE content_type = 'music_track') AS music_ms,
        sum(watched_ms) FILTER (WHERE content_type = 'livetv_program') AS live_tv_ms
    FROM counted
    WHERE (%(users)s::uuid[] IS NULL OR user_id = ANY(%(users)s))
        AND (%(content_types)s::text[] IS NULL OR content_type = ANY(%(content_types)s))
        AND (%(adult)s OR content_type NOT LIKE 'qar.%%')
    GROUP BY user_id
),
known AS (
    SELECT
        u.user_id, u.name, u.first_seen_at, u.last_active_at,
        u.archived_at IS NOT NULL AS archived,
        u.archived_at IS NULL AND u.last_active_at <= %(silent_since)s AS dormant,
        coalesce(s.sessions, 0) AS sessions, coalesce(s.plays, 0) AS plays,
        coalesce(s.completed, 0) AS completed, coalesce(s.watched_ms, 0) AS watched_ms,
        CASE
            WHEN s.watched_ms > 0 IS NOT TRUE THEN NULL
            WHEN s.watched_ms * %(week_seconds)s >= %(heavy_ms)s * l.seconds THEN 'heavy'
            WHEN s.watched_ms * %(week_seconds)s >= %(regular_ms)s * l.seconds THEN 'regular'
            ELSE 'light'
        END AS type,
        CASE
            WHEN s.watched_ms > 0 IS NOT TRUE THEN NULL
            WHEN s.movies_ms * 100 >= s.watched_ms * %(taste_percent)s THEN 'movies'
            WHEN s.shows_ms * 100 >= s.watched_ms * %(taste_percent)s THEN 'shows'
            WHEN s.music_ms * 100 >= s.watched_ms * %(taste_percent)s THEN 'music'
            WHEN s.live_tv_ms * 100 >= s.watched_ms * %(taste_percent)s THEN 'live_tv'
            ELSE 'mixed'
        END AS taste
    FROM users AS u
    LEFT JOIN summed AS s USING (user_id)
    CROSS JOIN LATERAL (
        SELECT floor(greatest(
            %(week_seconds)s,
            extract(epoch FROM %(until)s::timestamptz
                - greatest(%(start)s::timestamptz, u.first_seen_at))
        ))::bigint AS seconds
    ) AS l
    WHERE u.merged_into IS NULL
        AND (%(users)s::uuid[] IS NULL OR u.user_id = ANY(%(users)s))
        AND (%(groups)s::text[] IS NULL OR u.groups && %(groups)s)
        AND (%(words)s::text[] IS NULL OR u.user_id IN (
            SELECT coalesce(t.merged_into, t.user_id)
            FROM users AS t
            LEFT JOIN user_accounts AS a USING (user_id)
            WHERE lower(concat_ws(' ', t.name, a.name)) LIKE ALL (%(words)s::text[])
        ))
        AND (%(archived)s::boolean IS NULL OR (u.archived_at IS NOT NULL) = %(archived)s)
),
matched AS (
    SELECT
        *,
        CASE %(order)s
            WHEN 'watched' THEN watched_ms
            WHEN 'plays' THEN plays
            WHEN 'sessions' THEN sessions
            WHEN 'completed' THEN completed
            WHEN 'last_active' THEN (extract(epoch FROM last_active_at) * 1000000)::bigint
            WHEN 'first_seen' THEN (extract(epoch FROM first_seen_at) * 1000000)::bigint
            WHEN 'silent' THEN -(extract(epoch FROM last_active_at) * 1000000)::bigint
            ELSE 0
        END AS number,
        CASE %(order)s WHEN 'name' THEN lower(coalesce(name, '')) ELSE '' END AS label
    FROM known
    WHERE (%(type)s::text IS NULL OR type = %(type)s)
        AND (%(taste)s::text IS NULL OR taste = %(taste)s)
        AND CASE %(activity)s::text
            WHEN 'active' THEN plays > 0
            WHEN 'inactive' THEN plays = 0
            WHEN 'dormant' THEN dormant
            ELSE true
        END
)

-- name: find_people
-- Who is on a page of people in an order.
{people}
SELECT user_id, number
FROM matched
WHERE %(after_id)s::uuid IS NULL
    OR (-number, label, user_id) > (-(%(after_number)s::bigint), %(after_label)s::text, %(after_id)s)
ORDER BY number DESC, label, user_id
LIMIT %(limit)s
OFFSET %(offset)s;

-- name: tell_people
-- What people watched, in an order.
{people}
SELECT * FROM matched ORDER BY number DESC, label, user_id;

-- name: count_people
-- How many people there are.
{people}
SELECT count(*) AS people FROM matched;

-- name: count_some
-- How many people there are, as far as it is worth to count them.
SELECT count(*) AS people FROM (SELECT FROM users LIMIT %(most)s) AS u;

-- name: list_heads
-- Who watched longest, by content type, in each month of the service's zone or of all time.
WITH counted AS MATERIALIZED (
    SELECT DISTINCT content_type
    FROM play_statistics
    WHERE (%(content_types)s::text[] IS NULL OR content_type = ANY(%(content_types)s))
        AND (%(adult)s OR content_type NOT LIKE 'qar.%%')
)
SELECT c.content_type, m.start::date AS start, t.user_id, t.watched_ms, t.rank
FROM counted AS c
CROSS JOIN generate_series(%(first)s::date, %(last)s::date, interval '1 month') AS m (start)
CROSS JOIN LATERAL (
    SELECT h.*, row_number() OVER (ORDER BY h.watched_ms DESC) AS rank
    FROM (
        SELECT user_id, watched_ms
        FROM user_period_statistics
        WHERE grain = 'month' AND start = m.start::date AND content_type = c.content_type
        ORDER BY watched_ms DESC
        LIMIT %(depth)s
    ) AS h
) AS t
WHERE NOT %(is_ever)s AND (%(ranks)s::bigint[] IS NULL OR t.rank = ANY(%(ranks)s))
UNION ALL
SELECT c.content_type, NULL, t.user_id, t.watched_ms, t.rank
FROM counted AS c
CROSS JOIN LATERAL (
    SELECT h.*, row_number() OVER (ORDER BY h.watched_ms DESC) AS rank
    FROM (
        SELECT user_id, watched_ms
        FROM user_statistics
        WHERE content_type = c.content_type
        ORDER BY watched_ms DESC
        LIMIT %(depth)s
    ) AS h
) AS t
WHERE %(is_ever)s AND (%(ranks)s::bigint[] IS NULL OR t.rank = ANY(%(ranks)s));
