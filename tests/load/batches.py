"""Batches of 1,000 events through the real function, against COPY of the same rows."""

import json
import time
from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg import AsyncConnection

from tests.load.client import Load, LoadError, request
from tests.load.report import Report, Spread, say, table
from tests.load.service import WORKERS, Function, Place, served

BATCH = 1_000
PRODUCERS = 4
_PATH = "/api/v1/analytics/sessions/batch"
_MICROSECONDS = 1e6
_LONGEST_SECONDS = 60

_ROWS = """
COPY (
    SELECT s.* FROM analytics_sessions AS s
    WHERE s.source LIKE 'producer-%%' AND s.session_key LIKE %s
) TO STDOUT
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much to measure: batches per producer and round."""

    rounds: int = 2
    batches: int = 6


@dataclass(frozen=True, slots=True)
class Rate:
    """Rows or events per second, with microseconds of CPU for each."""

    per_second: float
    python_cpu: float
    postgres_cpu: float


async def measure_batches(place: Place, plan: Plan) -> Report:
    """Alternate starts of new sessions, COPY of the rows that made, and their progress."""
    starts: list[Rate] = []
    progress: list[Rate] = []
    copies: list[Rate] = []
    async with served(place) as function:
        for number in range(1, plan.rounds + 1):
            sent = _Round(f"round{number}", plan.batches)
            began = datetime.now(UTC) - timedelta(minutes=3)
            before = _count(place)
            starts.append(await _product(place, function, sent, "start", began))
            if _count(place) - before != sent.events:
                raise LoadError("not every session that was acknowledged is stored")
            say(f"batches {number}/{plan.rounds}: starts   {starts[-1].per_second:9,.0f}/s")
            copies.append(await _copy(place, sent))
            say(f"batches {number}/{plan.rounds}: COPY     {copies[-1].per_second:9,.0f}/s")
            later = began + timedelta(minutes=1)
            progress.append(await _product(place, function, sent, "progress", later))
            say(f"batches {number}/{plan.rounds}: progress {progress[-1].per_second:9,.0f}/s")
    return compose(copies, starts, progress)


@dataclass(frozen=True, slots=True)
class _Round:
    """The sessions of one round: their keys begin with its name."""

    name: str
    batches: int  # per producer

    @property
    def events(self) -> int:
        return PRODUCERS * self.batches * BATCH


async def _product(
    place: Place, function: Function, sent: _Round, event: str, at: datetime
) -> Rate:
    """Send every batch of a round and return how fast that was."""
    queues = [
        iter(
            [
                _batch(place.key, producer, f"{sent.name}-{n}", event, at)
                for n in range(sent.batches)
            ]
        )
        for producer in range(PRODUCERS)
    ]
    sources = [lambda queue=queue: next(queue, None) for queue in queues]
    connections = function.connections(PRODUCERS)
    cpu, postgres, began = function.cpu(), place.postgres_cpu(), time.perf_counter()
    async with Load(connections, sources) as load:
        await load.finished(seconds=_LONGEST_SECONDS)
        seconds = time.perf_counter() - began
    if load.answered * BATCH != sent.events:
        raise LoadError(load.problem or "not every batch was answered")
    return Rate(
        sent.events / seconds,
        (function.cpu() - cpu) / sent.events * _MICROSECONDS,
        (place.postgres_cpu() - postgres) / sent.events * _MICROSECONDS,
    )


def _batch(key: str, producer: int, name: str, event: str, at: datetime) -> bytes:
    make = _start if event == "start" else _progress
    events = [make(producer, name, index, at) for index in range(BATCH)]
    return request("POST", _PATH, key, json.dumps({"events": events}).encode("ascii"))


def _start(producer: int, name: str, index: int, at: datetime) -> dict[str, Any]:
    """Return a start with the fields of the native event, each person on a network of their own."""
    return {
        "event": "start",
        "source": f"producer-{producer}",
        "session_key": f"{name}-{index}",
        "sequence": 1,
        "event_at": at.isoformat(),
        "started_at": at.isoformat(),
        "user_id": str(UUID(int=producer * BATCH + index + (0x01980000 << 96))),
        "user_name": f"person {index}",
        "server_id": f"producer-{producer}",
        "content_type": "movie",
        "content_id": "0198f2b0-7e2c-7000-8000-00000000002a",
        "title": "A film of two hours",
        "device_id": f"tv-{index}",
        "device_name": "Living room",
        "device_type": "TV",
        "client_name": "Revenge TV",
        "client_version": "1.4",
        "ip_address": f"81.2.{index % 250}.{producer + 1}",
        "stream_type": "direct_play",
        "video_codec": "hevc",
        "audio_codec": "eac3",
        "resolution": "2160p",
        "bitrate_kbps": 18_000,
        "progress_seconds": 0,
        "duration_seconds": 7_200,
    }


