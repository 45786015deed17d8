-- name: add_use
-- Add to what a subject used of a window, and tell how much that is by now.
INSERT INTO request_counts (subject, window_start, used)
VALUES (%(subject)s, %(window_start)s, %(used)s)
ON CONFLICT (subject, window_start) DO UPDATE SET used = request_counts.used + excluded.used
RETURNING used;

-- name: forget
-- Forget windows that are over.
DELETE FROM request_counts WHERE window_start < %(before)s;
