-- How far a play came, in per cent of the duration: at the session that it began with. Unknown of
-- live television, of what has no duration, and of plays whose sessions are gone by now.
ALTER TABLE session_facts ADD COLUMN reached smallint CHECK (reached BETWEEN 0 AND 100);
INSERT INTO dirty_items (user_id, content_id, marked_at)
SELECT DISTINCT user_id, content_id, now() FROM analytics_sessions
ON CONFLICT (user_id, content_id) DO NOTHING;
