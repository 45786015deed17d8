"""What nobody should say: whatever one producer sent, everything else is counted."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import quote
from uuid import UUID

import pytest

from shared.domain.statistics.facts import group_key
from shared.services.rollups import rebuild
from shared.settings import Settings
from shared.store import rollups
from shared.store.database import Connection, Database
from tests.conftest import Function
from tests.integration.api.scenes import ago, read, start, stop

DAY = 24 * 60
STATISTICS = "/api/v1/analytics/stats"
ADMIN = "/api/v1/admin/analytics"


def rare(first: int) -> str:
    """Return a text as long as it may be, of four bytes a character, that cannot be compressed."""
    return "".join(chr(0x20000 + (first + 7919 * number) % 0xA000) for number in range(1_000))


async def test_a_bitrate_that_no_stream_has_stops_no_counting_and_no_answer(
    database: Database, functions: Callable[[str], Function]
) -> None:
    ingest, api = functions("ingest_session"), functions("api")
    for item in ("odd", "strange", "film"):
        began = ago(85 * DAY)
        session = await start(ingest, content_id=item, started_at=began, event_at=began)
        await stop(ingest, session["id"], DAY)

    async def spoil(connection: Connection) -> None:
        await connection.execute(
            "UPDATE analytics_sessions SET bitrate_kbps = 2147483647 WHERE content_id <> 'film'"
        )

    await database.run(spoil)
    counted = await functions("aggregate_stats").job("/recent")
    assert (counted.status_code, counted.json()["items"]) == (200, 3), counted.text
    plays = await read(api, f"{STATISTICS}/plays", params={"window": "year"})
    assert plays["total"]["plays"] == 3


async def test_what_cannot_be_counted_is_put_off_and_stops_nothing_else(
    database: Database,
    settings: Settings,
    functions: Callable[[str], Function],
    capsys: pytest.CaptureFixture[str],
) -> None:
    ingest, api, statistics = map(functions, ("ingest_session", "api", "aggregate_stats"))
    for item in ("a", "b", "c", "odd", "x", "y", "z"):
        session = await start(ingest, content_id=item, user_id=str(UUID(int=7)))
        await stop(ingest, session["id"])

    async def say(kbps: int) -> None:
        await database.run(
            lambda c: c.execute(
                "UPDATE analytics_sessions SET details = jsonb_build_object('bandwidth_kbps', %s)"
                " WHERE content_id = 'odd'",
                [kbps],
            )
        )

    async def mark() -> None:
        odd = [(UUID(int=7), "odd")]
        await database.run(lambda c: rollups.mark_items(c, odd, now=datetime.now(UTC)))

    async def counted() -> tuple[int, int, int]:
        """Return what a run took, the plays there are, and how many items wait."""
        ran = await statistics.job("/recent")
        assert ran.status_code == 200, ran.text
        plays = await read(api, f"{STATISTICS}/plays", params={"window": "month"})
        health = await read(api, "/api/v1/system/health")
        return ran.json()["items"], plays["total"]["plays"], health["dirty_items"]

    await say(10**12)
    assert await counted() == (7, 6, 1)
    assert capsys.readouterr().err.count("item odd cannot be counted") == 1
    assert await counted() == (0, 6, 1)
    await database.run(lambda c: c.execute("UPDATE put_off_items SET until = now()"))
    assert await counted() == (1, 6, 1)
    whole = {"low": UUID(int=0), "high": UUID(int=2**128 - 1)}
    assert await database.run(lambda c: rollups.has_waiting(c, **whole)), "its month is kept"

    await say(8_000)
    await mark()
    assert await counted() == (1, 7, 0)
    assert not await database.run(lambda c: rollups.has_waiting(c, **whole))

    await say(10**12)
    await mark()
    assert await counted() == (1, 7, 1)
    await say(8_000)
    await rebuild(database, settings, tell=lambda _waiting: None)
    assert await counted() == (0, 7, 0)


async def test_names_as_long_as_they_may_be_are_counted_found_and_shown_whole(
    functions: Callable[[str], Function],
) -> None:
    ingest, api = functions("ingest_session"), functions("api")
    artist, album, channel = rare(1), rare(2), rare(3)
    song = {"content_type": "music_track", "artist": artist, "album": album}
    news = {"content_type": "livetv_program", "channel_id": channel, "channel_title": channel}
    for item, said in (("song", song), ("news", news)):
        session = await start(ingest, content_id=item, **said)
        await stop(ingest, session["id"])
    counted = await functions("aggregate_stats").job("/recent")
    assert counted.status_code == 200, counted.text
    for kind, name, key in (
        ("artist", artist, artist),
        ("album", album, f"{artist} - {album}"),
        ("channel", channel, channel),
    ):
        page = await read(api, f"{ADMIN}/media/{kind}/{quote(group_key(key), safe='')}")
        assert (page["title"], page["total"]["plays"]) == (name, 1), kind


async def test_what_a_library_has_by_a_long_name_is_on_the_page_of_who_played_it(
    functions: Callable[[str], Function],
) -> None:
    ingest, api = functions("ingest_session"), functions("api")
    artist, album = rare(1), rare(2)
    tracks = [
        {"id": f"t{number}", "content_type": "music_track", "artist": artist, "album": album}
        for number in range(2)
    ]
    told = await ingest.call(
        "POST",
        "/api/v1/analytics/library/music/scans",
        content=b"".join(json.dumps(track).encode() + b"\n" for track in tracks),
        params={"name": "Music", "holds": "music"},
        headers={"Content-Type": "application/x-ndjson"},
    )
    assert told.status_code == 200, told.text
    for kind, key in (("artist", artist), ("album", f"{artist} - {album}")):
        path = f"{ADMIN}/contents/{kind}/{quote(group_key(key), safe='')}"
        assert len((await read(api, path))["data"]) == 2
