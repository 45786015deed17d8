-- Sessions of a server, a library or a platform that few have are not looked for through all history:
-- per 32 pages, a Bloom filter of each says that they are not there. It grows by a few bytes a session,
-- and an update in place (HOT) stays one.
CREATE INDEX analytics_sessions_rare ON analytics_sessions USING brin (
    server_id text_bloom_ops,
    library_id text_bloom_ops,
    content_type text_bloom_ops,
    platform text_bloom_ops,
    stream_type text_bloom_ops
) WITH (pages_per_range = 32, autosummarize = on);
