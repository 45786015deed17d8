DROP INDEX library_works_item_id;
CREATE INDEX library_works_item_id ON library_works (item_id);
DROP INDEX library_standings_watched;
CREATE INDEX library_standings_watched ON library_standings (watched_ms, id);
