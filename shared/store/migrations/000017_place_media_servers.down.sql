ALTER TABLE media_servers DROP COLUMN place;
