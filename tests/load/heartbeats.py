"""Single heartbeats through the real function, against pgbench writing the same bare update."""

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg
from psycopg.rows import dict_row

from tests.load.beat_report import CONNECTIONS, Round, compose
from tests.load.client import Load, LoadError, percentile, request
from tests.load.pgbench import run_pgbench
from tests.load.report import Report, say
from tests.load.seeding import FIRST_NUMBER, USER_PREFIX, Seed, seed
from tests.load.service import Function, Place, served

SESSIONS = 10_000
_MICROSECONDS = 1e6

# The columns of touch_sessions; what the product computes is given here.
_FLOOR = """\
\\set number random(:first, :first + :count - 1)
\\set progress random(0, 7200000)
UPDATE analytics_sessions
SET version = version + 1, last_seen_at = now(), progress_ms = :progress, watched_ms = :progress,
    paused_ms = 0, buffered_ms = 0, journal = :journal::json
WHERE user_id = (:user_prefix || :number)::uuid AND id = (:session_prefix || :number)::uuid;
"""

_COUNTERS = """
SELECT pg_current_wal_insert_lsn() - '0/0' AS wal_bytes, sum(n_tup_upd) AS updates,
    sum(n_tup_hot_upd) AS hot_updates, sum(n_dead_tup) AS dead
FROM pg_stat_user_tables WHERE relname LIKE 'analytics\\_sessions\\_2%'
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long to measure."""

    rounds: int = 3
    seconds: float = 10
    warm_up_seconds: float = 3
    sessions: int = SESSIONS


async def measure_heartbeats(place: Place, plan: Plan) -> Report:
    """Alternate floor and product over the same rows."""
    say(f"heartbeats: writing {plan.sessions:,} active sessions")
    seeded = await seed(place.settings, plan.sessions)
    _settle(place)
    floors: list[Round] = []
    products: list[Round] = []
    halves: list[Round] = []
    async with served(place) as function:
        for number in range(1, plan.rounds + 1):
            floors.append(await _floor(place, seeded, plan))
            say(f"heartbeats {number}/{plan.rounds}: floor   {floors[-1].rate:8,.0f}/s")
            products.append(await _product(place, function, seeded, plan))
            say(f"heartbeats {number}/{plan.rounds}: product {products[-1].rate:8,.0f}/s")
            half = CONNECTIONS / (products[-1].rate / 2)
            halves.append(await _product(place, function, seeded, plan, interval=half))
            say(f"heartbeats {number}/{plan.rounds}: half    {halves[-1].p99_ms:8,.1f} ms p99")
    return compose(floors, products, halves, dead=_counters(place)["dead"])


class _Beats:
    """The heartbeats of every n-th session, one after the other, in an order of its own."""

    def __init__(self, seeded: Seed, key: str, first: int, step: int) -> None:
        self._paths = [
            f"/api/v1/analytics/sessions/{seeded.session_id(number)}"
            for number in range(first, seeded.count, step)
        ]
        # In the order of writing, neighbours on one page of the table would beat together.
        random.Random(first).shuffle(self._paths)
        self._key = key
        self._sent = 0

    def __call__(self) -> bytes:
        path = self._paths[self._sent % len(self._paths)]
        self._sent += 1
        now = datetime.now(UTC)
        # A count that goes on from round to round; one that began anew would tell of late events.
        sequence = int(now.timestamp() * 1_000)
        body = (
            f'{{"sequence": {sequence}, "event_at": "{now.isoformat(timespec="milliseconds")}",'
            f' "state": "playing", "progress_seconds": {1_200 + self._sent % 6_000}}}'
        )
        return request("PUT", path, self._key, body.encode("ascii"))


