"""Many who follow what goes on: what they cost one instance, and how soon they hear of something.

The real api function over a PostgreSQL of its own: it serves nobody, then so many listeners while
nothing happens, then the same while sessions begin, each written past the function. Memory is what
was added by the listeners; an event's time runs from COMMIT to its arrival at each.
"""

import asyncio
import itertools
import sys
import time
from argparse import Namespace
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import psycopg

from tests.load.client import percentile
from tests.load.report import Report, Spread, say, table
from tests.load.runs import parser_of, run_alone
from tests.load.service import Function, Place, served
from tests.load.usage import family, pss_mebibytes

LISTENERS = 500
IDLE_SECONDS = 30.0
EVENTS = 20
ADDED_MIB_AT_MOST = 100
CORE_AT_MOST = 0.05
SECONDS_AT_MOST = 1.5

GOLDEN = 0.618
_HEARD_SECONDS = 30
_START = """
    WITH person AS (
        INSERT INTO users (user_id, name, first_seen_at, last_active_at)
        VALUES (uuidv7(), 'ada', now(), now()) RETURNING user_id
    )
    INSERT INTO analytics_sessions (user_id, id, version, last_seen_at, progress_ms, watched_ms,
        paused_ms, buffered_ms, state, source, session_key, started_at, network_since,
        content_type, content_id)
    SELECT user_id, uuidv7(), 1, now(), 0, 0, 0, 0, 'playing', 'bench', %s, now(), now(), 'movie',
        'm1'
    FROM person
    RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Found:
    """What one run gave."""

    base_mib: float
    added_mib: float
    nobody: float
    idle: float
    seconds: Spread


class Listener:
    """A client that notes when it heard of which session."""

    def __init__(self) -> None:
        self.heard: dict[str, float] = {}
        self._changed = asyncio.Event()

    async def listen(self, port: int, key: str, opened: asyncio.Event) -> None:
        """Listen until cancelled."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
        writer.write(
            f"GET /api/v1/analytics/live HTTP/1.1\r\nHost: bench\r\n"
            f"Authorization: Bearer {key}\r\n\r\n".encode()
        )
        kind = b""
        async for line in reader:
            if line.startswith(b"event: "):
                kind = line.strip()
            elif line.startswith(b"data: ") and kind == b"event: snapshot":
                opened.set()
            elif line.startswith(b'data: {"id":"') and kind == b"event: started":
                self.heard[line[13:49].decode()] = time.perf_counter()
                self._changed.set()

    async def time_of(self, session_id: str) -> float:
        """Return when a session was heard of."""
        async with asyncio.timeout(_HEARD_SECONDS):
            while session_id not in self.heard:
                self._changed.clear()
                await self._changed.wait()
        return self.heard[session_id]


async def measure(place: Place, listeners: int, idle_seconds: float, events: int) -> Found:
    """Serve the function and measure it alone, with idle listeners, and with events."""
    async with AsyncExitStack() as stack:
        function = await stack.enter_async_context(served(place, 1, "api"))
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        [first] = await _join(tasks, function, place.key, 1)
        first.cancel()
        await asyncio.sleep(1)
        base = pss_mebibytes(family(function.pid))
        nobody = await _core(function, idle_seconds / 3)
        say(f"{listeners} listeners: joining")
        heard = [Listener() for _ in range(listeners)]
        joined = await _join(tasks, function, place.key, listeners, heard)
        await asyncio.sleep(1)
        say(f"{listeners} listeners: idle")
        idle = await _core(function, idle_seconds)
        added = pss_mebibytes(family(function.pid)) - base
        say(f"{listeners} listeners: events")
        times = [await _event(place, heard, number) for number in range(events)]
        every = sorted(itertools.chain.from_iterable(times))
        for task in joined:
            task.cancel()
    return Found(base, added, nobody, idle, Spread(tuple(every)))


async def _join(
    tasks: asyncio.TaskGroup,
    function: Function,
    key: str,
    count: int,
    heard: Sequence[Listener] | None = None,
) -> list[asyncio.Task[None]]:
    """Have so many listen, and wait until each has its snapshot."""
    opened = [asyncio.Event() for _ in range(count)]
    clients = heard or [Listener() for _ in range(count)]
    joined = [
        tasks.create_task(client.listen(function.port, key, event))
        for client, event in zip(clients, opened, strict=True)
    ]
    async with asyncio.timeout(_HEARD_SECONDS):
        for event in opened:
            await event.wait()
    return joined


async def _core(function: Function, seconds: float) -> float:
    """Return the share of a core that the function takes."""
    before, began = function.cpu(), time.perf_counter()
    await asyncio.sleep(seconds)
    return (function.cpu() - before) / (time.perf_counter() - began)


async def _event(place: Place, heard: Sequence[Listener], number: int) -> list[float]:
    """Have a session begin; return how long it took until each heard of it."""
    committed, session_id = await asyncio.to_thread(_start, place.url, number)
    at = [await listener.time_of(session_id) for listener in heard]
    # Not in step with the looks of the function: spread over the time between two.
    await asyncio.sleep(number * GOLDEN % 1)
    return [time_of - committed for time_of in at]


def _start(url: str, number: int) -> tuple[float, str]:
    with psycopg.connect(url) as connection:
        row: Any = connection.execute(_START, (str(number),)).fetchone()
    return time.perf_counter(), str(row[0])


def report(found: Found, listeners: int) -> Report:
    """Return what was found, beside what was promised."""
    seconds = found.seconds.rounds
    p50, p99, worst = percentile(seconds, 0.5), percentile(seconds, 0.99), seconds[-1]
    rows = [
        ["memory added (MiB)", f"{found.added_mib:.0f}", f"{ADDED_MIB_AT_MOST}"],
        ["memory before (MiB)", f"{found.base_mib:.0f}", ""],
        ["idle, of a core", f"{found.idle:.1%}", f"{CORE_AT_MOST:.0%}"],
        ["with nobody, of a core", f"{found.nobody:.1%}", ""],
        ["an event reaches half of them (s)", f"{p50:.2f}", ""],
        ["99 % (s)", f"{p99:.2f}", ""],
        ["the last (s)", f"{worst:.2f}", f"{SECONDS_AT_MOST}"],
    ]
    body = (
        f"One instance of api with one worker, {listeners} listeners of `GET /analytics/live`.\n\n"
        + table([f"{listeners} listeners", "measured", "promised at most"], rows)
    )
    figures = {
        "listeners": listeners,
        "added_mib": found.added_mib,
        "idle_core_share": found.idle,
        "event_p50_seconds": p50,
        "event_p99_seconds": p99,
        "event_worst_seconds": worst,
    }
    return Report("live", "live", "Following what goes on", body, figures)


async def _measure(place: Place, given: Namespace) -> Report:
    found = await measure(place, given.listeners, given.idle_seconds, given.events)
    return report(found, given.listeners)


def main(arguments: Sequence[str]) -> int:
    """Measure; return the exit code."""
    parser = parser_of("bench-live", __doc__)
    parser.add_argument("--listeners", type=int, default=LISTENERS)
    parser.add_argument("--idle-seconds", type=float, default=IDLE_SECONDS)
    parser.add_argument("--events", type=int, default=EVENTS)
    return run_alone(parser, arguments, _measure)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
