"""Pages of items and groups, and every kind of media in its own list."""

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from shared.store.database import Connection, Database
from tests.conftest import Function
from tests.integration.api.conftest import Headers
from tests.integration.api.scenes import SESSIONS, Json, ago, read, start, stop

ADMIN = "/api/v1/admin/analytics"
ADA, BOB = str(UUID(int=7)), str(UUID(int=8))

FILM = {"content_id": "film", "title": "A film", "client_name": "Web", "duration_seconds": 6000}
EPISODE = {
    "content_type": "tvshow_episode",
    "content_id": "e1",
    "title": "One",
    "show_id": "s",
    "show_title": "A show",
    "season_number": 2,
}
TRACK = {
    "content_type": "music_track",
    "content_id": "t1",
    "title": "A song",
    "artist": "A/B",
    "album": "First",
}
PROGRAMME = {
    "content_type": "livetv_program",
    "content_id": "p1",
    "title": "News",
    "channel_id": "c1",
    "channel_title": "One",
}
PAGES = {
    "item": "film",
    "show": "s",
    "season": "s:2",
    "artist": "A/B",
    "album": "A/B - First",
    "track": "t1",
    "channel": "c1",
    "programme": "p1",
}


@pytest.fixture
async def api_with_media(
    api: Function, ingest: Function, functions: Callable[[str], Function]
) -> Function:
    """Give the api after Ada and Bob played one of each kind."""

    async def watch(hours: float, minutes: float, **said: object) -> None:
        at = (datetime.now(UTC) - timedelta(hours=hours)).isoformat()
        session = await start(ingest, started_at=at, event_at=at, **said)
        end = {"event_at": ago(hours * 60 - minutes), "progress_seconds": minutes * 60}
        await ingest.call("POST", f"{SESSIONS}/{session['id']}/stop", json=end)

    await watch(50, 90, user_id=ADA, user_name="ada", stream_type="direct_play", **FILM)
    await watch(40, 10, user_id=BOB, device_id="phone", stream_type="transcode", **FILM)
    await watch(30, 20, user_id=ADA, **EPISODE)
    await watch(28, 3, user_id=ADA, **TRACK)
    await watch(26, 30, user_id=BOB, **PROGRAMME)
    await watch(24, 30, user_id=BOB, content_type="qar.movie", content_id="adult")
    await functions("aggregate_stats").job("/recent")
    return api


async def test_a_page_tells_who_watched_an_item_on_what_and_how_far(
    api_with_media: Function,
) -> None:
    page = await read(api_with_media, f"{ADMIN}/media/item/film")
    assert (page["title"], page["total"]["plays"], page["users"]) == ("A film", 2, 2)
    people = [(person["user_id"], person["plays"]) for person in page["people"]]
    assert (people, page["people"][0]["name"]) == ([(ADA, 1), (BOB, 1)], "ada")
    assert [client["key"] for client in page["clients"]] == ["Web"]
    assert {group["key"] for group in page["stream_types"]} == {"direct_play", "transcode"}
    assert sum(point["plays"] for point in page["trend"]) == 2
    assert page["engagement"] == {
        "abandoned": 1,
        "sampled": 0,
        "engaged": 0,
        "completed": 1,
        "unknown": 0,
        "rewatched_by": 0,
    }
    assert sum(cell["plays"] for cell in page["patterns"]) == 2
    curve = {step["percent"]: step["share"] for step in page["still_watching"]}
    assert (curve[10], curve[20], curve[90], curve[100]) == (1, 0.5, 0.5, 0)


async def test_a_page_counts_adult_content_only_for_callers_who_may_see_it(
    api_with_media: Function,
    ingest: Function,
    functions: Callable[[str], Function],
    legacy_reader: Headers,
) -> None:
    adult = {
        "content_type": "qar.episode",
        "content_id": "x",
        "show_id": "s",
        "show_title": "A show",
    }
    await start(ingest, user_id=BOB, started_at=ago(50), **adult)
    await start(ingest, user_id=ADA, started_at=ago(50), **EPISODE)
    await functions("aggregate_stats").job("/recent")

    async def counted(**asked: Any) -> tuple[int, int, int]:
        page = await read(api_with_media, f"{ADMIN}/media/show/s", **asked)
        plays = sum(page["engagement"].values())
        return page["total"]["plays"], page["users"], plays

    assert await counted() == (2, 1, 2)
    assert await counted(headers=legacy_reader) == (3, 2, 3)


