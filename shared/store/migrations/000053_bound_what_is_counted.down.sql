DROP FUNCTION group_key(text);
