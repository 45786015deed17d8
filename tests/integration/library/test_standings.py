"""Standings, worked out in the database, equal a plain recomputation from items, files and plays."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

from shared.domain.duplicates import File, duplicates
from shared.domain.identifiers import new_id
from shared.domain.library import Item, MediaFile
from shared.domain.statistics.facts import QUARTER_HOUR
from shared.domain.statistics.period import Period
from shared.domain.works import Entry, keys, works
from shared.services.standings import refresh
from shared.store import people, shelf_lists
from shared.store.holdings import Shelves
from tests.integration.library.shelf import NOW, tell, unique

LIBRARIES = ("a", "b")
WATCHER = UUID(int=(7 << 76) + 1)
DAY = timedelta(days=1)
BEFORE = NOW - 300 * DAY
STALE = NOW - 90 * DAY
MONTH = Period(NOW - 30 * DAY, NOW, ZoneInfo("UTC"))
ALL = Shelves(adult=True)

Shelf = Mapping[str, Sequence[Item]]


@dataclass(frozen=True)
class Viewing:
    """Somebody played an item some days ago, for so many quarter hours."""

    item: str
    days_ago: int
    quarters: int
    is_play: bool


files = st.builds(
    MediaFile,
    id=st.sampled_from(["1", "2"]),
    path=st.sampled_from([None, "/x", "/y", "/z", "/disk/x"]),
    size_bytes=st.sampled_from([None, 10, 300]),
    duration_ms=st.sampled_from([None, 3_600_000, 3_650_000, 7_200_000]),
    resolution=st.sampled_from([None, "1080p"]),
    bitrate_kbps=st.sampled_from([None, 800]),
)
items = st.builds(
    Item,
    id=st.sampled_from(["1", "2", "3", "4", "5"]),
    original_id=st.just("o"),
    content_type=st.sampled_from(["movie", "movie", "tvshow_episode", "music_track"]),
    title=st.sampled_from([None, "Heat", "heat!", "Ronin"]),
    year=st.sampled_from([None, 1995]),
    show_id=st.sampled_from([None, "s"]),
    show_title=st.sampled_from([None, "Night Ferry"]),
    season_number=st.sampled_from([None, 1]),
    episode_number=st.sampled_from([None, 1, 2]),
    artist=st.sampled_from([None, "Low"]),
    album=st.just("I"),
    added_at=st.sampled_from([None, NOW - 91 * DAY, NOW - 89 * DAY]),
    imdb_id=st.sampled_from([None, None, "tt1", "tt2"]),
    tmdb_id=st.sampled_from([None, None, "1", "2"]),
    files=st.lists(files, max_size=2, unique_by=lambda file: file.id).map(tuple),
)
shelves = st.fixed_dictionaries(
    {library: st.lists(items, max_size=6).map(unique) for library in LIBRARIES}
)
viewings = st.lists(
    st.builds(
        Viewing,
        item=st.sampled_from(["1", "2", "3", "4", "5"]),
        days_ago=st.sampled_from([0, 5, 29, 31, 89, 91, 200]),
        quarters=st.integers(1, 5),
        is_play=st.booleans(),
    ),
    max_size=6,
)


async def watch(connection: Any, seen: Sequence[Viewing]) -> None:
    """Note what was watched as the rollups have it."""
    await people.note(connection, [people.Sighting(WATCHER, NOW)])
    of_item: dict[str, list[Viewing]] = defaultdict(list)
    for viewing in seen:
        of_item[viewing.item].append(viewing)
        began = NOW - viewing.days_ago * DAY - viewing.quarters * QUARTER_HOUR
        await connection.execute(
            "INSERT INTO session_facts (user_id, id, content_id, content_type, started_at,"
            " ended_at, spread, watched_ms, plays, completed, paused_ms, buffered_ms, facet_id,"
            " quality_id, place_id, work_id) VALUES (%s, %s, %s, 'movie', %s, %s, %s, %s, %s, 0,"
            " 0, 0, %s, %s, %s, %s)",
            [
                WATCHER,
                new_id(began),
                viewing.item,
                began,
                began + viewing.quarters * QUARTER_HOUR,
                [900_000] * viewing.quarters,
                900_000 * viewing.quarters,
                int(viewing.is_play),
                *[UUID(int=0)] * 4,
            ],
        )
    for item, known in of_item.items():
        await connection.execute(
            "INSERT INTO item_statistics (content_id, content_type, sessions, plays, completed,"
            " watched_ms, users) VALUES (%s, 'movie', %s, %s, 0, %s, 1)",
            [
                item,
                len(known),
                sum(one.is_play for one in known),
                900_000 * sum(one.quarters for one in known),
            ],
        )


class Expected:
    """What is to be found, from what is there, what was there before, and what was watched."""

    def __init__(self, before: Shelf, shelf: Shelf, seen: Sequence[Viewing]) -> None:
        self.here = {(lib, item.id): item for lib, held in shelf.items() for item in held}
        past = {(lib, item.id): item for lib, held in before.items() for item in held}
        self.first_seen = {key: BEFORE if key in past else NOW for key in self.here}
        self.gone = {key: item for key, item in past.items() if key not in self.here}
        entries = [Entry("/".join(key), keys(item)) for key, item in (past | self.here).items()]
        self.work = {name: work for work in works(entries) for name in work}
        self.seen = seen

    def viewings(self, key: tuple[str, str]) -> list[Viewing]:
        ids = {name.partition("/")[2] for name in self.work["/".join(key)]}
        return [one for one in self.seen if one.item in ids]

    def stale(self) -> set[tuple[str, str]]:
        return {
            key
            for key, item in self.here.items()
            if item.files
            and (item.added_at or self.first_seen[key]) <= STALE
            and all(
                NOW - one.days_ago * DAY - one.quarters * QUARTER_HOUR <= STALE
                for one in self.viewings(key)
                if one.is_play
            )
        }

    def roi(self, at_most: int) -> dict[tuple[str, str], float]:
        """Return hours per GB of what ended at most so many days ago."""
        return {
            key: sum(one.quarters for one in self.viewings(key) if one.days_ago <= at_most)
            / 4
            / (size / 1e9)
            for key, item in self.here.items()
            if (size := sum(file.size_bytes or 0 for file in item.files))
        }

    def roi_of_shows(self, at_most: int) -> dict[tuple[str, str], float]:
        """Return the same of shows: what their works were watched, each once, and what they take."""
        shows: dict[tuple[str, str], dict[frozenset[str], float]] = defaultdict(dict)
        sizes: dict[tuple[str, str], int] = defaultdict(int)
        for (library, item_id), item in self.here.items():
            if item.show_id is not None:
                key, name = (library, item.show_id), (library, item_id)
                shows[key][self.work["/".join(name)]] = sum(
                    one.quarters for one in self.viewings(name) if one.days_ago <= at_most
                )
                sizes[key] += sum(file.size_bytes or 0 for file in item.files)
        return {
            key: sum(works.values()) / 4 / (sizes[key] / 1e9)
            for key, works in shows.items()
            if sizes[key]
        }

    def lacking(self) -> dict[tuple[str, str], set[str]]:
        return {key: lack for key, item in self.here.items() if (lack := lacks(item))}

    def orphans(self) -> dict[str, int]:
        """Return paths that no item has any more, and what was there at most."""
        paths = {file.path for item in self.here.values() for file in item.files}
        sizes: dict[str, int] = {}
        for item in self.gone.values():
            for file in item.files:
                if file.path is not None and file.path not in paths:
                    sizes[file.path] = max(sizes.get(file.path, 0), file.size_bytes or 0)
        return sizes

    def duplicates(self) -> list[tuple[int, int, str]]:
        of_work: dict[frozenset[str], list[File]] = defaultdict(list)
        works_of: dict[str | None, set[frozenset[str]]] = defaultdict(set)
        for key, item in sorted(self.here.items()):
            for file in item.files:
                works_of[file.path].add(self.work["/".join(key)])
        for key, item in sorted(self.here.items()):
            work = self.work["/".join(key)]
            of_work[work].extend(
                file_of(key, item, file)
                for file in sorted(item.files, key=lambda file: file.id)
                if file.path is None or len(works_of[file.path]) == 1
            )
        return sorted(
            (len(found.copies), found.reclaimable_bytes, found.confidence)
            for known in of_work.values()
            for found in duplicates(known)
        )


def lacks(item: Item) -> set[str]:
    episode = item.content_type == "tvshow_episode"
    checks = {
        "title": item.title is None,
        "year": item.content_type == "movie" and item.year is None,
        "provider_id": item.content_type != "music_track" and not keys(item).told,
        "show_title": episode and item.show_title is None,
        "episode_number": episode and None in (item.season_number, item.episode_number),
        "artist": item.content_type == "music_track" and item.artist is None,
    }
    return {name for name, is_lacking in checks.items() if is_lacking}


def file_of(key: tuple[str, str], item: Item, file: MediaFile) -> File:
    same = {field.name for field in fields(File)} & {field.name for field in fields(MediaFile)}
    known: dict[str, Any] = {name: getattr(file, name) for name in same} | {
        "size_bytes": file.size_bytes or 0
    }
    alike = None if file.bitrate_kbps is None else str(file.bitrate_kbps)
    return File(
        server_id=f"server of {key[0]}",
        library_id=key[0],
        item_id=key[1],
        dynamic_range=None,
        is_told=bool(keys(item).told),
        description=alike,
        **known,
    )


async def live(url: str, before: Shelf, shelf: Shelf, seen: Sequence[Viewing]) -> None:
    async with await AsyncConnection[Any].connect(url, row_factory=dict_row) as connection:
        try:
            for at, held in ((BEFORE, before), (NOW, shelf)):
                for library in LIBRARIES:
                    await tell(connection, library, held[library], now=at)
            await watch(connection, seen)
            await refresh(connection, now=NOW)
            again = await refresh(connection, now=NOW)
            assert again["changed"] == 0
            await compare(connection, Expected(before, shelf, seen))
        finally:
            await connection.rollback()


async def compare(connection: Any, wanted: Expected) -> None:
    page = ALL.filters() | {"limit": 100}
    name = ("library_id", "item_id")
    stale = {"before": STALE, "never": False}
    rows = await shelf_lists.list_stale(connection, page | stale)
    assert {tuple(row[n] for n in name) for row in rows} == wanted.stale()
    rows = await shelf_lists.list_lacking(connection, page)
    assert {tuple(row[n] for n in name): set(row["lacking"]) for row in rows} == wanted.lacking()
    rows = await shelf_lists.list_without_files(connection, page)
    without = {key for key, item in wanted.here.items() if not item.files}
    assert {tuple(row[n] for n in name) for row in rows} == without
    rows = await shelf_lists.list_orphans(connection, page)
    assert sorted((row["path"], row["size_bytes"] or 0) for row in rows) == sorted(
        wanted.orphans().items()
    )
    counted = await shelf_lists.count_orphans(connection, ALL)
    assert (counted["files"], counted["size_bytes"]) == (
        len(rows), sum(wanted.orphans().values()),
    )  # fmt: skip
    rows = await shelf_lists.list_duplicates(connection, page)
    found = [(len(row["copies"]), row["reclaimable_bytes"], row["confidence"]) for row in rows]
    assert sorted(found) == wanted.duplicates()
    for period, at_most in ((None, 1_000), (MONTH, 29)):
        for of, told, expected in (
            ("item", shelf_lists.tell_items, wanted.roi(at_most)),
            ("show", shelf_lists.tell_shows, wanted.roi_of_shows(at_most)),
        ):
            lots = await shelf_lists.find_worth(
                connection, ALL, period, of=of, worst=False, limit=100
            )
            rows = [row for lot in lots for row in await told(connection, lot)]
            roi = {tuple(row["id"].split(":")): float(row["roi"]) for row in rows}
            assert roi == pytest.approx(expected)
            assert list(roi.values()) == sorted(roi.values(), reverse=True)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=shelves, shelf=shelves, seen=viewings)
def test_what_is_stale_lacking_double_or_worth_it_equals_a_plain_recomputation(
    loop: asyncio.Runner, common_url: str, before: Shelf, shelf: Shelf, seen: list[Viewing]
) -> None:
    loop.run(live(common_url, before, shelf, seen))


async def test_what_is_gone_is_not_read_to_tell_which_files_have_no_item(
    connection: AsyncConnection[DictRow],
) -> None:
    async def reads() -> tuple[int, int]:
        cursor = await connection.execute(
            "SELECT sum(seq_scan)::integer AS whole, sum(idx_scan)::integer AS found"
            " FROM pg_stat_xact_user_tables WHERE relname IN ('library_items', 'library_files')"
        )
        row = await cursor.fetchone()
        assert row is not None
        return row["whole"], row["found"]

    lost = Item("1", "1", "movie", "Heat", files=(MediaFile("1", path="/x", size_bytes=10),))
    kept = Item("2", "2", "movie", "Ronin", files=(MediaFile("1", path="/y", size_bytes=20),))
    for held in ((lost, kept), (kept,)):
        await tell(connection, "a", held)
    await refresh(connection, now=NOW)
    before = await reads()
    rows = await shelf_lists.list_orphans(connection, ALL.filters() | {"limit": 9})
    counted = await shelf_lists.count_orphans(connection, ALL)
    assert [(row["id"], row["path"], row["title"]) for row in rows] == [("a:1:1", "/x", "Heat")]
    assert (counted["files"], counted["size_bytes"]) == (1, 10)
    assert await reads() == before
