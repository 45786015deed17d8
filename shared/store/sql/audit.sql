-- name: add_entry
-- Add an entry to the chain. Who adds the next one waits until this is committed, or undone.
WITH link AS (
    UPDATE audit_chain
    SET number = number + 1, hash = sha256(hash || %(digest)s::bytea)
    RETURNING number, hash
)
INSERT INTO audit_log (id, at, actor, action, subject, details, number, salt, seal, hash)
SELECT %(id)s, %(at)s, %(actor)s, %(action)s, %(subject)s, %(details)s::jsonb, number, %(salt)s,
    %(seal)s, hash
FROM link;

-- name: list_entries
-- Entries, latest first; every filter is optional.
SELECT *
FROM audit_log
WHERE (%(actor)s::text IS NULL OR actor = %(actor)s)
    AND (%(action)s::text IS NULL OR starts_with(action, %(action)s))
    AND (%(subject)s::text IS NULL OR subject = %(subject)s)
    AND (%(start)s::timestamptz IS NULL OR at >= %(start)s)
    AND (%(end)s::timestamptz IS NULL OR at < %(end)s)
    AND (%(after_at)s::timestamptz IS NULL OR (at, id) < (%(after_at)s, %(after_id)s::uuid))
ORDER BY at DESC, id DESC
LIMIT %(limit)s OFFSET %(offset)s;

-- name: count_entries
-- How many entries list_entries would list.
SELECT count(*) AS entries
FROM audit_log
WHERE (%(actor)s::text IS NULL OR actor = %(actor)s)
    AND (%(action)s::text IS NULL OR starts_with(action, %(action)s))
    AND (%(subject)s::text IS NULL OR subject = %(subject)s)
    AND (%(start)s::timestamptz IS NULL OR at >= %(start)s)
    AND (%(end)s::timestamptz IS NULL OR at < %(end)s);

-- name: find_end
-- The end of the chain.
SELECT number, hash FROM audit_chain;

-- name: list_chained
-- Entries of the chain in its order, after one and up to another.
SELECT number, id, at, action, actor, subject, details, salt, seal, hash
FROM audit_log
WHERE number > %(after)s AND number <= %(last)s
ORDER BY number
LIMIT %(limit)s;

-- name: count_unchained
-- How many entries are from before there was a chain.
SELECT count(*) AS entries FROM audit_log WHERE number IS NULL;
