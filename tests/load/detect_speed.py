"""`make bench-detect-speed`: how fast detection goes through what is stored.

    python -m tests.load.detect_speed [--people N] [--sessions-each N] [--output FOLDER]

Beside each figure stands what PostgreSQL alone needs in the same run: to read the rows of the
people that a sweep looks at, and to find impossible travel over all rows with one bare query.
Starts a PostgreSQL of its own and removes it; the whole of it, ten million sessions, takes about
ten minutes and 15 GB of disk.
"""

import asyncio
import os
import sys
import threading
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from uuid import UUID

import psycopg

from shared.domain.backtest import Span
from shared.domain.rules.rule import Rule
from shared.schemas.rules import rule_of
from shared.services.histories import LOT, Trial, try_on
from shared.services.sweeps import Sweep
from shared.settings import Settings, read_settings
from shared.store import dirty
from shared.store import rules as rule_store
from shared.store.database import Database
from shared.tasks.nudges import NoNudges
from tests.load.detect_report import DIRTY, PROCESSES, Backtested, Swept, compose
from tests.load.past import DAYS, Past, write_past
from tests.load.report import (
    Report,
    say,
)
from tests.load.runs import parser_of, run_alone
from tests.load.service import Place
from tests.load.usage import cpu_seconds, family, pss_mebibytes

_PORTION = 1_000
_ROUNDS = 3
_SAMPLE_SECONDS = 0.25
_POINTS = (0.1, 0.2, 0.5, 1.0)

# The rule as one would write it by hand: each session against the one before it, and no more.
_BARE = """
SELECT count(*)
FROM (
    SELECT
        started_at - left_at AS gap,
        2 * 6371.0088 * asin(least(1, sqrt(
            power(sin(radians(latitude - latitude_before) / 2), 2)
            + cos(radians(latitude_before)) * cos(radians(latitude))
            * power(sin(radians(longitude - longitude_before) / 2), 2)
        ))) AS km
    FROM (
        SELECT
            s.started_at, n.latitude, n.longitude,
            lag(s.stopped_at) OVER before AS left_at,
            lag(n.latitude) OVER before AS latitude_before,
            lag(n.longitude) OVER before AS longitude_before
        FROM analytics_sessions AS s
        JOIN user_networks AS n USING (user_id, network_key)
        WHERE s.user_id <= %(last)s
        WINDOW before AS (PARTITION BY s.user_id ORDER BY s.started_at)
    ) AS pairs
    WHERE started_at - left_at < interval '24 hours'
) AS measured
WHERE km >= 100 AND km / greatest(60, extract(epoch FROM gap)) * 3600 > 900
"""

# What the server needs to find and read the rows, without sending them.
_READ = """
EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON)
SELECT s.*
FROM analytics_sessions AS s
WHERE s.user_id = ANY(%(user_ids)s) AND (s.stopped_at >= %(since)s OR s.stopped_at IS NULL)
"""
_EVERYBODY = "SELECT user_id FROM users ORDER BY user_id"


async def measure(place: Place, past: Past) -> Report:
    """Write the past, then sweep and backtest it."""
    await asyncio.to_thread(write_past, place.superuser_url, past)
    swept = [await _sweep(place, past, number) for number in range(_ROUNDS)]
    points = [await _backtest(place, past, share) for share in _POINTS]
    return compose(past, swept, points)


