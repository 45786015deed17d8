ALTER TABLE library_items DROP COLUMN genres;