@pytest.mark.parametrize(
    "asked",
    [
        {"users": BOB},
        {"devices": "phone"},
        {"stream_types": "transcode"},
        {"users": [ADA, BOB], "clients": "Web", "devices": "phone", "window": "all"},
    ],
    ids="-".join,
)
async def test_a_page_tells_all_of_it_of_the_sessions_that_filters_let_in(
    api_with_media: Function, asked: Json
) -> None:
    page = await read(api_with_media, f"{ADMIN}/media/item/film", params=asked)
    assert (page["title"], page["total"]["plays"], page["users"]) == ("A film", 1, 1)
    assert [person["user_id"] for person in page["people"]] == [BOB]
    assert [group["key"] for group in page["stream_types"]] == ["transcode"]
    for figures in ("trend", "clients", "device_types", "patterns"):
        assert (figures, sum(each["plays"] for each in page[figures])) == (figures, 1)
    assert (page["engagement"]["abandoned"], page["engagement"]["completed"]) == (1, 0)
    assert {step["share"] for step in page["still_watching"]} == {0, 1}


async def test_a_page_of_what_no_filter_lets_in_has_zeros(api_with_media: Function) -> None:
    for kind, key in PAGES.items():
        page = await read(api_with_media, f"{ADMIN}/media/{kind}/{key}", params={"countries": "SE"})
        assert (kind, page["total"]["sessions"], page["users"]) == (kind, 0, 0)
        assert (page["people"], page["patterns"], page["still_watching"]) == ([], [], [])


async def test_every_kind_of_media_has_a_page(api_with_media: Function) -> None:
    for kind, key in PAGES.items():
        page = await read(api_with_media, f"{ADMIN}/media/{kind}/{key}")
        plays = 2 if kind == "item" else 1
        assert (kind, page["id"], page["total"]["plays"]) == (kind, key, plays)


async def test_what_is_popular_is_told_with_what_it_belongs_to(api_with_media: Function) -> None:
    popular = "/api/v1/analytics/popular"
    for played, belongs in (
        (EPISODE, ("A show", None, None)),
        (TRACK, (None, "A/B", None)),
        (PROGRAMME, (None, None, "One")),
    ):
        asked = {"content_types": played["content_type"]}
        [item] = (await read(api_with_media, popular, params=asked))["data"]
        assert (item["show_title"], item["artist"], item["channel_title"]) == belongs


async def test_what_nobody_knows_or_may_see_has_no_page(api_with_media: Function) -> None:
    for kind, key in [*((kind, "nothing") for kind in PAGES), ("track", "film"), ("item", "adult")]:
        answer = await api_with_media.call("GET", f"{ADMIN}/media/{kind}/{key}")
        assert (kind, key, answer.status_code) == (kind, key, 404)
        assert answer.json()["code"] == "not_found"
    assert (await api_with_media.call("GET", f"{ADMIN}/media/opera/x")).status_code == 422


async def test_what_a_library_has_and_nobody_played_has_zeros(
    api_with_media: Function, database: Database
) -> None:
    async def fill(connection: Connection) -> None:
        await connection.execute(
            "INSERT INTO libraries (id, server_id, original_id, name, kind, first_seen_at)"
            " VALUES ('l', 'main', '1', 'Shows', 'shows', now())"
        )
        await connection.execute(
            "INSERT INTO library_items (library_id, id, original_id, content_type, title, show_id,"
            " show_title, season_number, artist, album, digest, first_seen_at, changed_at)"
            " VALUES ('l', 'new', '2', 'tvshow_episode', 'New', 'ns', 'New show', 1, 'Nobody',"
            " 'Silence', 'd', now(), now())"
        )

    await database.run(fill)
    for kind, key in (
        ("item", "new"),
        ("show", "ns"),
        ("season", "ns:1"),
        ("artist", "Nobody"),
        ("album", "Nobody - Silence"),
    ):
        page = await read(api_with_media, f"{ADMIN}/media/{kind}/{key}")
        assert (kind, page["total"]["sessions"], page["users"]) == (kind, 0, 0)
        assert page["total"]["completion_rate"] is None
        assert (page["trend"], page["people"], page["still_watching"]) == ([], [], [])