def _progress(producer: int, name: str, index: int, at: datetime) -> dict[str, Any]:
    return {
        "event": "progress",
        "source": f"producer-{producer}",
        "session_key": f"{name}-{index}",
        "sequence": 2,
        "event_at": at.isoformat(),
        "state": "playing",
        "progress_seconds": 60,
    }


async def _copy(place: Place, sent: _Round) -> Rate:
    """Write a round's rows a second time, into the same table, with one plain COPY."""
    async with await AsyncConnection.connect(place.url, autocommit=True) as connection:
        lines = [line async for line in _read(connection, sent.name)]
        rows = [_with_other_id(line) for line in lines]
        postgres, began = place.postgres_cpu(), time.perf_counter()
        async with connection.cursor().copy("COPY analytics_sessions FROM STDIN") as copy:
            for part in _parts(rows):
                await copy.write(part)
        seconds = time.perf_counter() - began
    return Rate(
        len(rows) / seconds, 0, (place.postgres_cpu() - postgres) / len(rows) * _MICROSECONDS
    )


async def _read(connection: AsyncConnection[Any], name: str) -> AsyncGenerator[bytes]:
    """Return a round's rows as COPY writes them, one line each."""
    async with connection.cursor().copy(_ROWS, (f"{name}-%",)) as copy:
        async for line in copy:
            yield bytes(line)


def _with_other_id(line: bytes) -> bytes:
    """Return a row (user_id, id, ...) with an id that the product never makes: its variant is c."""
    user_id, session_id, rest = line.split(b"\t", 2)
    return b"\t".join((user_id, session_id[:19] + b"c" + session_id[20:], rest))


def _parts(rows: list[bytes]) -> Iterator[bytes]:
    return (b"".join(rows[first : first + 100]) for first in range(0, len(rows), 100))


def _count(place: Place) -> int:
    with psycopg.connect(place.url) as connection:
        row = connection.execute("SELECT count(*) FROM analytics_sessions").fetchone()
    return int(row[0]) if row else 0


def compose(copies: Sequence[Rate], starts: Sequence[Rate], progress: Sequence[Rate]) -> Report:
    """Make the report of what was measured."""
    sides = {"copy": copies, "starts": starts, "progress": progress}
    spreads = {
        (side, name): Spread(tuple(getattr(each, name) for each in rates))
        for side, rates in sides.items()
        for name in Rate.__slots__
    }
    ratios = {
        side: Spread(tuple(r.per_second / c.per_second for r, c in zip(rates, copies, strict=True)))
        for side, rates in sides.items()
    }
    rows = [
        [
            _TITLES[side],
            spreads[side, "per_second"].text(),
            ratios[side].text(3),
            spreads[side, "python_cpu"].text(),
            spreads[side, "postgres_cpu"].text(),
        ]
        for side in sides
    ]
    head = ["per row or event", "1/s", "to COPY", "CPU of Python (us)", "CPU of PostgreSQL (us)"]
    body = (
        f"{PRODUCERS} producers, each sending batches of {BATCH:,} events one after the other, with"
        f" an API key, each event validated and answered for; {WORKERS} workers, durable"
        " PostgreSQL. A start writes a session, its key, device, network and marks; a progress"
        " reads and updates a session. COPY: one connection writes the rows of the same sessions"
        " alone, with other ids, into the same partitioned and indexed table. Median of"
        f" {len(copies)} rounds (least-greatest).\n\n" + table(head, rows)
    )
    figures = {f"{side}_{_FIGURES[name]}": spreads[side, name].median for side, name in spreads} | {
        f"{side}_to_copy_ratio": ratios[side].median for side in ("starts", "progress")
    }
    return Report("batches", "ingest", "Ingest: batches of 1,000", body, figures)


_TITLES = {
    "copy": "floor: plain COPY of session rows",
    "starts": "starts of new sessions",
    "progress": "progress of known sessions",
}
_FIGURES = {
    "per_second": "rows_per_second",
    "python_cpu": "python_cpu_us",
    "postgres_cpu": "postgres_cpu_us",
}
