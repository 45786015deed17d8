DROP INDEX library_items_collections;