CONTENTS = {
    "show": ("s", "s:2", ["e1"]),
    "season": ("s:2", None, ["e1"]),
    "artist": ("A/B", "A/B - First", ["t1"]),
    "album": ("A/B - First", None, ["t1"]),
    "channel": ("c1", None, ["p1"]),
}


async def test_a_group_tells_what_was_played_of_it(api_with_media: Function) -> None:
    for kind, (key, part, items) in CONTENTS.items():
        found = (await read(api_with_media, f"{ADMIN}/contents/{kind}/{key}"))["data"]
        assert [(each["id"], each["part_id"]) for each in found] == [(item, part) for item in items]
        assert [(each["users"], each["plays"]) for each in found] == [(1, 1)]
        assert found[0]["watched_seconds"] > 60
    assert (await read(api_with_media, f"{ADMIN}/contents/show/nobody's"))["data"] == []
    items = await api_with_media.call("GET", f"{ADMIN}/contents/item/film")
    assert items.status_code == 422


async def test_a_group_lists_what_a_library_has_of_it_in_its_own_order(
    api_with_media: Function, database: Database
) -> None:
    async def fill(connection: Connection) -> None:
        await connection.execute(
            "INSERT INTO libraries (id, server_id, original_id, name, kind, first_seen_at)"
            " VALUES ('l', 'main', '1', 'Shows', 'shows', now())"
        )
        await connection.execute(
            "INSERT INTO library_items (library_id, id, original_id, content_type, title, show_id,"
            " season_number, episode_number, digest, first_seen_at, changed_at, gone_at)"
            " SELECT 'l', *, 'd', now(), now(), CASE title WHEN 'Gone' THEN now() END FROM (VALUES"
            " ('s', 's', 'tvshow', 'A show', 's', NULL::integer, NULL::integer),"
            " ('e3', 'e3', 'tvshow_episode', 'Three', 's', 2, 3),"
            " ('e2', 'e2', 'tvshow_episode', 'Two', 's', 2, 2),"
            " ('e0', 'e0', 'tvshow_episode', 'Pilot', 's', 1, 1),"
            " ('e9', 'e9', 'tvshow_episode', 'Gone', 's', 1, 2),"
            " ('x1', 'x1', 'qar.episode', 'Adult', 's', 1, 3),"
            " ('e1', 'e1', 'tvshow_episode', 'One', 's', 2, 1)) AS told"
            " (id, original_id, content_type, title, show_id, season_number, episode_number)"
        )

    await database.run(fill)
    whole = (await read(api_with_media, f"{ADMIN}/contents/show/s"))["data"]
    assert [(each["title"], each["part_id"], each["plays"]) for each in whole] == [
        ("Pilot", "s:1", 0),
        ("One", "s:2", 1),
        ("Two", "s:2", 0),
        ("Three", "s:2", 0),
    ]
    for asked, played in (
        ({"users": ADA}, [0, 1, 0, 0]),
        ({"users": BOB}, [0, 0, 0, 0]),
        ({"devices": "phone"}, [0, 0, 0, 0]),
        ({"countries": "GB", "libraries": ["l", "m"], "servers": "main"}, [0, 0, 0, 0]),
        ({"libraries": "m"}, []),
        ({"servers": "other"}, []),
        ({"content_types": "movie"}, []),
    ):
        found = (await read(api_with_media, f"{ADMIN}/contents/show/s", params=asked))["data"]
        assert (asked, [each["plays"] for each in found]) == (asked, played)
    first = await read(api_with_media, f"{ADMIN}/contents/season/s:2", params={"limit": 1})
    assert [each["title"] for each in first["data"]] == ["One"]
    file = await api_with_media.call("GET", f"{ADMIN}/contents/show/s", params={"format": "csv"})
    assert len(file.text.splitlines()) == 5


