"""`make test-week`: a week of 10,000 people, once in order and once not, gives the same rows.

    python -m tests.simulation.week [--users N] [--seed N]

Talks to loopback only, starts its own PostgreSQL and removes it.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import psycopg
import uvloop
from psycopg import sql

from infra.local.postgres import EmbeddedPostgres
from shared.geoip.lookup import PlaceFinder
from shared.services.ingest import Ingest
from shared.services.own_addresses import OwnAddresses
from shared.services.prepare import prepare
from shared.settings import Settings, read_settings
from shared.store.database import Database
from tests.load.report import say
from tests.simulation.comparing import differences, read_week
from tests.simulation.delivery import Lot, in_disorder, in_lots, in_order
from tests.simulation.recording import Recorder
from tests.simulation.traffic import MONDAY, SEED, WEEK, ZONE, Traffic

_FIRST_SHOWN = 100
_SECRET = "a-secret-of-the-simulation-0123456789-0123456789"
Progress = Callable[[Lot, int], None]


def week_settings(url: str) -> Settings:
    """Return settings for a database of a simulated week."""
    environment = {
        "REVENGE_DATABASE_URL": url,
        "ANALYTICS_TIMEZONE": ZONE.key,
        "ANALYTICS_RETENTION_DAYS": "30",
        "ANALYTICS_CALLER_AUTH": "hmac",
        "ANALYTICS_CALLER_SECRET": _SECRET,
    }
    return read_settings(environment, "")


async def record_week(url: str, traffic: Traffic, *, orderly: bool, tell: Progress) -> int:
    """Record a week into a database that is prepared; return how many events were recorded."""
    settings = week_settings(url)
    deliver = in_order if orderly else partial(in_disorder, seed=traffic.seed)
    database = Database(settings)
    await database.open()
    try:
        finder = PlaceFinder(city=None, asn=None, anonymous=None)
        recorder = Recorder(database, Ingest(finder, settings, OwnAddresses(settings)))
        await recorder.prepare()
        now = MONDAY
        for lot in in_lots(deliver(traffic.events())):
            await recorder.record(lot)
            now = lot.now
            tell(lot, recorder.recorded)
        await recorder.finish(now)
    finally:
        await database.close()
    return recorder.recorded


def main(arguments: Sequence[str]) -> int:
    """Record both weeks side by side and compare them; return the exit code."""
    parser = argparse.ArgumentParser(prog="make test-week", description=__doc__)
    parser.add_argument("--users", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="week-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # started by root, PostgreSQL is another user's, and must reach it
        server = EmbeddedPostgres(folder, durable=False)
        try:
            return _compare(server.start(), Traffic(given.users, given.seed))
        finally:
            server.destroy()


def _compare(url: str, traffic: Traffic) -> int:
    urls = [_make_database(url, name) for name in ("in_order", "in_disorder")]
    began = time.monotonic()
    with ProcessPoolExecutor(max_workers=2) as pool:
        counts = list(pool.map(partial(_record, traffic), urls, (True, False)))
    seconds = time.monotonic() - began
    expected, found = (read_week(one) for one in urls)
    differing = differences(expected, found)
    sys.stdout.write(
        f"{traffic.users:,} users, {counts[0]:,} events in order, {counts[1]:,} in disorder with"
        f" repeats; {seconds:.0f} s, {sum(counts) / seconds:,.0f} events/s\n"
        f"{len(expected.sessions):,} sessions, {len(expected.days):,} days of users:"
        f" {len(differing)} rows differ\n"
    )
    sys.stdout.writelines(f"{line}\n" for line in differing[:_FIRST_SHOWN])
    return 1 if differing else 0


def _make_database(url: str, name: str) -> str:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    made = f"{url.rpartition('/')[0]}/{name}"
    asyncio.run(prepare(week_settings(made)))
    return made


def _record(traffic: Traffic, url: str, orderly: bool) -> int:  # noqa: FBT001  (for pool.map)
    tell = _teller("in order" if orderly else "in disorder")
    return uvloop.run(record_week(url, traffic, orderly=orderly, tell=tell))


def _teller(name: str) -> Progress:
    """Return what says at every tenth of the week how far it is."""
    tenths = 0

    def tell(lot: Lot, recorded: int) -> None:
        nonlocal tenths
        if (lot.now - MONDAY) * 10 // WEEK > tenths:
            tenths += 1
            say(f"{name}: {tenths * 10} % of the week, {recorded:,} events")

    return tell


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
