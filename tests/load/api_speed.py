"""`make bench-api`: how soon lists and details answer when fifty are asked for a second.

    python -m tests.load.api_speed [--sessions N] [--calls N] [--keep FOLDER] [--output FOLDER]

A household of 1,000,000 sessions with thousands of cases, acts and alerts, and the real api
function with one worker. Requests come at fixed times in an order drawn by a fixed seed, whether
the ones before are answered or not, and each is timed from when it was due. First every list and
detail is asked so, then, less often, the figures that programs made for others read. Starts a
PostgreSQL of its own and removes it; with --keep it stays in a folder, the same as
`make bench-stats` fills and asks, and the next run with that folder only asks.
"""

import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from random import Random
from secrets import token_hex
from typing import Any
from urllib.parse import quote

import httpx
import psycopg

from shared.services.rollups import roll_up_changes
from shared.store.database import Database
from tests.load.client import Load, percentile, request
from tests.load.furnishing import REPORTED, act, furnish, make_reports
from tests.load.history import HOUSEHOLD, Size
from tests.load.household import fill, holds
from tests.load.questions import FIGURES, LEFT_OUT, LISTS
from tests.load.report import Report, say, table
from tests.load.runs import parser_of, run_alone
from tests.load.service import Function, Place, served
from tests.load.usage import family, pss_mebibytes

GOAL_MS = 50
RATE = 50
CALLS = 100
FIGURES_RATE = 5
FIGURES_CALLS = 20
_SEED = 7
_WARM_UPS = 2
# From one request of a connection to its next: the function hangs up on one that is idle for 5 s.
_CONNECTION_SECONDS = 0.4

# Whose first entry fills in an id.
_IDS: Mapping[str, str] = {
    "session_id": "/api/v1/analytics/sessions?limit=1",
    "violation_id": "/api/v1/analytics/violations?limit=1",
    "entry_id": "/api/v1/analytics/trusted-entries?limit=1",
    "override_id": "/api/v1/analytics/network-overrides?limit=1",
    "action_id": "/api/v1/analytics/actions?limit=1",
    "rule_id": "/api/v1/analytics/rules",
    "backtest_id": "/api/v1/analytics/backtests?limit=1",
    "channel_id": "/api/v1/notifications/channels",
    "server_id": "/api/v1/admin/sources",
    "erasure_id": "/api/v1/analytics/erasures?limit=1",
}


@dataclass(frozen=True, slots=True)
class Found:
    """What one run gave: the seconds of each call, by question, and the function's memory."""

    lists: Mapping[str, Sequence[float]]
    figures: Mapping[str, Sequence[float]]
    memory_mib: float


class Timed(Load):
    """Load that tells its requests apart."""

    def __init__(self, names: Mapping[bytes, str], *load: Any) -> None:
        super().__init__(*load)
        self._names = names
        self.seconds: dict[str, list[float]] = {name: [] for name in names.values()}

    def note(self, request: bytes, seconds: float) -> None:
        """Count a success, and keep what it took."""
        super().note(request, seconds)
        self.seconds[self._names[request]].append(seconds)


def drawn(requests: Sequence[bytes], calls: int) -> list[bytes]:
    """Return each request so many times, in an order that is the same each time."""
    order = list(requests) * calls
    Random(_SEED).shuffle(order)
    return order


async def measure(place: Place, size: Size, calls: int) -> Found:
    """Fill what is not filled, and ask."""
    database = Database(place.settings)
    await database.open()
    try:
        if not holds(place, "session_facts"):
            await fill(place, database, size, now=datetime.now(UTC))
        async with (
            served(place, workers=1, name="api") as function,
            _client(place, function) as api,
        ):
            if not holds(place, "analytics_sharing_violations"):
                await _furnish(place, database, api)
            known = await _known(api, size)
            lists = await _asked(place, function, known, LISTS, (RATE, calls))
            memory = pss_mebibytes(family(function.pid))
            figures = await _asked(place, function, known, FIGURES, (FIGURES_RATE, FIGURES_CALLS))
    finally:
        await database.close()
    return Found(lists, figures, memory)


async def _furnish(place: Place, database: Database, api: httpx.AsyncClient) -> None:
    say("api: acts of operators, guests and cases")
    now = datetime.now(UTC)
    await act(api)
    with psycopg.connect(place.superuser_url) as connection:
        furnish(connection, now)
    await roll_up_changes(database, place.settings)
    await make_reports(database, place.settings, now.date())
    with psycopg.connect(place.superuser_url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _client(place: Place, function: Function) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{function.port}",
        headers={"Authorization": f"Bearer {place.key}"},
        timeout=60,
    )