async def test_an_album_of_several_artists_is_one_album_of_played_and_unplayed_tracks(
    api: Function, ingest: Function, functions: Callable[[str], Function], database: Database
) -> None:
    at = ago(60)
    said = TRACK | {"artist": "Bob", "album_artist": "Various Artists", "album": "Hits"}
    session = await start(ingest, started_at=at, event_at=at, **said)
    await stop(ingest, session["id"], 55)
    await functions("aggregate_stats").job("/recent")

    async def fill(connection: Connection) -> None:
        await connection.execute(
            "INSERT INTO libraries (id, server_id, original_id, name, kind, first_seen_at)"
            " VALUES ('l', 'main', '1', 'Music', 'music', now())"
        )
        await connection.execute(
            "INSERT INTO library_items (library_id, id, original_id, content_type, title,"
            " parent_id, artist, album, digest, first_seen_at, changed_at)"
            " SELECT 'l', id, id, type, title, parent, artist, album, 'd', now(), now() FROM (VALUES"
            " ('al', 'music_album', 'Hits', 'va', 'Various Artists', 'Hits'),"
            " ('t1', 'music_track', 'A song', 'al', 'Bob', 'Hits'),"
            " ('t2', 'music_track', 'B song', 'al', 'Bob', 'Hits'),"
            " ('t3', 'music_track', 'C song', 'al', 'Carl', 'Hits'),"
            " ('t4', 'music_track', 'D song', NULL, 'Carl', 'Alone'),"
            " ('t5', 'music_track', 'E song', NULL, 'Carl', NULL)"
            ") AS told (id, type, title, parent, artist, album)"
        )

    await database.run(fill)
    hits = "Various Artists - Hits"
    for kind, key, parts in (
        ("album", hits, [("t1", None), ("t2", None), ("t3", None)]),
        ("artist", "Bob", [("t1", hits), ("t2", hits)]),
        ("artist", "Carl", [("t4", "Carl - Alone"), ("t3", hits), ("t5", None)]),
        ("album", "Carl - Alone", [("t4", None)]),
        ("album", "Bob - Hits", []),
        ("album", "Carl", []),
    ):
        found = (await read(api, f"{ADMIN}/contents/{kind}/{key}"))["data"]
        assert (key, [(each["id"], each["part_id"]) for each in found]) == (key, parts)
    for key, status in ((hits, 200), ("Carl - Alone", 200), ("Bob - Hits", 404), ("Carl", 404)):
        page = await api.call("GET", f"{ADMIN}/media/album/{key}")
        assert (key, page.status_code) == (key, status)


async def test_a_file_of_a_group_has_all_of_it(
    api_with_media: Function, database: Database
) -> None:
    async def fill(connection: Connection) -> None:
        await connection.execute(
            "INSERT INTO libraries (id, server_id, original_id, name, kind, first_seen_at)"
            " VALUES ('l', 'main', '1', 'Shows', 'shows', now())"
        )
        await connection.execute(
            "INSERT INTO library_items (library_id, id, original_id, content_type, title, show_id,"
            " season_number, episode_number, digest, first_seen_at, changed_at)"
            " SELECT 'l', n, n, 'tvshow_episode', n, 'serial', 1, n, 'd', now(), now()"
            " FROM generate_series(1, 2001) AS n"
        )

    await database.run(fill)
    path = f"{ADMIN}/contents/show/serial"
    assert len((await read(api_with_media, path))["data"]) == 2_000
    file = await api_with_media.call("GET", path, params={"format": "ndjson"})
    assert len(file.text.splitlines()) == 2_001


