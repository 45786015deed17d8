-- name: add_use
-- Add to what a subject used of parts of a window, and tell how much that is of all that count.
WITH added AS (
    INSERT INTO request_counts (subject, window_start, used)
    SELECT %(subject)s, part_start, used
    FROM unnest(%(parts)s::timestamptz[], %(used)s::integer[]) AS told (part_start, used)
    ON CONFLICT (subject, window_start) DO UPDATE SET used = request_counts.used + excluded.used
    RETURNING window_start, used
)

SELECT
    window_start AS part_start,
    used
FROM added
UNION ALL
SELECT
    window_start,
    used
FROM request_counts
WHERE subject = %(subject)s
    AND window_start >= %(since)s
    AND window_start <> ALL (%(parts)s::timestamptz[]);

-- name: forget
-- Forget parts of windows that are over.
DELETE FROM request_counts WHERE window_start < %(before)s;
