"""Libraries, read from servers into PostgreSQL."""

import asyncio
import re
import time
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from functions.ingest_session.scanning.scanner import Reader
from shared.domain.identifiers import derived_id
from shared.domain.scans import SUSPICIONS
from shared.services.rollups import roll_up_changes
from tests.servers.household import AT_ONCE, Household
from tests.servers.houses import machine
from tests.servers.machine import Fault, Machine, running
from tests.servers.plex import PlexMachine
from tests.servers.world import FILM, PILOT, SHOW, TRACK, Player, Shelf, Work

DAY = 86_400
LIBRARY, ITEM = "f137a2dd21bbc1b99aa5c0f6bf02a805", "a14941104216969e74a8d87fc7893ad1"
SMALL_PAGES = replace(AT_ONCE, page=10)
BRIEF = Reader(page=20, timeout=1.5, rest=0, shift=1.4)


def many(count: int, **more: Any) -> list[Work]:
    return [replace(FILM, id=str(1_000 + n), title=f"Film {n}", **more) for n in range(count)]


async def present(home: Household) -> set[str]:
    rows = await home.rows("SELECT original_id FROM library_items WHERE gone_at IS NULL")
    return {row["original_id"] for row in rows}


async def scan_of(home: Household, name: str = "Films") -> dict[str, Any]:
    """Return the latest scan of a library."""
    [row] = [row for row in await home.libraries() if row["name"] == name]
    return row


async def test_all_that_a_server_has_is_kept_with_its_files(
    home: Household, server: Machine
) -> None:
    await home.connect(server)
    await home.poll()
    counts = await home.scan()
    assert (counts["finished"], counts["failing"]) == (3, 0)
    rows = {row["name"]: row for row in await home.libraries()}
    assert {name: (row["items"], row["files"]) for name, row in rows.items()} == {
        "Films": (1, 1), "Shows": (4, 2), "Music": (3, 1),
    }  # fmt: skip
    assert {row["scan_state"] for row in rows.values()} == {"done"}
    assert rows["Films"]["size_bytes"] == FILM.size
    [file] = await home.rows(
        "SELECT f.* FROM library_files AS f JOIN library_items AS i"
        " ON (i.library_id, i.id) = (f.library_id, f.item_id) WHERE i.title = %s", FILM.title,
    )  # fmt: skip
    assert (file["path"], file["resolution"], file["video_codec"]) == (FILM.path, "2160p", "hevc")
    [film] = await home.rows("SELECT genres FROM library_items WHERE title = %s", FILM.title)
    assert tuple(film["genres"]) == FILM.genres


async def test_items_have_the_ids_that_sessions_name(home: Household, server: Machine) -> None:
    await home.connect(server)
    await home.poll()
    await home.scan()
    [episode] = await home.rows("SELECT * FROM library_items WHERE original_id = %s", PILOT.id)
    assert episode["id"] == str(derived_id(server.server_id, "item", PILOT.id))
    assert episode["show_id"] == str(derived_id(server.server_id, "item", SHOW.id))
    assert (episode["season_number"], episode["episode_number"]) == (1, 1)
    [track] = await home.rows("SELECT * FROM library_items WHERE original_id = %s", TRACK.id)
    assert (track["artist"], track["album"]) == ("Nina Holm", "Tides")


async def test_sessions_are_of_the_library_that_has_their_item_whether_it_was_read_before_or_after(
    home: Household, server: Machine
) -> None:
    viewer = server.viewers[0]
    server.players = [Player(viewer, "tv", FILM)]
    await home.connect(server)
    await home.poll()
    await home.scan()
    await roll_up_changes(home.context.database, home.context.settings)
    server.players.append(Player(viewer, "phone", PILOT, session="s2"))
    await home.poll()
    names = {row["id"]: row["name"] for row in await home.libraries()}
    assert {
        s.attributes["title"]: names[str(s.attributes["library_id"])] for s in await home.sessions()
    } == {FILM.title: "Films", PILOT.title: "Shows"}
    assert {s.attributes["server_id"] for s in await home.sessions()} == {
        row["server_id"] for row in await home.libraries()
    }


async def test_a_size_that_no_file_has_is_not_known(home: Household, server: Machine) -> None:
    absurd = replace(FILM, id="20462", path="/films/2.mkv", size=2**63 - 1)
    server.shelves[0].works = [FILM, absurd]
    await home.connect(server)
    await home.poll()
    await home.scan()
    sizes = {row["name"]: row["size_bytes"] for row in await home.libraries()}
    assert sizes["Films"] == FILM.size


