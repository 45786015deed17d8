"""Groups are found in libraries without reading all that these have."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from psycopg import AsyncConnection
from psycopg.rows import DictRow

from shared.domain.statistics.period import Period
from shared.domain.statistics.question import Filter
from shared.domain.statistics.titles import TitleKind
from shared.store import media

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MONTH = Period(NOW - timedelta(days=30), NOW, ZoneInfo("UTC"))
FILL = """
WITH library AS (
    INSERT INTO libraries (id, server_id, original_id, name, kind, first_seen_at)
    VALUES ('l', 'main', '1', 'All', 'mixed', now())
)
INSERT INTO library_items (library_id, id, original_id, content_type, title, parent_id, show_id,
    show_title, season_number, episode_number, artist, album, digest, first_seen_at, changed_at)
SELECT 'l', 'e' || n, n, 'tvshow_episode', 'Episode', NULL, 'show:' || n / 20, 'Show ' || n / 20,
    n / 10 % 2, n % 10, NULL, NULL, 'd', now(), now()
FROM generate_series(1, 10000) AS n
UNION ALL
SELECT 'l', 'a' || n, n, 'music_album', 'Album', NULL, NULL, NULL, NULL, NULL, 'Artist ' || n,
    'A - side ' || n, 'd', now(), now()
FROM generate_series(1, 500) AS n
UNION ALL
SELECT 'l', 't' || n, n, 'music_track', 'Track', 'a' || n / 20, NULL, NULL, NULL, NULL,
    'Guest ' || n / 10, 'A - side ' || n / 20, 'd', now(), now()
FROM generate_series(20, 10000) AS n
"""
READ = """
SELECT seq_scan + coalesce(idx_scan, 0) AS scans, seq_scan, seq_tup_read + idx_tup_fetch AS rows
FROM pg_stat_xact_user_tables WHERE relname = 'library_items'
"""


async def reads(connection: AsyncConnection[DictRow]) -> tuple[int, int, int]:
    """Return how often this transaction has read items, all of them at once, and how many."""
    row = await (await connection.execute(READ)).fetchone()
    assert row is not None
    return row["scans"], row["seq_scan"], row["rows"]


@pytest.mark.parametrize(
    ("kind", "key", "title", "items"),
    [
        (TitleKind.SHOW, "show:7", "Show 7", 20),
        (TitleKind.SEASON, "show:7:1", "Show 7", 10),
        (TitleKind.ARTIST, "Guest 33", "Guest 33", 10),
        (TitleKind.ALBUM, "Artist 7 - A - side 7", "A - side 7", 20),
        (TitleKind.SHOW, "nothing", None, 0),
        (TitleKind.SEASON, "nothing", None, 0),
        (TitleKind.ARTIST, "nothing", None, 0),
        (TitleKind.ALBUM, "Guest 14 - A - side 7", None, 0),
    ],
)
async def test_a_group_is_found_without_reading_what_else_libraries_have(
    connection: AsyncConnection[DictRow], kind: TitleKind, key: str, title: str | None, items: int
) -> None:
    await connection.execute(FILL)
    await connection.execute("ANALYZE library_items")
    _, before, rows_before = await reads(connection)
    described = await media.describe(connection, kind, key)
    held = await media.list_contents(connection, MONTH, Filter(), kind, key, limit=None)
    _, after, rows_after = await reads(connection)
    assert (described and described["title"], len(held)) == (title, items)
    assert (after, rows_after - rows_before < 200) == (before, True)


async def test_what_sessions_tell_of_a_group_is_not_looked_for_in_libraries(
    connection: AsyncConnection[DictRow],
) -> None:
    await connection.execute(FILL)
    await connection.execute(
        "INSERT INTO group_statistics VALUES ('show', 'show:7', 'tvshow_episode', 'Told', 1, 1, 0, 0, 1)"
    )
    before = await reads(connection)
    described = await media.describe(connection, TitleKind.SHOW, "show:7")
    assert described is not None
    assert described["title"] == "Told"
    assert await reads(connection) == before
