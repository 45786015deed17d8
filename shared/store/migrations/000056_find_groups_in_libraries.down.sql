DROP INDEX library_items_album;
DROP INDEX library_items_artist;
DROP INDEX library_items_show;