async def _product(
    place: Place, function: Function, seeded: Seed, plan: Plan, interval: float = 0
) -> Round:
    sources = [_Beats(seeded, place.key, n, CONNECTIONS) for n in range(CONNECTIONS)]
    versions = _versions(place)
    async with Load(function.connections(CONNECTIONS), sources, interval) as load:
        await asyncio.sleep(plan.warm_up_seconds)
        before = _sample(place, function)
        load.forget()
        await asyncio.sleep(plan.seconds)
        latencies = load.taken()
        after = _sample(place, function)
    stored = _versions(place) - versions
    if stored != load.answered:
        raise LoadError(f"{load.answered} heartbeats were acknowledged, {stored} are stored")
    return _round(latencies, before, after)


async def _floor(place: Place, seeded: Seed, plan: Plan) -> Round:
    variables = {
        "first": str(FIRST_NUMBER),
        "count": str(seeded.count),
        "journal": seeded.journal,
        "user_prefix": USER_PREFIX,
        "session_prefix": seeded.prefix,
    }
    before = _sample(place, None)
    done = await run_pgbench(
        place.url,
        _FLOOR,
        variables,
        folder=place.logs,
        clients=CONNECTIONS,
        seconds=plan.seconds,
    )
    after = _sample(place, None)
    per = _MICROSECONDS / done.transactions
    return Round(
        rate=done.rate,
        p50_ms=percentile(done.latencies, 0.5) * 1e3,
        p99_ms=percentile(done.latencies, 0.99) * 1e3,
        python_cpu=0,
        postgres_cpu=(after.postgres - before.postgres) * per,
        client_cpu=done.client_cpu * per,
        client_cores=done.client_cpu / plan.seconds,
        wal_bytes=(after.wal - before.wal) / done.transactions,
        hot_share=_share(after.hot - before.hot, after.updates - before.updates),
        dead_rows=max(0, after.dead - before.dead) / done.transactions,
    )


@dataclass(frozen=True, slots=True)
class _Sample:
    at: float
    python: float
    postgres: float
    client: float
    wal: float
    updates: float
    hot: float
    dead: float


def _sample(place: Place, function: Function | None) -> _Sample:
    counters = _counters(place)
    return _Sample(
        at=time.perf_counter(),
        python=0 if function is None else function.cpu(),
        postgres=place.postgres_cpu(),
        client=time.process_time(),
        wal=counters["wal_bytes"],
        updates=counters["updates"],
        hot=counters["hot_updates"],
        dead=counters["dead"],
    )


def _round(latencies: Sequence[float], before: _Sample, after: _Sample) -> Round:
    seconds = after.at - before.at
    per = _MICROSECONDS / max(1, len(latencies))
    return Round(
        rate=len(latencies) / seconds,
        p50_ms=percentile(latencies, 0.5) * 1e3,
        p99_ms=percentile(latencies, 0.99) * 1e3,
        python_cpu=(after.python - before.python) * per,
        postgres_cpu=(after.postgres - before.postgres) * per,
        client_cpu=(after.client - before.client) * per,
        client_cores=(after.client - before.client) / seconds,
        wal_bytes=(after.wal - before.wal) / max(1, len(latencies)),
        hot_share=_share(after.hot - before.hot, after.updates - before.updates),
        dead_rows=max(0, after.dead - before.dead) / max(1, len(latencies)),
    )


def _share(part: float, whole: float) -> float:
    """Return a share; all of nothing counts as all."""
    return part / whole if whole else 1.0


def _counters(place: Place) -> dict[str, float]:
    with (
        psycopg.connect(place.superuser_url) as connection,
        connection.cursor(row_factory=dict_row) as cursor,
    ):
        row = cursor.execute(_COUNTERS).fetchone()
    return {name: float(value or 0) for name, value in (row or {}).items()}


def _versions(place: Place) -> int:
    """Return how many writes all sessions have seen together."""
    with psycopg.connect(place.url) as connection:
        row = connection.execute("SELECT sum(version) FROM analytics_sessions").fetchone()
    return int(row[0]) if row else 0


def _settle(place: Place) -> None:
    """Leave nothing of the preparations to be done while something is measured."""
    with psycopg.connect(place.superuser_url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