async def test_two_servers_that_call_all_alike_have_libraries_and_items_of_their_own(
    home: Household,
) -> None:
    attic, loft = machine("jellyfin"), machine("jellyfin")
    loft.server_id = "7c41d884a9c1490f8fd0863e04d75a6a"
    for house, title in ((attic, "One"), (loft, "Other")):
        film = replace(FILM, id=ITEM, title=title)
        house.shelves = [Shelf(LIBRARY, f"Films of {title}", "movie", [film])]
        house.players = [Player(house.viewers[0], f"tv of {title}", film)]
    async with running(attic), running(loft):
        for house in (attic, loft):
            await home.connect(house)
        await home.poll()
        for _ in range(3):
            await home.scan(DAY)
        rows = await home.rows(
            "SELECT l.name, l.server_id, i.id, i.title FROM libraries AS l"
            " JOIN library_items AS i ON i.library_id = l.id"
            " WHERE l.gone_at IS NULL AND l.missing_since IS NULL AND i.gone_at IS NULL"
            " ORDER BY l.name"
        )
    assert [(row["name"], row["server_id"], row["title"]) for row in rows] == [
        ("Films of One", attic.server_id, "One"),
        ("Films of Other", loft.server_id, "Other"),
    ]
    playing = {s.attributes["title"]: s.attributes["content_id"] for s in await home.sessions()}
    assert playing == {row["title"]: row["id"] for row in rows}


async def test_a_library_is_read_page_by_page(home: Household, films: Machine) -> None:
    films.shelves[0].works = many(95)
    assert (await home.scan(reader=SMALL_PAGES))["items"] == 95
    assert len(await present(home)) == 95


async def test_a_scan_goes_on_where_it_broke_off(home: Household, films: Machine) -> None:
    films.shelves[0].works = many(95)
    films.fault, films.fails_after = "half", 5
    assert (await home.scan(reader=SMALL_PAGES))["failing"] == 1
    row = await scan_of(home)
    assert (row["scan_state"], row["scan_total"]) == ("running", 95)
    assert 0 < row["scan_read"] < 95
    assert "no JSON" in row["scan_problem"]
    films.fault = None
    assert (await home.scan(reader=SMALL_PAGES))["finished"] == 1
    starts = [
        int(found) for path in films.asked for found in re.findall(r"type=1&.*Start=(\d+)", path)
    ]
    assert len(starts) == len(set(starts)) + 1, "only the page that failed is asked for again"
    row = await scan_of(home)
    assert (row["scan_state"], row["scan_problem"], row["items"]) == ("done", None, 95)


async def test_after_each_page_a_server_has_a_rest_as_long_as_the_page_took(
    home: Household, films: Machine
) -> None:
    films.shelves[0].works = many(40)
    films.takes = 0.1
    began = time.monotonic()
    await home.scan(reader=replace(SMALL_PAGES, rest=1))
    pages = sum("/all?" in path for path in films.asked)
    assert pages >= 5
    assert time.monotonic() - began >= pages * 2 * films.takes


async def test_a_shift_that_ends_leaves_the_rest_to_the_next(
    home: Household, films: Machine
) -> None:
    films.shelves[0].works = many(30)
    assert (await home.scan(reader=Reader(shift=0)))["finished"] == 0
    assert (await home.scan())["finished"] == 1


async def test_what_is_missing_once_is_not_gone_and_twice_is(
    home: Household, films: Machine
) -> None:
    films.shelves[0].works = many(10)
    await home.scan()
    del films.shelves[0].works[3]
    await home.scan(DAY)
    row = await scan_of(home)
    assert (row["scan_missing"], row["scan_gone"], row["items"]) == (1, 0, 10)
    await home.scan(DAY)
    row = await scan_of(home)
    assert (row["scan_missing"], row["scan_gone"], row["items"]) == (0, 1, 9)
    assert "1003" not in await present(home)


async def test_what_was_missing_once_and_is_back_was_never_away(
    home: Household, films: Machine
) -> None:
    works = films.shelves[0].works = many(10)
    await home.scan()
    films.shelves[0].works = works[1:]
    await home.scan(DAY)
    films.shelves[0].works = works
    await home.scan(DAY)
    films.shelves[0].works = works[1:]
    await home.scan(DAY)
    assert (await scan_of(home))["items"] == 10


async def test_what_was_gone_and_comes_back_is_there_again(home: Household, films: Machine) -> None:
    works = films.shelves[0].works = many(10)
    await home.scan()
    films.shelves[0].works = works[1:]
    for _ in range(2):
        await home.scan(DAY)
    films.shelves[0].works = works
    await home.scan(DAY)
    assert len(await present(home)) == 10


