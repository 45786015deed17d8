-- What kinds of film, series or music an item is. The next full scan fills it.
ALTER TABLE library_items ADD COLUMN genres text[] NOT NULL DEFAULT '{}';