async def _sweep(place: Place, past: Past, number: int) -> Swept:
    """Mark people all over the past and sweep them, after reading their rows plainly."""
    with psycopg.connect(place.url, autocommit=True) as connection:
        everybody = [row[0] for row in connection.execute(_EVERYBODY)]
        user_ids = everybody[number :: max(1, len(everybody) // DIRTY)][:DIRTY]
        values = {"user_ids": user_ids, "since": past.start}
        read_all = _reading(connection, values)
        read_recent = _reading(connection, values | {"since": past.end - timedelta(days=2)})
    database = Database(place.settings)
    await database.open()
    now = datetime.now(UTC)
    await database.run(lambda c: dirty.mark_users(c, user_ids, due_at=now, now=now))
    began = time.perf_counter()
    counts = await Sweep(database, place.settings, NoNudges()).run()
    swept = Swept(read_all, read_recent, time.perf_counter() - began)
    await database.close()
    if counts["users"] != len(user_ids) or counts["failed"]:
        raise RuntimeError(f"not everybody was looked at: {counts}")
    say(f"sweep {number + 1}/{_ROUNDS}: {swept.sweep:.2f} s, reading {read_all:.2f} s ({counts})")
    return swept


def _reading(connection: psycopg.Connection, values: Mapping[str, object]) -> float:
    """Return how long PostgreSQL takes to read people's rows, in seconds."""
    row = psycopg.ClientCursor(connection).execute(_READ, values).fetchone()
    if row is None:
        raise RuntimeError("a plan has a row")
    return row[0][0]["Execution Time"] / 1_000


async def _backtest(place: Place, past: Past, share: float) -> Backtested:
    """Backtest all rules over the past of the first people."""
    with psycopg.connect(place.url, autocommit=True) as connection:
        everybody = [row[0] for row in connection.execute(_EVERYBODY)]
        people = everybody[: max(1, round(len(everybody) * share))]
        connection.execute("SET statement_timeout = 0")  # the role's limit is for requests
        began = time.perf_counter()
        connection.execute(_BARE, {"last": people[-1]}).fetchall()
        bare = time.perf_counter() - began
    url = place.settings.revenge_database_url.get_secret_value()
    portions = [people[first : first + _PORTION] for first in range(0, len(people), _PORTION)]
    postgres = place.postgres_cpu()
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        for worker in [pool.submit(time.sleep, 0.3) for _ in range(PROCESSES)]:
            worker.result()  # both are there
        workers = list(family(os.getpid()))[1:]
        memory = _Memory(workers)
        cpu, began = cpu_seconds(workers), time.perf_counter()
        work = [pool.submit(try_portion, url, past, portion) for portion in portions]
        cases = await _gathered(work, began)
        seconds = time.perf_counter() - began
        cpu = cpu_seconds(workers) - cpu
        peak = memory.stop()
    done = Backtested(
        len(people) * past.sessions_each,
        bare,
        seconds,
        peak,
        cpu,
        place.postgres_cpu() - postgres,
        cases,
    )
    say(f"backtest of {done.sessions:,}: {seconds:.1f} s, bare {bare:.1f} s, {peak:.0f} MiB")
    return done


async def _gathered(work: Sequence["Future[Counter[str]]"], began: float) -> Counter[str]:
    cases: Counter[str] = Counter()
    for number, one in enumerate(work, 1):
        cases += await asyncio.wrap_future(one)
        if number * 10 // len(work) > (number - 1) * 10 // len(work):
            say(f"backtest: {number / len(work):4.0%} after {time.perf_counter() - began:,.1f} s")
    return cases


def try_portion(url: str, past: Past, user_ids: list[UUID]) -> "Counter[str]":
    """Count the would-be cases of some people, by the type of their rule; in a worker process."""
    return asyncio.run(_try_portion(url, past, user_ids))


async def _try_portion(url: str, past: Past, user_ids: list[UUID]) -> "Counter[str]":
    database = Database(_settings(url))
    await database.open()
    rules = await database.run(_all_rules)
    trial = Trial(rules, Span(past.start, past.end), rules)
    cases: Counter[str] = Counter()
    for first in range(0, len(user_ids), LOT):
        lot = user_ids[first : first + LOT]
        found = await database.run(lambda connection, lot=lot: try_on(connection, lot, trial))
        cases.update(tried.rule.type.value for tried in found)
    await database.close()
    return cases


async def _all_rules(connection: object) -> list[Rule]:
    return [rule_of(row) for row in await rule_store.list_rules(connection)]  # pyright: ignore[reportArgumentType]


def _settings(url: str) -> Settings:
    return read_settings(
        {
            "REVENGE_DATABASE_URL": url,
            "ANALYTICS_CALLER_AUTH": "hmac",
            "ANALYTICS_CALLER_SECRET": "a-secret-of-the-benchmark-0123456789-0123456789",
            "ANALYTICS_DATABASE_POOL_SIZE": "1",
        },
        "",
    )


class _Memory:
    """Looks at the memory of processes again and again, and keeps the most that they had."""

    def __init__(self, pids: Sequence[int]) -> None:
        self._pids = pids
        self._peak = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def stop(self) -> float:
        """Return the peak, in MiB."""
        self._ended.set()
        self._thread.join()
        return self._peak

    def _watch(self) -> None:
        while not self._ended.wait(_SAMPLE_SECONDS):
            self._peak = max(self._peak, pss_mebibytes(self._pids))


async def _measure(place: Place, given: Namespace) -> Report:
    end = datetime.now(UTC).replace(microsecond=0)
    past = Past(given.people, given.sessions_each, end - timedelta(days=DAYS), end)
    return await measure(place, past)


def main(arguments: Sequence[str]) -> int:
    """Measure; return the exit code."""
    parser = parser_of("bench-detect-speed", __doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--sessions-each", type=int, default=100)
    return run_alone(parser, arguments, _measure)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
