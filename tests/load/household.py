"""A household's history with its statistics, filled once: what several benchmarks ask."""

import time
from datetime import datetime

import psycopg
from psycopg import sql

from shared.services.rollups import rebuild
from shared.services.standings import work_out
from shared.store.database import Database
from shared.store.rollups import Waiting
from tests.load.history import Size, make_history
from tests.load.report import say
from tests.load.service import Place


def holds(place: Place, table: str) -> bool:
    """Say whether there is anything in a table."""
    statement = sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(table))
    with psycopg.connect(place.superuser_url) as connection:
        return connection.execute(statement).fetchone() == (True,)


async def fill(place: Place, database: Database, size: Size, *, now: datetime) -> float:
    """Make two years of sessions until now, and count them; return the seconds of counting."""
    say(f"history: making {size.sessions:,} sessions of two years")
    with psycopg.connect(place.superuser_url, autocommit=True) as connection:
        make_history(connection, size, last=now)
    say("history: counting everything")
    began = time.perf_counter()
    await rebuild(database, place.settings, tell=_tell)
    taken = time.perf_counter() - began
    await work_out(database)
    with psycopg.connect(place.superuser_url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return taken


def _tell(waiting: Waiting) -> None:
    say(
        f"history: {waiting.items:,} items to count, {waiting.sums} sums to add up,"
        f" {waiting.quarters:,} quarter hours to find peaks of"
    )
