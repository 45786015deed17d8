"""What nobody should say: whatever one producer sent, everything else is counted."""

import json
from collections.abc import Callable
from urllib.parse import quote

from shared.domain.statistics.facts import group_key
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
