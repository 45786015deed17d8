-- What items are ranked by is read from indexes alone, and in the order that is asked for.
DROP INDEX library_standings_watched;
CREATE INDEX library_standings_watched ON library_standings (watched_ms, size_bytes DESC, id);
DROP INDEX library_works_item_id;
CREATE INDEX library_works_item_id ON library_works (item_id) INCLUDE (work_id);
