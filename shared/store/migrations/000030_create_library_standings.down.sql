DROP TABLE library_standings_run;
DROP TABLE library_duplicates;
DROP TABLE library_shows;
DROP TABLE library_standing_sums;
DROP TABLE library_standings;
DROP TABLE library_works;
DROP INDEX library_files_path;
DROP INDEX library_items_gone;
ALTER TABLE library_items DROP COLUMN title_key, DROP COLUMN provider_keys;
