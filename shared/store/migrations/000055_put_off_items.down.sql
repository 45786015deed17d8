ALTER TABLE dirty_items ADD COLUMN put_off_until timestamptz;

INSERT INTO dirty_items (user_id, content_id, marked_at, put_off_until)
SELECT user_id, content_id, now(), until FROM put_off_items
ON CONFLICT (user_id, content_id) DO NOTHING;

DROP TABLE put_off_items;
