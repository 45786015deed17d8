"""What libraries hold, counted in the database, equals a plain count of items and files."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

from shared.domain.holdings import Held
from shared.domain.library import HOLDERS, Item, Library, LibraryKind, MediaFile
from shared.domain.scans import ScanKind
from shared.services import scans
from shared.services.holdings import held_by_day
from shared.store import holdings, libraries
from shared.store.holdings import Shelves
from shared.store.libraries import Scan
from tests.integration.library.shelf import NOW, tell, unique

LIBRARIES = ("a", "b", "c")
FIRST = date(2026, 3, 1)
PROPERTIES = ("resolution", "video_codec", "audio_channels")
Shelf = dict[str, Sequence[Item]]

files = st.builds(
    MediaFile,
    id=st.sampled_from(["1", "2"]),
    path=st.sampled_from([None, "/x", "/y", "/z"]),
    size_bytes=st.sampled_from([None, 10, 300]),
    resolution=st.sampled_from([None, "1080p"]),
    video_codec=st.sampled_from([None, "hevc"]),
    audio_channels=st.sampled_from([None, 6]),
)
items = st.builds(
    Item,
    id=st.sampled_from(["1", "2", "3"]),
    original_id=st.just("o"),
    content_type=st.sampled_from(["movie", "music_track", "music_album", "qar.scene"]),
    title=st.just("T"),
    duration_ms=st.sampled_from([None, 60_000]),
    files=st.lists(files, max_size=2, unique_by=lambda file: file.id).map(tuple),
)
shelves = st.fixed_dictionaries(
    {library: st.lists(items, max_size=4).map(unique) for library in LIBRARIES}
)
chosen = st.builds(
    Shelves,
    libraries=st.sampled_from([None, ("a",), ("a", "b"), ("b", "c")]),
    content_types=st.sampled_from([None, ("movie",)]),
    adult=st.booleans(),
)


def days_later(number: int) -> date:
    return FIRST + timedelta(days=number)


def film(path: str, size_bytes: int) -> Item:
    file = MediaFile("1", path=path, size_bytes=size_bytes)
    return Item("1", "o", "movie", "T", files=(file,))


def counted(shelf: Shelf, which: Shelves) -> dict[str, Held]:
    """Count by content type: items where they are, each file once."""
    found: dict[str, Held] = defaultdict(Held)
    for _, item, _ in kept(shelf, which, with_files=False):
        plays = item.content_type not in HOLDERS
        found[item.content_type] += Held(items=1, duration_ms=plays * (item.duration_ms or 0))
    for _, size, content_type in distinct(shelf, which):
        found[content_type] += Held(files=1, size_bytes=size)
    return dict(found)


def kept(shelf: Shelf, which: Shelves, *, with_files: bool) -> list[tuple[str, Item, Any]]:
    return [
        (library, item, file)
        for library, known in shelf.items()
        for item in known
        for file in (item.files if with_files else (None,))
        if (which.libraries is None or library in which.libraries)
        and (which.content_types is None or item.content_type in which.content_types)
        and (which.adult or not item.content_type.startswith("qar."))
    ]


def distinct(shelf: Shelf, which: Shelves) -> dict[tuple[Any, int, str], list[MediaFile]]:
    """Return files by what makes them one, as each library tells of them."""
    found: dict[tuple[Any, int, str], list[MediaFile]] = defaultdict(list)
    for library, item, file in kept(shelf, which, with_files=True):
        name = file.path or (library, item.id, file.id)
        found[name, file.size_bytes or 0, item.content_type].append(file)
    return found


async def live(
    url: str, days: Sequence[tuple[int, Shelf]], whole: Mapping[str, date], which: Shelves
) -> None:
    """Let libraries change from day to day, some days apart, and look back at all of them.

    Args:
        url: of a database.
        days: what libraries hold, and for how many days.
        whole: when some of them were first known whole.
        which: what is asked for.
    """
    async with await AsyncConnection[Any].connect(url, row_factory=dict_row) as connection:
        try:
            day, now, known = FIRST, NOW, dict[date, Shelf]()
            for gap, shelf in days:
                for library, held in shelf.items():
                    await tell(connection, library, held, now=now)
                    now += timedelta(minutes=3)
                for _ in range(2):
                    assert len(await holdings.take_marks(connection)) in (0, len(LIBRARIES))
                    await holdings.count_holdings(connection, today=day)
                known |= {day + timedelta(days=number): shelf for number in range(gap + 1)}
                day += timedelta(days=gap)
            await compare(connection, known, which)
            found = await holdings.list_levels(
                connection, which, whole=whole, first=FIRST, last=day
            )
            assert found == levels(known, whole, which)
        finally:
            await connection.rollback()


async def compare(connection: Any, known: Mapping[date, Shelf], which: Shelves) -> None:
    asked = sorted(known)
    found = await held_by_day(connection, which, asked, by="content_type")
    for day, shelf in known.items():
        assert found[day] == counted(shelf, which)
    for name in PROPERTIES:
        by_value = await held_by_day(connection, which, asked, by="value", of=name)
        for day, shelf in known.items():
            assert by_value[day] == described(shelf, which, name)


def described(shelf: Shelf, which: Shelves, name: str) -> dict[str | None, Held]:
    """Count files by a property: the first word of all libraries, also of those not asked for."""
    said = distinct(shelf, Shelves(adult=True))
    found: dict[str | None, Held] = defaultdict(Held)
    for key in distinct(shelf, which):
        _, size, content_type = key
        words = {str(value) for file in said[key] if (value := getattr(file, name)) is not None}
        if name == "audio_channels" or not content_type.startswith("music"):
            found[min(words, default=None)] += Held(files=1, size_bytes=size)
    return dict(found)


def levels(known: Mapping[date, Shelf], whole: Mapping[str, date], which: Shelves) -> list[int]:
    """Go back from what there is by what libraries that are there grew by while they were known."""
    days = sorted(known)
    there = {library for library, _, _ in kept(known[days[-1]], which, with_files=False)}
    told = {
        library: min(
            day
            for day in days
            if any(kept({library: known[day][library]}, which, with_files=False))
        )
        for library in there
    }
    first = {
        library: max(day, min(whole.get(library, day), days[-1])) for library, day in told.items()
    }
    if not first:
        return []
    found = [size_of(known[days[-1]], which, there)]
    for before, day in reversed(list(pairwise(days))):
        if before >= min(first.values()):
            then = {library for library in there if first[library] <= before}
            growth = size_of(known[day], which, then) - size_of(known[before], which, then)
            found.append(found[-1] - growth)
    return found[::-1]


def size_of(shelf: Shelf, which: Shelves, libraries: set[str]) -> int:
    some = {library: held for library, held in shelf.items() if library in libraries}
    return sum(size for _, size, _ in distinct(some, which))


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    days=st.lists(st.tuples(st.integers(0, 3), shelves), min_size=1, max_size=3),
    whole=st.dictionaries(st.sampled_from(LIBRARIES), st.integers(0, 10).map(days_later)),
    which=chosen,
)
# What is left of a first scan that went on, beside a library that is known.
@example(
    days=[
        (1, {"a": [film("/x", 10)], "b": [film("/y", 10)], "c": []}),
        (2, {"a": [film("/x", 300)], "b": [film("/y", 300)], "c": []}),
    ],
    whole={"b": days_later(2)},
    which=Shelves(),
)
def test_whatever_libraries_hold_and_whichever_are_asked_for_each_file_counts_once(
    loop: asyncio.Runner,
    common_url: str,
    days: list[tuple[int, Shelf]],
    whole: dict[str, date],
    which: Shelves,
) -> None:
    loop.run(live(common_url, days, whole, which))


async def test_a_library_is_known_whole_when_its_first_full_scan_has_come_to_its_end(
    connection: AsyncConnection[DictRow],
) -> None:
    async def scan(
        library: str, hours: int, kind: ScanKind = ScanKind.FULL, doubt: str | None = None
    ) -> None:
        begun = await begin(library, hours - 1, kind)
        await scans.finish(connection, begun, doubt=doubt, now=NOW + timedelta(hours=hours))

    async def begin(library: str, hours: int, kind: ScanKind = ScanKind.FULL) -> Scan:
        now = NOW + timedelta(hours=hours)
        known = Library(library, "s", library, library, LibraryKind.MIXED)
        await libraries.add_library(connection, known, said=(), now=now)
        begun = await scans.begin(
            connection, library, kind, last_scan_at=None, now=now, resume=False
        )
        assert begun is not None
        return begun

    await scan("changes", 2, ScanKind.DELTA)
    broken = await begin("resent", 1)
    await scans.abandon(connection, broken, "It broke off.", now=NOW + timedelta(hours=2))
    for hours in (30, 40):
        await scan("resent", hours)
    await scan("doubted", 3, doubt="A line was not understood.")
    for library in ("running", "broken"):
        broken = await begin(library, 1)
    await scans.abandon(connection, broken, "It broke off.", now=NOW + timedelta(hours=2))
    assert await holdings.list_first_scans(connection) == {
        "resent": NOW + timedelta(hours=30),
        "doubted": NOW + timedelta(hours=3),
        "running": None,
        "broken": None,
    }
