"""The statistics of libraries as callers see them."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shared.store import holdings
from shared.store.database import Database
from tests.conftest import Function
from tests.integration.api.test_exporting import rows_of

LIBRARY = "/api/v1/analytics/library"
PAGES = ("overview", "quality", "storage")
Json = dict[str, Any]


def film(number: int, **more: Any) -> Json:
    file = {
        "id": "1",
        "path": f"/films/{number}.mkv",
        "size_bytes": 1_000,
        "resolution": "1080p",
        "video_codec": "h264",
    }
    return {
        "id": f"m{number}",
        "content_type": "movie",
        "title": f"F {number}",
        "duration_ms": 60_000,
        "files": [file | more],
    }


@pytest.fixture
async def tell(functions: Callable[[str], Function]) -> Callable[..., Any]:
    """Return what tells of a library, and has it counted."""

    async def told(library: str, items: list[Json], **parameters: str) -> None:
        answer = await functions("ingest_session").call(
            "POST",
            f"{LIBRARY}/{library}/scans",
            content="\n".join(json.dumps(item) for item in items),
            params={"server_id": f"server of {library}"} | parameters,
            headers={"Content-Type": "application/x-ndjson"},
        )
        assert answer.status_code == 200, answer.text
        job = await functions("aggregate_stats").job("/holdings")
        assert job.status_code == 200, job.text

    return told


async def ask(api: Function, page: str, **parameters: Any) -> Json:
    answer = await api.call("GET", f"{LIBRARY}/{page}", params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_overview_says_what_there_is_and_how_that_grew(
    api: Function, tell: Callable[..., Any]
) -> None:
    await tell("films", [film(number) for number in range(3)])
    seen = await ask(api, "overview", window="week")
    assert seen["total"] == {
        "items": 3,
        "files": 3,
        "size_bytes": 3_000,
        "duration_seconds": 180.0,
    }
    assert [part["content_type"] for part in seen["content_types"]] == ["movie"]
    assert [(one["library_id"], one["items"]) for one in seen["libraries"]] == [("films", 3)]
    [today] = seen["data"]
    assert (today["items_change"], today["size_change_bytes"]) == (3, 3_000)


@pytest.mark.parametrize(
    "holder", ["tvshow", "tvshow_season", "music_artist", "music_album", "collection"]
)
async def test_what_holds_others_adds_nothing_to_how_long_these_play(
    api: Function, tell: Callable[..., Any], holder: str
) -> None:
    held: Json = film(9) | {"content_type": holder, "duration_ms": 6_000_000, "files": []}
    await tell("mixed", [film(1), film(2), held])
    seen = await ask(api, "overview")
    assert (seen["total"]["items"], seen["total"]["duration_seconds"]) == (3, 120.0)
    played = {one["content_type"]: one["duration_seconds"] for one in seen["content_types"]}
    assert played == {"movie": 120.0, holder: 0.0}
    for parts in ("libraries", "data"):
        assert sum(one["duration_seconds"] for one in seen[parts]) == 120.0


async def test_a_file_in_two_libraries_counts_once_in_all_and_once_in_each(
    api: Function, tell: Callable[..., Any]
) -> None:
    await tell("a", [film(1), film(2)])
    await tell("b", [film(2), film(3)])
    assert (await ask(api, "overview"))["total"]["size_bytes"] == 3_000
    assert (await ask(api, "storage"))["total"]["size_bytes"] == 3_000
    for chosen in ({"libraries": "a"}, {"servers": "server of b"}):
        assert (await ask(api, "overview", **chosen))["total"]["size_bytes"] == 2_000
    answer = await api.call("GET", "/api/v1/analytics/libraries")
    assert [one["size_bytes"] for one in answer.json()["data"]] == [2_000, 2_000]


async def test_of_days_to_come_nothing_is_known(api: Function, tell: Callable[..., Any]) -> None:
    await tell("films", [film(1)])
    today = datetime.now(UTC).date()
    for page in ("overview", "quality"):
        for interval in ("day", "month"):
            asked = {"interval": interval, "start": today - timedelta(days=1)}
            seen = await ask(api, page, **asked, end=today + timedelta(days=99))
            assert [(one["day"], one["files"]) for one in seen["data"]] == [(today.isoformat(), 1)]
        begins = today + timedelta(days=1)
        seen = await ask(api, page, start=begins, end=begins + timedelta(days=9))
        assert seen["data"] == []
        assert page == "quality" or (seen["total"]["files"], seen["content_types"]) == (0, [])


async def test_adult_content_counts_in_libraries_for_those_who_may_see_it(
    api: Function, tell: Callable[..., Any], legacy_reader: dict[str, str]
) -> None:
    await tell("films", [film(1), film(2) | {"content_type": "qar.scene"}])
    await tell("scenes", [film(3) | {"content_type": "qar.scene"}])
    key = legacy_reader["Authorization"].removeprefix("Bearer ")
    for headers, films, scenes in (({}, 1, 0), (legacy_reader, 2, 1)):
        answer = await api.call("GET", "/api/v1/analytics/libraries", headers=headers)
        assert [
            (one["id"], one["items"], one["files"], one["size_bytes"])
            for one in answer.json()["data"]
        ] == [("films", films, films, films * 1_000), ("scenes", scenes, scenes, scenes * 1_000)]
        asked = {"cmd": "get_libraries"} | ({"apikey": key} if headers else {})
        told = (await api.call("GET", "/api/v2", params=asked, headers=headers)).json()
        assert [one["count"] for one in told["response"]["data"]] == [films, scenes]


async def test_quality_tells_what_files_are_like(api: Function, tell: Callable[..., Any]) -> None:
    await tell("films", [film(1), film(2, resolution="4k"), film(3), film(4, resolution=None)])
    seen = await ask(api, "quality", window="day")
    assert [(one["value"], one["files"], one["share_of_files"]) for one in seen["data"]] == [
        ("1080p", 2, 0.5),
        (None, 1, 0.25),
        ("2160p", 1, 0.25),
    ]
    codecs = (await ask(api, "quality", window="day", by="video_codec"))["data"]
    assert [one["value"] for one in codecs] == ["h264"]


async def test_storage_is_foreseen_from_fourteen_days_of_growth_on(
    api: Function, tell: Callable[..., Any], database: Database
) -> None:
    await tell("films", [film(1)])
    foreseen = (await ask(api, "storage"))["data"]
    assert [(one["days"], one["status"]) for one in foreseen] == [
        (30, "not_enough_data"),
        (90, "not_enough_data"),
        (365, "not_enough_data"),
    ]
    await grow(database, days=40)
    for one in (await ask(api, "storage"))["data"]:
        assert one["status"] == "ok"
        assert one["low_bytes"] <= one["expected_bytes"] <= one["high_bytes"]
        assert one["expected_bytes"] == 1_000 * (39 + one["days"])


async def grow(
    database: Database,
    library: str = "films",
    *,
    days: int,
    files: int = 0,
    content_type: str = "movie",
    until: int = 0,
    at_first: int | None = None,
) -> None:
    """Pretend that a file came each day until today, or some days ago, when the library went.

    Its first full scan is held to have ended on the first of these days, if none of others did.

    Args:
        database: where that is written, in place of all that is known of the library.
        library: which one.
        days: of which something is known.
        files: that were there on the first of these.
        content_type: of the files.
        until: how many days ago it went; 0: it is there.
        at_first: how many files the first scan had found by the end of the first day; all, if not
            said.
    """
    today = datetime.now(UTC).date()

    async def work(connection: Any) -> None:
        await connection.execute(
            "DELETE FROM library_stats_daily WHERE libraries = %s AND content_type = %s",
            ([library], content_type),
        )
        for number in range(days):
            since: date = today - timedelta(days=until + days - 1 - number)
            ended = since + timedelta(days=1) if since < today else "infinity"
            held = files + number if number or at_first is None else at_first
            await connection.execute(
                "INSERT INTO library_stats_daily VALUES ('all', %s, %s, '', %s, %s, 0, %s, %s, 0)",
                ([library], content_type, since, ended, held, held * 1_000),
            )
        first = datetime.combine(today - timedelta(days=until + days - 1), time(12), UTC)
        await connection.execute(
            "UPDATE library_scans SET finished_at = least(finished_at, %s) WHERE library_id = %s",
            (first, library),
        )

    await database.run(work)


async def end_first_scan(database: Database, library: str, at: datetime | None) -> None:
    """Pretend that the first full scan of a library ended at some time, or goes on."""

    async def work(connection: Any) -> None:
        await connection.execute(
            "UPDATE library_scans SET finished_at = %s, state = %s WHERE library_id = %s",
            (at, "done" if at else "running", library),
        )

    await database.run(work)


async def foreseen(api: Function, **parameters: Any) -> list[tuple[str, int | None]]:
    """Return what is expected in 30, 90 and 365 days, and whether enough is known for that."""
    data = (await ask(api, "storage", **parameters))["data"]
    return [(one["status"], one["expected_bytes"]) for one in data]


TOO_LITTLE = [("not_enough_data", None)] * 3


async def test_what_a_library_held_before_it_was_known_is_no_growth(
    api: Function, tell: Callable[..., Any], database: Database
) -> None:
    await tell("films", [film(1)])
    await tell("late", [film(2)])
    await grow(database, days=200)
    await grow(database, "late", days=4, files=1_000_000)
    assert await foreseen(api, libraries="late") == TOO_LITTLE
    assert await foreseen(api, servers="server of late") == TOO_LITTLE
    alone = await foreseen(api, libraries="films")
    assert alone == [("ok", 1_000 * (199 + days)) for days in (30, 90, 365)]
    # Both grew by a file a day, films all the time and the late one on three days.
    drift = 1_000 * (199 + 3) / 199
    both = await ask(api, "storage")
    for one in both["data"]:
        assert one["expected_bytes"] == round(1_000_202_000 + one["days"] * drift)
        assert one["high_bytes"] < 1_001_000_000
    # What was there is still shown as it was.
    course = (await ask(api, "overview", window="all"))["data"]
    assert [one["files"] for one in course[-5:]] == [195, *(1_000_196 + 2 * n for n in range(4))]


@pytest.mark.parametrize(
    ("days_ago", "at"),
    [(38, time(0, 20)), (39, time(23, 59, 30))],
    ids=["on the next day", "too late to be counted on that day"],
)
async def test_a_first_scan_that_crosses_midnight_is_no_growth(
    api: Function, tell: Callable[..., Any], database: Database, days_ago: int, at: time
) -> None:
    await tell("films", [film(1)])
    await grow(database, days=40, files=36_000_000, at_first=3_600_000)
    day = datetime.now(UTC).date() - timedelta(days=days_ago)
    await end_first_scan(database, "films", datetime.combine(day, at, UTC))
    assert await foreseen(api) == [("ok", 1_000 * (36_000_039 + days)) for days in (30, 90, 365)]


async def test_nothing_of_a_library_is_growth_while_its_first_scan_goes_on(
    api: Function, tell: Callable[..., Any], database: Database
) -> None:
    await tell("films", [film(1)])
    await tell("slow", [film(2)])
    await grow(database, days=200)
    await grow(database, "slow", days=20, files=1_000_000)
    await end_first_scan(database, "slow", None)
    assert await foreseen(api, libraries="slow") == TOO_LITTLE
    assert await foreseen(api) == [
        ("ok", 1_000 * (1_000_019 + 199 + days)) for days in (30, 90, 365)
    ]


async def test_content_that_was_not_there_before_is_no_growth_of_its_type(
    api: Function, tell: Callable[..., Any], database: Database
) -> None:
    await tell("mixed", [film(1)])
    await grow(database, "mixed", days=200)
    await grow(database, "mixed", days=4, files=1_000_000, content_type="music_track")
    await grow(database, "mixed", days=100, files=1_000_000, content_type="qar.scene")
    assert await foreseen(api, content_types="music_track") == TOO_LITTLE
    assert (await foreseen(api, content_types="movie"))[0] == ("ok", 1_000 * (199 + 30))


async def test_a_library_that_is_gone_neither_grows_nor_shrinks_what_is_foreseen(
    api: Function, tell: Callable[..., Any], database: Database
) -> None:
    await tell("films", [film(1)])
    await grow(database, "old", days=300, files=1_000_000, until=10)
    await grow(database, days=5)
    assert await foreseen(api) == TOO_LITTLE
    await grow(database, days=100)
    assert await foreseen(api) == [("ok", 1_000 * (99 + days)) for days in (30, 90, 365)]


async def test_a_period_of_all_time_begins_with_the_first_day_of_the_library_asked_for(
    api: Function, tell: Callable[..., Any], database: Database
) -> None:
    await tell("films", [film(1)])
    await tell("late", [film(2)])
    await grow(database, days=200)
    first = datetime.now(UTC).date() - timedelta(days=199)
    for chosen, day in (("films", first), ("late", first + timedelta(days=199))):
        seen = await ask(api, "overview", window="all", libraries=chosen)
        assert seen["period"]["start"].startswith(day.isoformat())


@pytest.mark.parametrize("page", PAGES)
async def test_where_there_is_nothing_the_answer_is_empty(api: Function, page: str) -> None:
    seen = await ask(api, page)
    if page == "storage":
        assert {one["status"] for one in seen.pop("data")} == {"not_enough_data"}
    if "total" in seen:
        assert set(seen["total"].values()) == {0}
    assert not seen.get("data")
    window = {} if page == "storage" else {"window": "all"}
    assert not (await ask(api, page, **window)).get("content_types")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("field", "value"),
    [("libraries", "attic"), ("servers", "moon"), ("content_types", "Film!"), ("colour", "red")],
)
async def test_what_is_not_known_is_refused_by_name(
    api: Function, page: str, field: str, value: str
) -> None:
    answer = await api.call("GET", f"{LIBRARY}/{page}", params={field: value})
    assert answer.status_code == 422
    assert field in {error["field"].partition(".")[0] for error in answer.json()["errors"]}


@pytest.mark.parametrize(
    "parameters",
    [
        {"tz": "Europe/Atlantis"},
        {"window": "fortnight"},
        {"start": "2026-02-01", "end": "2026-01-01"},
        {"start": "1905-01-01"},
        {"start": "1990-01-01", "interval": "day"},
        {"interval": "hour"},
        {"libraries": [str(number) for number in range(101)]},
    ],
    ids=("zone", "window", "backwards", "long", "parts", "hours", "many"),
)
@pytest.mark.parametrize("page", ["overview", "quality"])
async def test_a_time_that_cannot_be_is_refused(
    api: Function, page: str, parameters: dict[str, Any]
) -> None:
    answer = await api.call("GET", f"{LIBRARY}/{page}", params=parameters)
    assert answer.status_code == 422, answer.text


async def test_counting_again_changes_nothing(
    api: Function, tell: Callable[..., Any], database: Database
) -> None:
    await tell("films", [film(number) for number in range(3)])
    before = await ask(api, "overview")
    await tell("films", [film(number) for number in range(3)])
    assert await ask(api, "overview") == before
    assert await database.run(holdings.take_marks) == []


async def work_out(functions: Callable[[str], Function]) -> None:
    job = await functions("aggregate_stats").job("/standings")
    assert job.status_code == 200, job.text


async def test_copies_are_listed_with_what_they_would_give_back(
    api: Function, tell: Callable[..., Any], functions: Callable[[str], Function]
) -> None:
    small, large = film(1, size_bytes=600), film(1, path="/4k/1.mkv", resolution="2160p")
    await tell("a", [small | {"imdb_id": "tt1"}, film(2)])
    await tell("b", [large | {"imdb_id": "tt1"}, film(3, path="/films/2.mkv")])
    await work_out(functions)
    [found] = (await ask(api, "storage/duplicates", total=True))["data"]
    assert (found["reclaimable_bytes"], found["confidence"]) == (600, "medium")
    assert [copy["resolution"] for copy in found["copies"]] == ["2160p", "1080p"]
    assert (await ask(api, "storage"))["reclaimable_bytes"] == 600
    assert len((await ask(api, "storage/duplicates", libraries="a"))["data"]) == 1
    assert not (await ask(api, "storage/duplicates", content_types="tvshow_episode"))["data"]


async def test_the_same_file_twice_in_one_item_would_give_back_its_size(
    api: Function, tell: Callable[..., Any], functions: Callable[[str], Function]
) -> None:
    twice = film(1, bitrate_kbps=8_000)
    twice["files"].append(twice["files"][0] | {"id": "2", "path": "/films2/1.mkv"})
    await tell("films", [twice])
    await work_out(functions)
    assert (await ask(api, "storage"))["reclaimable_bytes"] == 1_000


async def test_long_lists_are_walked_by_cursor_and_given_as_files(
    api: Function, tell: Callable[..., Any], functions: Callable[[str], Function]
) -> None:
    added = {"added_at": "2020-01-01T00:00:00Z", "title": None}
    films = [film(number, size_bytes=number % 3, path=f"/{number}") for number in range(7)]
    await tell("films", [one | added for one in films])
    await tell("gone", [one | added for one in films])
    await work_out(functions)
    for page in ("storage/stale", "recent", "health/lacking-metadata"):
        seen, cursor = list[tuple[str, str]](), {}
        while True:
            answer = await ask(api, page, limit=3, **cursor)
            seen += [(one["library_id"], one["item_id"]) for one in answer["data"]]
            if answer["page"]["next_cursor"] is None:
                break
            cursor = {"cursor": answer["page"]["next_cursor"]}
        assert len(seen) == len(set(seen)) == 14, page
        file = await api.call("GET", f"{LIBRARY}/{page}", params={"format": "ndjson"})
        rows = [json.loads(line) for line in file.text.splitlines()]
        assert [(row["library_id"], row["item_id"]) for row in rows] == seen


async def test_health_counts_what_is_amiss(
    api: Function, tell: Callable[..., Any], functions: Callable[[str], Function]
) -> None:
    whole = film(1) | {"imdb_id": "tt1", "year": 1998}
    await tell("films", [whole, film(2), film(3) | {"files": []}, film(4)])
    for _ in range(2):
        await tell("films", [whole, film(2), film(3) | {"files": []}])
    await work_out(functions)
    seen = await ask(api, "health")
    assert (seen["items"], seen["lacking_metadata"], seen["without_files"]) == (3, 2, 1)
    assert (seen["orphaned_files"], seen["orphaned_bytes"]) == (1, 1_000)
    [orphan] = (await ask(api, "health/orphaned-files"))["data"]
    assert orphan["path"] == "/films/4.mkv"
    [without] = (await ask(api, "health/without-files"))["data"]
    assert without["item_id"] == "m3"
    lacking = (await ask(api, "health/lacking-metadata"))["data"]
    assert {one["item_id"]: one["lacking"] for one in lacking} == {
        "m2": ["year", "provider_id"],
        "m3": ["year", "provider_id"],
    }


async def test_a_path_that_two_items_had_is_one_orphaned_file_however_it_is_asked_for(
    api: Function,
    tell: Callable[..., Any],
    functions: Callable[[str], Function],
    legacy_reader: dict[str, str],
) -> None:
    kept, left = [film(n) for n in range(5)], ("/films/old.mkv", "/films/older.mkv")
    gone = [film(10 + n, path=left[n % 2], size_bytes=700 + n) for n in range(4)]
    scene = film(20, path=left[0], size_bytes=900) | {"content_type": "qar.scene"}
    for films, scenes in ((kept + gone, [film(30), scene]), *[(kept, [film(30)])] * 2):
        await tell("films", films)
        await tell("scenes", scenes)
    await work_out(functions)
    for asked, headers, expected in (
        ({}, {}, (2, 702 + 703)),
        ({}, legacy_reader, (2, 900 + 703)),
        ({"libraries": "films"}, legacy_reader, (2, 702 + 703)),
        ({"libraries": "scenes"}, legacy_reader, (1, 900)),
        ({"content_types": "movie"}, legacy_reader, (2, 702 + 703)),
    ):
        answer = await api.call("GET", f"{LIBRARY}/health", params=asked, headers=headers)
        seen = answer.json()
        assert (asked, (seen["orphaned_files"], seen["orphaned_bytes"])) == (asked, expected)
    first = await ask(api, "health/orphaned-files", limit=1)
    second = await ask(api, "health/orphaned-files", limit=1, cursor=first["page"]["next_cursor"])
    listed = [(one["path"], one["size_bytes"]) for one in first["data"] + second["data"]]
    assert sorted(listed) == [(left[0], 702), (left[1], 703)]
    assert second["page"]["next_cursor"] is None


@pytest.mark.parametrize("by", ["item", "show", "library"])
@pytest.mark.parametrize("window", ["month", "all"])
async def test_what_nobody_watched_is_worth_nothing(
    api: Function,
    tell: Callable[..., Any],
    functions: Callable[[str], Function],
    by: str,
    window: str,
) -> None:
    told = {"content_type": "tvshow_episode", "show_id": "s", "show_title": "Night Ferry"}
    await tell("films", [film(1) | told])
    await work_out(functions)
    [row] = (await ask(api, "storage/roi", by=by, window=window, order="worst"))["data"]
    assert (row["rank"], row["size_bytes"], row["hours_per_gb"]) == (1, 1_000, 0)


@pytest.mark.parametrize("order", ["best", "worst"])
async def test_what_is_worth_alike_is_told_in_one_order_whatever_the_period(
    api: Function,
    tell: Callable[..., Any],
    functions: Callable[[str], Function],
    order: str,
) -> None:
    await tell("films", [film(n, size_bytes=1_000 + n // 3) for n in range(9)])
    await work_out(functions)
    of_all_time, of_a_month = [
        [row["id"] for row in (await ask(api, "storage/roi", window=window, order=order))["data"]]
        for window in ("all", "month")
    ]
    assert len(of_all_time) == 9
    assert of_all_time == of_a_month


@pytest.mark.parametrize("kind", ["csv", "ndjson"])
@pytest.mark.parametrize(
    "asked",
    [
        {"page": "watch/items"},
        {"page": "storage/roi", "window": "month"},
        {"page": "storage/roi", "window": "all"},
        {"page": "storage/roi", "window": "month", "by": "show"},
        {"page": "storage/roi", "window": "all", "by": "show"},
    ],
    ids="-".join,
)
async def test_a_file_of_a_ranking_has_every_row_whatever_their_number(
    api: Function,
    tell: Callable[..., Any],
    functions: Callable[[str], Function],
    kind: str,
    asked: dict[str, str],
) -> None:
    episodes = {"content_type": "tvshow_episode", "season_number": 1, "episode_number": 1}
    shows = (film(n) | episodes | {"show_id": f"s{n}", "show_title": f"S {n}"} for n in range(501))
    await tell("shows", list(shows))
    await work_out(functions)
    page, query = asked["page"], {name: asked[name] for name in asked if name != "page"}
    answer = await api.call("GET", f"{LIBRARY}/{page}", params={**query, "format": kind})
    rows = rows_of(answer.text, kind)
    assert len({row["title"] for row in rows}) == 501
    assert [int(row["rank"]) for row in rows] == list(range(1, 502))
    listed = (await ask(api, page, **query, limit="500"))["data"]
    assert [row["title"] for row in rows[:500]] == [row["title"] for row in listed]


@pytest.mark.parametrize(
    "page",
    [
        "storage/duplicates",
        "storage/stale",
        "storage/stale/sums",
        "storage/roi",
        "recent",
        "health",
        "health/lacking-metadata",
        "health/without-files",
        "health/orphaned-files",
    ],
)
async def test_lists_of_nothing_are_empty_and_unknown_libraries_refused(
    api: Function, page: str
) -> None:
    assert (await ask(api, page))["data"] == []
    answer = await api.call("GET", f"{LIBRARY}/{page}", params={"libraries": "attic"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "libraries")


@pytest.fixture
async def watched(functions: Callable[[str], Function], tell: Callable[..., Any]) -> None:
    """Have somebody watch three episodes of one library in a row, and half a film of another."""
    shows = [
        film(number)
        | {
            "content_type": "tvshow_episode",
            "show_id": "s",
            "show_title": "Night Ferry",
            "season_number": 1,
            "episode_number": number,
        }
        for number in (1, 2, 3)
    ]
    await tell("shows", shows)
    await tell("films", [film(9)])
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(days=3)
    for number, (library, item) in enumerate([*(("shows", one) for one in shows), ("films", None)]):
        start = began + number * timedelta(minutes=40)
        told = {
            "source": "test",
            "session_key": str(number),
            "user_id": "ada",
            "library_id": library,
            "content_type": "movie",
            "content_id": "m9",
            "ip_address": "10.0.0.1",
            "duration_seconds": 1_800,
        }
        if item is not None:
            told |= {key: item[key] for key in item if key not in ("id", "files", "duration_ms")}
            told |= {"content_id": item["id"]}
        events = [
            told | {"event": "start", "event_at": start.isoformat(), "progress_seconds": 0},
            told
            | {
                "event": "stop",
                "event_at": (start + timedelta(minutes=28 if item else 10)).isoformat(),
                "progress_seconds": 28 * 60 if item else 600,
            },
        ]
        answer = await functions("ingest_session").call(
            "POST", "/api/v1/analytics/sessions/batch", json={"events": events}
        )
        assert answer.status_code in (200, 207), answer.text
    assert (await functions("aggregate_stats").job("/recent")).status_code == 200
    await work_out(functions)


@pytest.mark.usefixtures("watched")
async def test_watching_is_told_by_library_month_weekday_and_hour(api: Function) -> None:
    seen = await ask(api, "watch", tz="Asia/Kathmandu")
    assert (seen["total"]["plays"], seen["total"]["completed"]) == (4, 3)
    assert seen["binges"] == {
        "binges": 1,
        "users": 1,
        "episodes": 3,
        "longest": 3,
        "watched_seconds": 3 * 28 * 60.0,
    }
    known = seen["engagement"]
    assert (known["completed"], known["sampled"], known["rewatched_by"]) == (3, 1, 0)
    for parts in ("months", "weekdays", "hours", "data"):
        assert sum(one["plays"] for one in seen[parts]) == 4
    for library, plays in (("shows", 3), ("films", 1)):
        only = await ask(api, "watch", libraries=library)
        assert only["total"]["plays"] == plays
        assert only["engagement"]["completed"] == only["total"]["completed"]
        assert sum(one["plays"] for one in only["data"]) == plays
    assert (await ask(api, "watch", window="all"))["total"]["plays"] == 4


@pytest.mark.usefixtures("watched")
async def test_what_libraries_are_good_for_of_all_time_begins_with_the_first_play(
    api: Function,
) -> None:
    known = {
        row["library_id"]: row for row in (await ask(api, "storage/roi", by="library"))["data"]
    }
    assert known["shows"]["watched_seconds"] == 3 * 28 * 60.0
    ever = await ask(api, "storage/roi", by="library", window="all")
    assert {row["library_id"]: row for row in ever["data"]} == known


# It is never the same day in both, whatever the time.
EAST, WEST = "Pacific/Kiritimati", "Etc/GMT+12"


async def test_all_time_of_libraries_is_a_time_where_their_first_day_has_not_begun(
    functions: Callable[[str], Function],
    tell: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ANALYTICS_TIMEZONE", EAST)
    await tell("films", [film(1)])
    for page in ("overview", "quality"):
        asked = {"window": "all", "tz": WEST}
        period = (await ask(functions("api"), page, **asked))["period"]
        assert (page, period["start"] < period["end"]) == (page, True)


@pytest.mark.parametrize(("own", "asked"), [(EAST, WEST), (WEST, EAST)], ids=["behind", "ahead"])
@pytest.mark.parametrize("interval", ["day", "week", "month"])
async def test_today_is_the_last_part_of_what_libraries_hold_wherever_it_is_asked_from(
    functions: Callable[[str], Function],
    tell: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    *,
    own: str,
    asked: str,
    interval: str,
) -> None:
    monkeypatch.setenv("ANALYTICS_TIMEZONE", own)
    await tell("films", [film(1), film(2)])
    today = datetime.now(ZoneInfo(own)).date().isoformat()
    yesterday = datetime.now(ZoneInfo(asked)).date() - timedelta(days=1)
    for when in ({"window": "day"}, {"window": "week"}, {"window": "all"}, {"start": yesterday}):
        said = {**when, "tz": asked, "interval": interval}
        seen = await ask(functions("api"), "overview", **said)
        [library] = seen["libraries"]
        for figure, value in seen["total"].items():
            assert (said, value) == (said, library[figure])
        [part] = seen["data"]
        assert (part["day"], part["items"], part["items_change"]) == (today, 2, 2)
        [part] = (await ask(functions("api"), "quality", **said))["data"]
        assert (part["day"], part["files"]) == (today, 2)


@pytest.mark.usefixtures("watched")
async def test_binges_are_listed_with_whose_and_what(api: Function) -> None:
    [binge] = (await ask(api, "watch/binges", total=True))["data"]
    assert (binge["show_title"], binge["library_id"], binge["episodes"]) == (
        "Night Ferry",
        "shows",
        3,
    )
    assert (await ask(api, "watch/binges", libraries="films"))["data"] == []


@pytest.mark.usefixtures("watched")
async def test_what_was_watched_is_worth_its_room_and_not_stale_under_another_id(
    api: Function, tell: Callable[..., Any], functions: Callable[[str], Function]
) -> None:
    most, least = [
        [one["item_id"] for one in (await ask(api, "watch/items", order=order))["data"]]
        for order in ("most", "least")
    ]
    assert (most[-1], least[0], sorted(most)) == ("m9", "m9", ["m1", "m2", "m3", "m9"])
    [library, _] = (await ask(api, "storage/roi", by="library"))["data"]
    assert library["id"] == "shows"
    assert library["watched_seconds"] == 3 * 28 * 60
    [show] = (await ask(api, "storage/roi", by="show"))["data"]
    assert show["hours_per_gb"] == pytest.approx(1.4 / 3e-6)
    old = film(9) | {"id": "new id", "added_at": "2020-01-01T00:00:00Z"}
    unknown = film(10) | {"added_at": "2020-01-01T00:00:00Z"}
    await tell("films", [old, unknown], kind="delta")
    await work_out(functions)
    stale = (await ask(api, "storage/stale"))["data"]
    assert [one["item_id"] for one in stale] == ["m10"]
    for never, items in (("false", {"new id", "m10"}), ("true", {"m10"})):
        found = await ask(api, "storage/stale", days=1, never=never, total="true")
        assert {one["item_id"] for one in found["data"]} == items
        assert found["page"]["total"] == len(items)
    [sums] = (await ask(api, "storage/stale/sums", days=1))["data"]
    assert sums == {
        "content_type": "movie",
        "items": 2,
        "size_bytes": 2_000,
        "never_played": 1,
        "never_played_bytes": 1_000,
    }


@pytest.mark.usefixtures("watched")
async def test_of_all_time_a_library_is_worth_also_what_was_watched_before_it_was_scanned(
    api: Function,
) -> None:
    for window in ("week", "all"):
        seen = await ask(api, "storage/roi", by="library", window=window)
        assert {one["id"]: one["watched_seconds"] for one in seen["data"]} == {
            "shows": 3 * 28 * 60,
            "films": 600,
        }, window
    assert seen["period"] == (await ask(api, "watch", window="all"))["period"]


@pytest.mark.parametrize("page", ["watch", "watch/binges", "watch/items"])
async def test_where_nothing_was_watched_the_answer_is_empty(api: Function, page: str) -> None:
    assert (await ask(api, page))["data"] == []
    answer = await api.call("GET", f"{LIBRARY}/{page}", params={"servers": "moon"})
    assert answer.status_code == 422