async def test_a_group_without_plays_in_a_period_lists_what_a_library_has_alone(
    api_with_media: Function,
) -> None:
    long_ago = {"start": "2020-01-01", "end": "2020-02-01"}
    for kind, (key, _, _) in CONTENTS.items():
        found = await read(api_with_media, f"{ADMIN}/contents/{kind}/{key}", params=long_ago)
        assert found["data"] == []


async def test_every_kind_of_media_has_its_own_list(api_with_media: Function) -> None:
    for asked in ({}, {"window": "all"}, {"order": "least_watched"}, {"window": "year"}):
        lists = await read(api_with_media, f"{ADMIN}/popular", params=asked)
        assert {
            name: [item["id"] for item in found]
            for name, found in lists.items()
            if name != "period"
        } == {
            "movies": ["film"],
            "shows": ["s"],
            "episodes": ["e1"],
            "artists": ["A/B"],
            "albums": ["A/B - First"],
            "tracks": ["t1"],
            "channels": ["c1"],
            "programmes": ["p1"],
        }


@pytest.mark.parametrize("kind", ["csv", "ndjson"])
async def test_what_is_popular_of_each_kind_is_one_table_in_a_file(
    api_with_media: Function, kind: str
) -> None:
    path = f"{ADMIN}/popular"
    file = await api_with_media.call("GET", path, params={"format": kind, "users": ADA})
    rows: list[Json] = (
        list(csv.DictReader(file.text.splitlines()))
        if kind == "csv"
        else [json.loads(line) for line in file.text.splitlines()]
    )
    assert [(row["list"], row["id"], int(row["rank"])) for row in rows] == [
        ("movies", "film", 1),
        ("shows", "s", 1),
        ("episodes", "e1", 1),
        ("artists", "A/B", 1),
        ("albums", "A/B - First", 1),
        ("tracks", "t1", 1),
    ]
    assert "data" not in await read(api_with_media, path)


async def test_a_list_of_other_media_than_asked_for_is_empty(api_with_media: Function) -> None:
    lists = await read(api_with_media, f"{ADMIN}/popular", params={"content_types": "movie"})
    assert (len(lists["movies"]), lists["tracks"], lists["shows"]) == (1, [], [])


async def test_groups_are_on_the_rise_too(api_with_media: Function) -> None:
    for of, key in (("show", "s"), ("artist", "A/B"), ("channel", "c1")):
        rising = await read(api_with_media, "/api/v1/analytics/trending", params={"of": of})
        assert [(item["id"], item["plays"]) for item in rising["data"]] == [(key, 1)]


async def test_players_are_scored_by_what_they_play_directly(
    api: Function, ingest: Function, functions: Callable[[str], Function]
) -> None:
    for number, decision in enumerate(["direct_play"] * 4 + ["transcode", "unknown"]):
        at = (datetime.now(UTC) - timedelta(hours=30 + number)).isoformat()
        said = {"client_name": "Web", "video_codec": "hevc", "stream_type": decision}
        session = await start(
            ingest, user_id=ADA, content_id=f"f{number}", started_at=at, event_at=at, **said
        )
        await stop(ingest, session["id"], (29 + number) * 60)
    await functions("aggregate_stats").job("/recent")
    for asked in ({}, {"tz": "Asia/Kathmandu"}):
        found = await read(api, "/api/v1/analytics/stats/compatibility", params=asked)
        scores: dict[str, Json] = {row["property"]: row for row in found["data"]}
        assert scores.keys() == {"all", "video_codec"}
        hevc = scores["video_codec"]
        assert (hevc["key"], hevc["value"], hevc["sessions"], hevc["direct"]) == (
            "Web",
            "hevc",
            5,
            4,
        )
        assert (hevc["score"], hevc["lower_bound"]) == (80, pytest.approx(37.55, abs=0.01))


async def test_bandwidth_is_told_over_time_if_asked(api_with_media: Function) -> None:
    view = await read(
        api_with_media,
        "/api/v1/analytics/stats/bandwidth",
        params={"by": "user_id", "interval": "day"},
    )
    assert {point["key"] for point in view["series"]} == {ADA, BOB}
    assert sum(point["sessions"] for point in view["series"]) == view["total"]["sessions"]
