-- Files whose item is gone, by paths that no item has any more, as standings were last worked out: what
-- is gone stays, so that to look for them takes longer with each library that is built anew.
CREATE TABLE library_orphans (
    id text NOT NULL,
    library_id text NOT NULL,
    item_id text NOT NULL,
    content_type text NOT NULL,
    title text,
    gone_at timestamptz NOT NULL,
    path text NOT NULL,
    size_bytes bigint
);
