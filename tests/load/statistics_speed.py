"""`make bench-stats`: how long statistics take to be asked for, and to be kept.

    python -m tests.load.statistics_speed [--town] [--sessions N] [--keep FOLDER] [--output FOLDER]

Two years of a household: 1,000,000 sessions of 50 people and 5,000 items; with --town, 10,000,000
of 100,000 people and 200,000 items, which takes an hour and 60 GB of disk. Each question is asked
20 times over HTTP of the real api function. Starts a PostgreSQL of its own and removes it; with
--keep it stays in a folder, and the next run with that folder asks at once: it makes and counts
nothing but late events.
"""

import sys
import time
from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from statistics import median

import httpx
import psycopg

from shared.services.rollups import roll_up_changes
from shared.store.database import Database
from tests.load.history import HOUSEHOLD, TOWN, Size, make_day, person
from tests.load.household import fill, holds
from tests.load.report import Report, say, table
from tests.load.runs import parser_of, run_alone
from tests.load.service import Place, served
from tests.load.usage import family, pss_mebibytes

CALLS = 20
NEW_SESSIONS = 1_000_000
_LATE = 20
_SESSIONS = "/api/v1/analytics/sessions"
_STATS = "/api/v1/analytics/stats"
_ADMIN = "/api/v1/admin/analytics"
_LIBRARY = "/api/v1/analytics/library"

# What Tautulli 2.17 (SQLite) took for a million rows on a machine of this size, in seconds.
_TAUTULLI = {
    "history page": 16.7,
    "history of a user": 1.2,
    "history of a day": 1.1,
    "history, deep page": 14.7,
    "history, words of a title": 6.9,
    "home, 30 days": 2.3,
    "home, all time": 33.0,
    "plays by date, 365 days": 1.5,
    "by hour of day, 365 days": 1.8,
    "users": 4.4,
    "concurrency, 30 days": 0.5,
}


@dataclass(frozen=True, slots=True)
class NewDay:
    """What the sessions of one more day take.

    Attributes:
        sessions: how many.
        written: seconds in which SQL alone makes and writes them, one lot after the other: it says
            how fast the machine is.
        counted: seconds to count them.
    """

    sessions: int
    written: float
    counted: float


@dataclass(frozen=True, slots=True)
class Kept:
    """What it takes to keep statistics.

    Attributes:
        late: seconds to count one late event, the median.
        rebuilt: seconds to count everything anew; only where all was made in this run.
        new: what a new day took; likewise.
    """

    late: float
    rebuilt: float | None = None
    new: NewDay | None = None


def questions(now: datetime) -> Mapping[str, tuple[str, dict[str, str]]]:
    """Return what is asked: a path and its parameters."""
    day = (now - timedelta(days=40)).date()
    midnight, next_midnight = (f"{d}T00:00:00Z" for d in (day, day + timedelta(days=1)))
    year = {"start": str((now - timedelta(days=364)).date())}
    some_user = str(person(7))
    return {
        "history page": (_SESSIONS, {"limit": "25"}),
        "history of a user": (_SESSIONS, {"limit": "25", "user_id": some_user}),
        "history of a day": (_SESSIONS, {"limit": "25", "start": midnight, "end": next_midnight}),
        "history, deep page": (_SESSIONS, {"limit": "25", "offset": "50000"}),
        "history, words of a title": (_SESSIONS, {"limit": "25", "search": "item 471"}),
        "history of a network": (_SESSIONS, {"limit": "25", "network": "81.2.69.0/24"}),
        "map, 30 days": ("/api/v1/analytics/map", {"zoom": "5"}),
        "home, 30 days": (f"{_ADMIN}/overview", {"window": "month"}),
        "home, all time": (f"{_ADMIN}/overview", {"window": "all"}),
        "plays by date, 365 days": (f"{_STATS}/daily", year),
        "by hour of day, 365 days": (f"{_STATS}/patterns", {"window": "year"}),
        "watch time of a user": (f"{_SESSIONS}/user/{some_user}", {"window": "month"}),
        "users": (f"{_ADMIN}/users", {"window": "all"}),
        "libraries": (f"{_STATS}/plays", {"window": "all", "by": "library_id"}),
        "library table": (f"{_LIBRARY}/watch/items", {"order": "least"}),
        "library, health": (f"{_LIBRARY}/health", {}),
        "library, duplicates": (f"{_LIBRARY}/storage/duplicates", {}),
        "library, stale": (f"{_LIBRARY}/storage/stale", {}),
        "library, hours per GB, 30 days": (f"{_LIBRARY}/storage/roi", {"window": "month"}),
        "library, hours per GB, all time": (f"{_LIBRARY}/storage/roi", {"window": "all"}),
        "library, watched, 30 days": (f"{_LIBRARY}/watch", {"window": "month"}),
        "library, watched, all time": (f"{_LIBRARY}/watch", {"window": "all"}),
        "one library, watched, all time": (
            f"{_LIBRARY}/watch",
            {"window": "all", "libraries": "library 1"},
        ),
        "library, binges": (f"{_LIBRARY}/watch/binges", {"window": "all"}),
        "streams, 30 days": (f"{_STATS}/streams", {"window": "month"}),
        "popular, 30 days": ("/api/v1/analytics/popular", {"window": "month"}),
        "concurrency, 30 days": (f"{_STATS}/concurrency", {"window": "month", "interval": "day"}),
    }


async def measure(place: Place, size: Size) -> Report:
    """Fill, count, ask, and count what is late and what is new; fill nothing that was filled."""
    now = datetime.now(UTC)
    database = Database(place.settings)
    await database.open()
    try:
        rebuilt = None
        if holds(place, "session_facts"):
            await roll_up_changes(database, place.settings)
        else:
            rebuilt = await fill(place, database, size, now=now)
        taken, memory = await _ask(place, now)
        late = await _seconds_of_late_events(place, database)
        new = None
        if rebuilt is not None:
            new = await _seconds_of_new_day(place, database, size, now)
    finally:
        await database.close()
    return compose(size, taken, memory, Kept(late, rebuilt, new))


