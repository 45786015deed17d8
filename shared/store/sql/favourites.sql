-- name: sum_items
-- What was watched of each item in a period, and what it was part of by then. Watch time counts where
-- it was watched. Genres are the item's; of one that has none, those of its album, show or artist.
SELECT
    i.content_id, i.content_type, i.title, g.show_id, t.show_title, g.artist,
    s.plays, s.completed, s.watched_ms,
    coalesce(nullif(own.genres, '{{}}'), holder.genres, '{{}}') AS genres
FROM (
    SELECT
        content_id, work_id,
        coalesce(sum(plays) FILTER (WHERE started_at >= %(start)s), 0)::bigint AS plays,
        coalesce(sum(completed) FILTER (WHERE started_at >= %(start)s), 0)::bigint AS completed,
        sum(
            CASE
                WHEN started_at >= %(start)s AND ended_at <= %(end)s THEN watched_ms
                ELSE (
                    SELECT coalesce(sum(q.ms), 0)
                    FROM unnest(spread) WITH ORDINALITY AS q (ms, n)
                    CROSS JOIN LATERAL (
                        SELECT date_bin(
                            '15 minutes', started_at, timestamptz '1970-01-01 00:00:00+00'
                        ) + (q.n - 1) * interval '15 minutes' AS start
                    ) AS quarter
                    WHERE quarter.start >= %(start)s AND quarter.start < %(end)s
                )
            END
        )::bigint AS watched_ms
    FROM session_facts AS s
    LEFT JOIN stream_facets AS f ON f.id = s.facet_id
    WHERE s.started_at < %(end)s
        AND (
            s.started_at >= %(start)s::timestamptz - interval '1 day'
            OR (s.ended_at - s.started_at > interval '1 day' AND s.ended_at > %(start)s)
        )
        AND {filters}
    GROUP BY content_id, work_id
) AS s
JOIN item_statistics AS i USING (content_id)
CROSS JOIN LATERAL (
    SELECT
        max(key) FILTER (WHERE kind = 'show') AS show_id,
        max(key) FILTER (WHERE kind = 'artist') AS artist
    FROM work_groups
    WHERE work_id = s.work_id
) AS g
CROSS JOIN LATERAL (
    SELECT max(title) AS show_title FROM group_statistics WHERE kind = 'show' AND key = g.show_id
) AS t
LEFT JOIN LATERAL (
    SELECT genres, ARRAY[parent_id, show_id, artist_id] AS holders
    FROM library_items
    WHERE id = i.content_id
    ORDER BY gone_at DESC NULLS FIRST, library_id
    LIMIT 1
) AS own ON true
LEFT JOIN LATERAL (
    SELECT genres
    FROM library_items
    WHERE own.genres = '{{}}' AND id = ANY(own.holders) AND genres <> '{{}}'
    ORDER BY array_position(own.holders, id), gone_at DESC NULLS FIRST, library_id
    LIMIT 1
) AS holder ON true
WHERE s.plays > 0 OR s.watched_ms > 0;
