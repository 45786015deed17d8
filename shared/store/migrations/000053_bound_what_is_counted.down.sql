ALTER TABLE dirty_items DROP COLUMN put_off_until;
DROP FUNCTION group_key(text);
