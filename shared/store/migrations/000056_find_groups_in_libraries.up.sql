-- What libraries have of a show, season, artist or album is found without reading all of them.
CREATE INDEX library_items_show ON library_items (show_id) WHERE show_id IS NOT NULL;
CREATE INDEX library_items_artist ON library_items (group_key(artist)) WHERE artist IS NOT NULL;
CREATE INDEX library_items_album ON library_items (group_key(album)) WHERE album IS NOT NULL;
