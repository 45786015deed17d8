-- name: describe_item
-- What an item is called: as sessions tell it, else as its library does.
SELECT content_type, title, show_title, artist, channel_title
FROM (
    SELECT content_type, title, show_title, artist, channel_title, 0 AS source
    FROM item_statistics
    WHERE content_id = %(key)s
    UNION ALL
    SELECT content_type, title, show_title, artist, NULL, 1
    FROM library_items
    WHERE id = %(key)s
) AS known
ORDER BY source
LIMIT 1;

-- name: describe_group
-- What a group is called: as sessions tell it, else as a library does that has something of it.
SELECT content_type, title, NULL AS show_title, NULL AS artist, NULL AS channel_title
FROM (
    SELECT content_type, title, 0 AS source, sessions
    FROM group_statistics
    WHERE kind = %(kind)s AND key = %(key)s
    UNION ALL
    SELECT
        content_type,
        CASE %(kind)s
            WHEN 'artist' THEN artist
            WHEN 'album' THEN album
            ELSE coalesce(show_title, title)
        END,
        1,
        0
    FROM library_items
    WHERE CASE %(kind)s
        WHEN 'show' THEN show_id
        WHEN 'season' THEN show_id || ':' || season_number
        WHEN 'artist' THEN artist
        WHEN 'album' THEN concat_ws(' - ', artist, album)
    END = %(key)s
) AS known
ORDER BY source, sessions DESC
LIMIT 1;

-- name: count_reaches
-- How far the plays came that began in a period.
SELECT reached, completed = 1 AS is_completed, count(*) AS plays
FROM session_facts
WHERE started_at >= %(start)s
    AND started_at < %(end)s
    AND plays = 1
    AND (%(items)s::text[] IS NULL OR content_id = ANY(%(items)s))
    AND (%(works)s::uuid[] IS NULL OR work_id = ANY(%(works)s))
GROUP BY reached, completed;

-- name: count_people
-- How many people played something in a period, and how many completed one item of it again.
SELECT
    count(DISTINCT user_id) AS users,
    count(DISTINCT user_id) FILTER (WHERE completed > 1) AS rewatched_by
FROM (
    SELECT user_id, content_id, sum(completed) AS completed
    FROM session_facts
    WHERE started_at >= %(start)s
        AND started_at < %(end)s
        AND plays = 1
        AND (%(items)s::text[] IS NULL OR content_id = ANY(%(items)s))
        AND (%(works)s::uuid[] IS NULL OR work_id = ANY(%(works)s))
    GROUP BY user_id, content_id
) AS played;

-- name: list_names
-- What people are called.
SELECT user_id, name FROM users WHERE user_id = ANY(%(user_ids)s);
