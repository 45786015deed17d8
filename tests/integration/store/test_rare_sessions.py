"""Sessions that few are like are found without reading all the others."""

from datetime import UTC, datetime

import psycopg
import pytest

from shared.services.session_lists import list_sessions
from shared.store.database import Connection, Database

MANY = 10_000
FILL = """
WITH person AS (
    INSERT INTO users (user_id, name, first_seen_at, last_active_at)
    VALUES (uuidv7(), 'ada', now(), now())
    RETURNING user_id
)
INSERT INTO analytics_sessions (user_id, id, version, last_seen_at, progress_ms, watched_ms,
    paused_ms, buffered_ms, state, source, session_key, started_at, stopped_at, end_reason,
    network_since, content_type, content_id, server_id, library_id, platform, stream_type)
SELECT user_id, uuidv7(), 1, now(), 0, 0, 0, 0, 'stopped', 'test', n::text, now(), now(), 'stopped',
    now(), CASE WHEN rare THEN 'audiobook' ELSE 'movie' END, 'm1',
    CASE WHEN rare THEN 'cabin' ELSE 'main' END, CASE WHEN rare THEN 'tapes' ELSE 'films' END,
    CASE WHEN rare THEN 'Roku' ELSE 'tvOS' END,
    CASE WHEN n = 1 THEN NULL WHEN rare THEN 'unknown' ELSE 'direct_play' END
FROM person
CROSS JOIN LATERAL (SELECT n, n <= 3 AS rare FROM generate_series(1, %(many)s) AS n) AS made
"""
SCANS = """
SELECT sum(s.idx_scan)::integer AS scans
FROM pg_inherits AS i
JOIN pg_stat_user_indexes AS s ON s.indexrelid = i.inhrelid
WHERE i.inhparent = 'analytics_sessions_rare'::regclass
"""


@pytest.mark.parametrize(
    ("name", "rare", "common"),
    [
        ("server_id", "cabin", "main"),
        ("library_id", "tapes", "films"),
        ("content_type", "audiobook", "movie"),
        ("platform", "Roku", "tvOS"),
        ("stream_type", "unknown", "direct_play"),
    ],
)
async def test_what_is_rare_is_looked_for_where_it_can_be(
    database: Database, database_url: str, name: str, rare: str, common: str
) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(FILL, {"many": MANY})
        connection.execute("VACUUM ANALYZE analytics_sessions")

    async def scans(connection: Connection) -> int:
        row = await (await connection.execute(SCANS)).fetchone()
        return 0 if row is None else row["scans"]

    async def read(connection: Connection, value: str) -> int:
        await connection.execute("SELECT pg_stat_force_next_flush()")
        return len(await list_sessions(connection, {name: value, "limit": 5}, datetime.now(UTC)))

    async def found(value: str) -> int:
        return await database.run(lambda connection: read(connection, value))

    assert await found(common) == 5
    assert await database.run(scans) == 0
    assert await found(rare) == 3
    assert await database.run(scans) > 0