@pytest.mark.parametrize("fault", ["drop", "truncate", "half", "error", "unauthorized", "html"])
async def test_a_scan_that_breaks_off_marks_nothing(
    home: Household, films: Machine, fault: Fault
) -> None:
    films.shelves[0].works = many(40)
    await home.scan()
    for _ in range(4):
        films.fault, films.fails_after = fault, 3
        await home.scan(DAY, SMALL_PAGES)
    missed = await home.rows("SELECT id FROM library_items WHERE missed_by IS NOT NULL")
    assert (missed, len(await present(home))) == ([], 40)


@pytest.mark.parametrize("left", [0, 5, 19])
async def test_suspiciously_few_are_believed_only_when_found_again_and_again(
    home: Household, films: Machine, left: int
) -> None:
    works = films.shelves[0].works = many(40)
    await home.scan()
    films.shelves[0].works = works[:left]
    for _ in range(SUSPICIONS - 1):
        await home.scan(DAY)
        row = await scan_of(home)
        assert (row["scan_state"], row["scan_missing"], row["items"]) == ("suspicious", 0, 40)
        assert f"Only {left} of 40" in row["scan_problem"]
    await home.scan(DAY)
    row = await scan_of(home)
    assert (row["scan_state"], row["scan_missing"], row["items"]) == ("done", 40 - left, 40)


async def test_a_rebuilt_library_with_new_ids_is_taken_as_it_is(
    home: Household, films: Machine
) -> None:
    films.shelves[0].works = many(40)
    await home.scan()
    films.shelves[0].works = [replace(work, id=f"9{work.id}") for work in many(40)]
    await home.scan(DAY)
    await home.scan(DAY)
    assert await present(home) == {f"9{1_000 + n}" for n in range(40)}


async def test_between_full_scans_only_what_changed_is_read(
    home: Household, films: Machine
) -> None:
    films.shelves[0].works = many(40)
    await home.scan()
    later = int(home.now().timestamp()) + 1_000
    films.shelves[0].works[7] = replace(films.shelves[0].works[7], title="New", changed_at=later)
    counts = await home.scan(1_200)
    assert counts["items"] == 1
    row = await scan_of(home)
    assert (row["scan_kind"], row["scan_changed"], row["items"]) == ("delta", 1, 40)
    assert len(await home.rows("SELECT id FROM library_items WHERE title = 'New'")) == 1


@pytest.mark.usefixtures("films")
async def test_nothing_is_read_that_is_not_due(home: Household) -> None:
    await home.scan()
    assert (await home.scan(60))["finished"] == 0
    assert (await home.scan(900))["finished"] == 1


async def test_what_did_not_change_is_not_written_again(home: Household, films: Machine) -> None:
    films.shelves[0].works = many(40)
    await home.scan()
    before = await home.rows("SELECT id, xmin::text, ctid::text FROM library_items ORDER BY id")
    await home.scan(DAY)
    assert (await scan_of(home))["scan_changed"] == 0
    after = await home.rows("SELECT id, xmin::text, ctid::text FROM library_items ORDER BY id")
    assert after == before


async def test_a_file_that_is_replaced_leaves_no_trace_of_the_old(
    home: Household, films: Machine
) -> None:
    await home.scan()
    films.shelves[0].works = [replace(FILM, path="/films/better.mkv", size=9)]
    await home.scan(DAY)
    files = await home.rows("SELECT path, size_bytes FROM library_files")
    assert files == [{"path": "/films/better.mkv", "size_bytes": 9}]


async def test_several_at_once_read_a_library_once(home: Household, films: Machine) -> None:
    films.shelves[0].works = many(60)
    counts = await asyncio.gather(*(home.scan(reader=SMALL_PAGES) for _ in range(3)))
    assert sum(count["items"] for count in counts) == 60
    assert len(await present(home)) == 60


async def test_a_scan_of_whoever_was_killed_is_gone_on_with_after_the_lease(
    home: Household, films: Machine
) -> None:
    films.shelves[0].works = many(60)
    killed = asyncio.create_task(home.scan(reader=replace(SMALL_PAGES, rest=30)))
    await asyncio.sleep(0)
    for _ in range(200):
        if await present(home):
            break
        await asyncio.sleep(0.02)
    killed.cancel()
    await asyncio.gather(killed, return_exceptions=True)
    assert (await home.scan())["finished"] == 0
    assert (await home.scan(130))["finished"] == 1
    assert len(await present(home)) == 60


