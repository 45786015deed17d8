DROP FUNCTION parts_of_days(timestamptz, integer[], bigint, text);
