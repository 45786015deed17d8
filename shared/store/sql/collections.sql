-- name: add_members
-- Name a collection on those items of a library's server that are in it.
UPDATE library_items AS i
SET collections = array_append(i.collections, %(name)s::text)
FROM libraries AS l, libraries AS own
WHERE own.id = %(library_id)s AND l.server_id = own.server_id AND i.library_id = l.id
    AND i.id = ANY (%(item_ids)s) AND NOT i.collections @> ARRAY[%(name)s::text];

-- name: remove_members
-- Name a collection on none of the other items of the server any more.
UPDATE library_items AS i
SET collections = array_remove(i.collections, %(name)s::text)
FROM libraries AS l, libraries AS own
WHERE own.id = %(library_id)s AND l.server_id = own.server_id AND i.library_id = l.id
    AND i.collections <> '{}' AND i.collections @> ARRAY[%(name)s::text]
    AND i.id <> ALL (%(item_ids)s);

-- name: forget_collections
-- Name no collection any more that a library's server does not have, if it is one that has them in
-- a library of their own.
WITH own AS (
    SELECT c.server_id, array_agg(b.title) FILTER (WHERE b.title IS NOT NULL) AS names
    FROM libraries AS l
    JOIN libraries AS c ON c.server_id = l.server_id
        AND c.kind = 'collections' AND c.media_server_id IS NOT NULL
    LEFT JOIN library_items AS b ON b.library_id = c.id AND b.gone_at IS NULL
    WHERE l.id = %(library_id)s
    GROUP BY c.server_id
)
UPDATE library_items AS i
SET collections = ARRAY (
    SELECT c.name
    FROM unnest(i.collections) WITH ORDINALITY AS c (name, place)
    WHERE c.name = ANY (own.names)
    ORDER BY c.place
)
FROM libraries AS l, own
WHERE l.server_id = own.server_id AND i.library_id = l.id AND i.collections <> '{}'
    AND NOT i.collections <@ coalesce(own.names, '{}');