async def test_an_empty_library_is_scanned_and_empty(home: Household, films: Machine) -> None:
    films.shelves[0].works = []
    assert (await home.scan())["finished"] == 1
    row = await scan_of(home)
    assert (row["scan_state"], row["items"]) == ("done", 0)


async def test_items_without_files_and_titles_of_any_kind_are_kept(
    home: Household, films: Machine
) -> None:
    films.shelves[0].works = [
        replace(FILM, id="1", path=None),
        replace(FILM, id="2", title="é🎬\x00" * 3_000),
        replace(FILM, id="3", title=""),
        replace(FILM, id="4", path="/\ud800/x".encode("utf-8", "replace").decode()),
    ]
    await home.scan()
    assert await present(home) == {"1", "2", "3", "4"}


async def test_a_library_that_is_no_longer_listed_is_gone_after_a_day(
    home: Household, films: Machine
) -> None:
    films.shelves = machine("plex").shelves
    await home.scan()
    del films.shelves[1]
    await home.scan(DAY)
    shows = await scan_of(home, "Shows")
    assert (shows["missing_since"] is not None, shows["gone_at"]) == (True, None)
    await home.scan(DAY + 60)
    assert (await scan_of(home, "Shows"))["gone_at"] is not None
    assert PILOT.id not in await present(home)
    assert FILM.id in await present(home)


async def test_a_server_that_lists_no_library_at_all_is_not_believed(
    home: Household, films: Machine
) -> None:
    await home.scan()
    films.shelves = []
    for _ in range(3):
        await home.scan(DAY + 60)
    row = await scan_of(home)
    assert (row["missing_since"], row["items"]) == (None, 1)


async def totals(home: Household) -> dict[str, tuple[int, bool]]:
    """Return how many items each library has, and whether it is there."""
    rows = await home.libraries()
    return {row["name"]: (row["items"], row["gone_at"] is None) for row in rows}


async def test_what_a_server_had_goes_with_it_and_is_back_when_it_is_added_again(
    home: Household, films: Machine
) -> None:
    films.shelves[0].works = many(30)
    await home.scan()
    [library] = await home.rows("SELECT media_server_id AS server, id FROM libraries")
    await home.disconnect(library["server"])
    assert await totals(home) == {"Films": (0, False)}
    assert await present(home) == set()
    assert len(await home.rows("SELECT id FROM library_items")) == 30, "plays follow works"

    added = await home.connect(films)
    await home.poll()
    assert (await home.scan())["finished"] == 1
    assert await totals(home) == {"Films": (30, True)}
    assert await home.rows("SELECT media_server_id AS server, id FROM libraries") == [
        {"server": added, "id": library["id"]}
    ]


async def test_what_one_server_had_takes_nothing_of_another_with_it(home: Household) -> None:
    attic, loft = machine("jellyfin"), machine("emby")
    async with running(attic, loft):
        removed = await home.connect(attic)
        await home.connect(loft)
        await home.poll()
        await home.scan()
        await home.disconnect(removed)
        rows = await home.libraries()
    gone = {row["server_id"]: row["gone_at"] is not None for row in rows}
    assert gone == {attic.server_id: True, loft.server_id: False}
    assert [row["items"] > 0 for row in rows] == [row["gone_at"] is None for row in rows]


async def test_who_reads_a_server_that_is_taken_away_brings_nothing_back(
    home: Household, films: Machine
) -> None:
    films.shelves[0].works = many(60)
    films.takes = 0.1
    reading = asyncio.create_task(home.scan(reader=SMALL_PAGES))
    for _ in range(200):
        if await present(home):
            break
        await asyncio.sleep(0.02)
    [library] = await home.rows("SELECT media_server_id AS server FROM libraries")
    await home.disconnect(library["server"])
    assert (await reading)["finished"] == 0
    assert await totals(home) == {"Films": (0, False)}
    assert await present(home) == set()


class SlowPlex(PlexMachine):
    """A server that does not manage large pages in time, and takes its time for others."""

    page_takes = 0.0

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        size = int(request.query.get("X-Plex-Container-Size", 0))
        self.fault = "stall" if size > 20 else None
        self.takes = self.page_takes if size else 0
        return await super()._handle(request)


@pytest.fixture
async def slow(home: Household) -> AsyncGenerator[SlowPlex]:
    """Run a server of a hundred films that manages few of them at once, connected."""
    started = SlowPlex("7d1c5f7b2e604a8f93a6c0d4e8b1275f6a3c9d11", "Barn")
    started.shelves = machine("plex").shelves[:1]
    started.shelves[0].works = many(100)
    async with running(started):
        await home.connect(started)
        await home.poll()
        yield started