async def _ask(place: Place, now: datetime) -> tuple[dict[str, list[float]], float]:
    """Ask everything; return the seconds that each call took, and the function's memory."""
    taken: dict[str, list[float]] = {}
    headers = {"Authorization": f"Bearer {place.key}"}
    async with (
        served(place, workers=1, name="api") as function,
        httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{function.port}", headers=headers, timeout=120
        ) as client,
    ):
        for name, (path, parameters) in questions(now).items():
            say(f"statistics: asking for {name}")
            await client.get(path, params=parameters)
            taken[name] = [await _call(client, path, parameters) for _ in range(CALLS)]
        return taken, pss_mebibytes(family(function.pid))


async def _call(client: httpx.AsyncClient, path: str, parameters: dict[str, str]) -> float:
    began = time.perf_counter()
    (await client.get(path, params=parameters)).raise_for_status()
    return time.perf_counter() - began


async def _seconds_of_late_events(place: Place, database: Database) -> float:
    """Correct sessions of the past, one at a time, and count each."""
    taken: list[float] = []
    for number in range(_LATE):
        with psycopg.connect(place.superuser_url, autocommit=True) as connection:
            connection.execute(
                "WITH late AS (UPDATE analytics_sessions SET stopped_at = stopped_at - interval"
                " '1 minute', last_seen_at = last_seen_at - interval '1 minute',"
                " watched_ms = greatest(0, watched_ms - 60000)"
                " WHERE session_key = %s AND stopped_at > started_at + interval '1 minute'"
                " RETURNING user_id, content_id)"
                " INSERT INTO dirty_items SELECT user_id, content_id, now() FROM late",
                (f"session-{1 + number * 1_000}",),
            )
        began = time.perf_counter()
        await roll_up_changes(database, place.settings)
        taken.append(time.perf_counter() - began)
    return median(taken)


async def _seconds_of_new_day(
    place: Place, database: Database, size: Size, now: datetime
) -> NewDay:
    """Count the sessions of one more day."""
    new = min(NEW_SESSIONS, size.sessions)
    say(f"statistics: {new:,} new sessions of one day")
    began = time.perf_counter()
    with psycopg.connect(place.superuser_url, autocommit=True) as connection:
        make_day(connection, replace(size, sessions=new), day=now - timedelta(days=1))
    written = time.perf_counter()
    while (await roll_up_changes(database, place.settings))["items"]:
        pass
    return NewDay(new, written - began, time.perf_counter() - written)


def compose(size: Size, taken: Mapping[str, Sequence[float]], memory: float, kept: Kept) -> Report:
    """Make the report of what was measured."""
    rows = [
        [
            name,
            f"{median(calls) * 1e3:,.1f}",
            f"{_p95(calls) * 1e3:,.1f}",
            f"{_TAUTULLI[name] * 1e3:,.0f}" if name in _TAUTULLI else "",
        ]
        for name, calls in taken.items()
    ]
    body = (
        f"{size.sessions:,} sessions of {size.users:,} people and {size.items:,} items in two"
        f" years, {CALLS} calls each over HTTP of the api function with one worker, whose memory"
        f" is {memory:,.0f} MiB after it. Beside it what Tautulli 2.17 (SQLite) took for a million"
        " rows on a machine of this size, at 6 GB of memory, measured apart from this run; a light"
        " call waits there up to 6 s beside a heavy one.\n\n"
        + table(["ms", "median", "p95", "Tautulli, 1 million"], rows)
        + _keeping(kept)
    )
    word = "town" if size == TOWN else "household"
    figures = {f"{_slug(name)}_p95_ms": _p95(calls) * 1e3 for name, calls in taken.items()}
    figures |= {"api_memory_mib": memory, "late_event_s": kept.late}
    if kept.rebuilt is not None:
        figures["rebuild_s"] = kept.rebuilt
    if kept.new is not None:
        figures |= {"new_day_s": kept.new.counted, "new_day_written_s": kept.new.written}
    title = f"Statistics over {size.sessions:,} sessions"
    file = "stats-town" if size == TOWN else "stats"
    return Report(f"statistics-{word}", file, title, body, figures)


def _keeping(kept: Kept) -> str:
    rows = [["one late event", f"{kept.late:.3f}"]]
    if kept.rebuilt is not None:
        rows.append(["everything counted anew", f"{kept.rebuilt:,.1f}"])
    if kept.new is not None:
        new = f"{kept.new.sessions:,} new sessions of one day"
        rows.append([f"{new}, made and written by SQL alone", f"{kept.new.written:,.1f}"])
        rows.append([f"{new}, counted", f"{kept.new.counted:,.1f}"])
    return "\n\n" + table(["keeping", "seconds"], rows)


def _p95(calls: Sequence[float]) -> float:
    return sorted(calls)[round(0.95 * len(calls)) - 1]


def _slug(name: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in name)


async def _measure(place: Place, given: Namespace) -> Report:
    size = TOWN if given.town else HOUSEHOLD
    if given.sessions is not None:
        size = replace(size, sessions=given.sessions)
    return await measure(place, size)


def main(arguments: Sequence[str]) -> int:
    """Measure; return the exit code."""
    parser = parser_of("bench-stats", __doc__, keeps=True)
    parser.add_argument("--town", action="store_true", help="ten million sessions")
    parser.add_argument("--sessions", type=int, help="so many instead")
    return run_alone(parser, arguments, _measure)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