async def _known(api: httpx.AsyncClient, size: Size) -> dict[str, str]:
    """Return what fills in paths: ids of things that there are, a cursor, days, a member's key."""

    async def first(path: str) -> dict[str, Any]:
        answer = await api.get(path)
        return answer.raise_for_status().json()

    deep = await first(f"/api/v1/analytics/sessions?offset={size.sessions // 50}&limit=50")
    violations = await first("/api/v1/analytics/violations?limit=1")
    member = await api.post(
        "/api/v1/admin/keys",
        json={"name": f"member {token_hex(8)}", "role": "member", "user_id": str(REPORTED)},
    )
    reports = await first(f"/api/v1/analytics/users/{REPORTED}/reports?limit=1")
    today = datetime.now(UTC).date()
    ids = {name: (await first(path))["data"][0]["id"] for name, path in _IDS.items()}
    return ids | {
        "user_id": str(REPORTED),
        "guest_id": violations["data"][0]["user_id"],
        "cursor": deep["page"]["next_cursor"],
        "member": member.raise_for_status().json()["key"],
        "day": reports["data"][0]["start"],
        "month_ago": str(today - timedelta(days=30)),
        "year_ago": str(today - timedelta(days=365)),
        "span": "day",
        "kind": "show",
        "key": "show 7",
    }


async def _asked(
    place: Place,
    function: Function,
    known: Mapping[str, str],
    paths: Sequence[str],
    load: tuple[int, int],
) -> dict[str, list[float]]:
    """Ask everything: so often a second, and each so many times; return what each call took."""
    rate, calls = load
    names = {_request(path, known, place.key): path for path in paths}
    say(f"api: asking {len(names)} questions {calls} times each, {rate} a second")
    await _send(function, names, drawn(list(names), _WARM_UPS), rate)
    return await _send(function, names, drawn(list(names), calls), rate)


async def _send(
    function: Function, names: Mapping[bytes, str], order: Sequence[bytes], rate: float
) -> dict[str, list[float]]:
    """Send requests at their times; return what each took, by question."""
    queue = iter(order)
    connections = round(rate * _CONNECTION_SECONDS)
    sources = [lambda: next(queue, None)] * connections
    sockets = function.connections(connections)
    async with Timed(names, sockets, sources, _CONNECTION_SECONDS) as load:
        await load.finished(len(order) / rate + 60)
    return load.seconds


def _request(path: str, known: Mapping[str, str], key: str) -> bytes:
    filled, _, query = path.partition("?")
    url = quote(filled.format(**known)) + (
        "?" + quote(query.format(**known), "=&") if query else ""
    )
    return request("GET", url, known["member"] if "/users/me/" in path else key, b"")


def compose(size: Size, found: Found, calls: int) -> Report:
    """Make the report of what was measured, beside what was promised."""
    every = sorted(chain.from_iterable(found.lists.values()))
    late = [path for path, taken in found.lists.items() if _p99_ms(taken) > GOAL_MS]
    body = (
        f"{size.sessions:,} sessions of {size.users:,} people and {size.items:,} items in two years,"
        " 2,000 guests, 24,000 cases, 1,200 acts of operators, 10,000"
        f" deliveries. {RATE} requests a second at fixed times, in an order drawn by a fixed seed,"
        f" each question {calls} times, of the api function with one worker, whose memory is"
        f" {found.memory_mib:,.0f} MiB after it; each is timed from when it was due. The goal is a"
        f" p99 of {GOAL_MS} ms for each; {len(late)} of {len(found.lists)} miss it. Left out"
        f" are {len(LEFT_OUT)} endpoints: streams and exports, probes, and statistics over a period,"
        " which `make bench-stats` measures.\n\n"
        + table(
            ["ms", "p50", "p99", "goal"],
            [
                ["**all together**", *_row(every), f"{GOAL_MS}"],
                *(
                    [_shown(path), *_row(taken), f"{GOAL_MS}"]
                    for path, taken in found.lists.items()
                ),
            ],
        )
        + f"\n\nFigures that programs made for others read, {FIGURES_RATE} requests a second:\n\n"
        + table(
            ["ms", "p50", "p99"],
            [[_shown(path), *_row(taken)] for path, taken in found.figures.items()],
        )
    )
    timed = {**found.lists, **found.figures}
    figures = {f"{_slug(path)}_p99_ms": _p99_ms(taken) for path, taken in timed.items()} | {
        "all_p50_ms": percentile(every, 0.5) * 1e3,
        "all_p99_ms": _p99_ms(every),
        "late_questions": len(late),
        "memory_mib": found.memory_mib,
    }
    return Report("api", "api", f"The api over {size.sessions:,} sessions", body, figures)


def _row(taken: Sequence[float]) -> list[str]:
    return [f"{percentile(sorted(taken), 0.5) * 1e3:,.1f}", f"{_p99_ms(taken):,.1f}"]


def _p99_ms(taken: Sequence[float]) -> float:
    return percentile(sorted(taken), 0.99) * 1e3


def _shown(path: str) -> str:
    return f"`{path}`"


def _slug(path: str) -> str:
    words = "".join(letter if letter.isalnum() else " " for letter in path)
    return "_".join(words.split())


async def _measure(place: Place, given: Namespace) -> Report:
    size = replace(HOUSEHOLD, sessions=given.sessions)
    return compose(size, await measure(place, size, given.calls), given.calls)


def main(arguments: Sequence[str]) -> int:
    """Measure; return the exit code."""
    parser = parser_of("bench-api", __doc__, keeps=True)
    parser.add_argument("--sessions", type=int, default=HOUSEHOLD.sessions)
    parser.add_argument("--calls", type=int, default=CALLS, help="of each question")
    return run_alone(parser, arguments, _measure)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