# Each shift is over with the first answer, or with waiting for one.
IMPATIENT = Reader(page=160, least=5, timeout=0.7, rest=0, shift=0.5)


def sizes(server: Machine) -> list[int]:
    asked = (re.search(r"type=1&.*Container-Size=(\d+)", path) for path in server.asked)
    return [int(found[1]) for found in asked if found]


async def test_a_server_that_does_not_manage_large_pages_is_asked_for_small_ones(
    home: Household, slow: SlowPlex
) -> None:
    assert (await home.scan(reader=replace(AT_ONCE, timeout=0.5)))["finished"] == 1
    assert sizes(slow)[:4] == [500, 125, 31, 20]
    assert len(await present(home)) == 100


async def test_what_a_server_manages_at_once_is_kept_from_shift_to_shift(
    home: Household, slow: SlowPlex
) -> None:
    slow.page_takes = 0.55
    for _ in range(4):
        await home.scan(60, IMPATIENT)
    assert sizes(slow) == [160, 40, 10, 10]
    assert len(await present(home)) == 20


async def test_a_scan_that_gets_on_is_gone_on_with_however_long_it_takes(
    home: Household, slow: SlowPlex
) -> None:
    slow.page_takes = 0.55
    for _ in range(5):
        await home.scan(timedelta(hours=3).total_seconds(), IMPATIENT)
    slow.page_takes = 0
    await home.scan(timedelta(hours=3).total_seconds())
    states = await home.rows("SELECT state, read FROM library_scans ORDER BY id")
    assert states == [{"state": "done", "read": 100}]


async def test_who_asks_again_for_less_stays_the_one_who_scans(
    home: Household, slow: SlowPlex
) -> None:
    patient = asyncio.create_task(home.scan(reader=replace(IMPATIENT, timeout=1, shift=60)))
    for asked in (1, 2, 3):
        for _ in range(500):
            if len(sizes(slow)) >= asked:
                break
            await asyncio.sleep(0.01)
        home.passed += timedelta(seconds=90)
        assert (await home.scan(reader=IMPATIENT))["items"] == 0
    assert (await patient)["finished"] == 1


async def test_a_scan_that_lies_for_hours_is_begun_anew(home: Household, films: Machine) -> None:
    films.shelves[0].works = many(95)
    films.fault, films.fails_after = "half", 5
    await home.scan(reader=SMALL_PAGES)
    films.fault = None
    await home.scan(timedelta(hours=7).total_seconds())
    states = await home.rows("SELECT state FROM library_scans ORDER BY id")
    assert [row["state"] for row in states] == ["abandoned", "done"]
    assert await home.rows("SELECT * FROM library_sightings") == []


@pytest.fixture
async def house(home: Household) -> AsyncGenerator[Machine]:
    """Run a server with three libraries, connected and ready to be read."""
    started = machine("plex")
    async with running(started):
        await home.connect(started)
        await home.poll()
        yield started


async def known(home: Household) -> set[str]:
    rows = await home.rows("SELECT original_id FROM libraries WHERE last_full_at IS NOT NULL")
    return {row["original_id"] for row in rows}


@pytest.mark.parametrize("key", ["1", "2", "3"])
async def test_a_library_that_cannot_be_listed_holds_up_no_other(
    home: Household, house: Machine, key: str
) -> None:
    house.unreadable = {key}
    counts = await home.scan()
    assert (counts["finished"], counts["failing"]) == (2, 1)
    assert await known(home) == {"1", "2", "3"} - {key}
    [row] = [row for row in await home.libraries() if row["scan_problem"]]
    assert "knows nothing" in row["scan_problem"]
    house.unreadable.clear()
    counts = await home.scan()
    assert (counts["finished"], counts["failing"]) == (1, 0)


@pytest.mark.parametrize("key", ["1", "2", "3"])
async def test_a_library_that_takes_up_a_shift_comes_last_in_the_next(
    home: Household, house: Machine, key: str
) -> None:
    house.unreadable, house.is_mute = {key}, True
    for _ in range(3):
        await home.scan(60, BRIEF)
    assert await known(home) == {"1", "2", "3"} - {key}


async def test_of_libraries_that_take_up_a_shift_each_has_its_turn(
    home: Household, house: Machine
) -> None:
    house.unreadable, house.is_mute = {"1", "2", "3"}, True
    for _ in range(3):
        await home.scan(60, BRIEF)
    asked = [path.split("/")[3] for path in house.asked if "/sections/" in path]
    assert sorted(asked) == ["1", "2", "3"]
