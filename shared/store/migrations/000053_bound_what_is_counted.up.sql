-- The key of a show, season, artist, album or channel: what it is called, as long as an index and an
-- address take it; of more its beginning, with what tells it from others.
CREATE FUNCTION group_key(told text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN length(told) <= 500 THEN told
    ELSE left(told, 467) || '~' || md5(told)
END;

UPDATE work_groups SET key = group_key(key) WHERE length(key) > 500;
UPDATE title_months SET key = group_key(key) WHERE length(key) > 500;
UPDATE group_statistics SET key = group_key(key) WHERE length(key) > 500;
UPDATE group_players SET key = group_key(key) WHERE length(key) > 500;

-- A bitrate that no stream has counts as the most that one has; all sums follow.
WITH lowered AS (
    UPDATE session_facts SET bitrate_kbps = 1000000
    WHERE bitrate_kbps > 1000000
    RETURNING id
)
DELETE FROM statistics_zone WHERE EXISTS (SELECT FROM lowered);

-- Until when an item waits that could not be counted.
ALTER TABLE dirty_items ADD COLUMN put_off_until timestamptz;
