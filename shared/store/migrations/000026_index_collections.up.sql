-- Where a server tells what is in a collection, its name is looked for among all items. Most are in
-- none.
CREATE INDEX library_items_collections ON library_items USING gin (collections)
WHERE collections <> '{}';
