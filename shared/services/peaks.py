"""Finding the peaks of quarter hours that are marked: of stretches of time, each a transaction."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from shared.clock import utc_now
from shared.services.lot_sizes import lots_at_once, next_size
from shared.settings import Settings
from shared.store import rollups
from shared.store.database import Connection, Database

# Peaks are found from all that was on between the first and the last of them: so many as lie within
# a stretch of time, in a row or far apart, however long the history is. It grows while that is quick.
SHORTEST_STRETCH = timedelta(hours=1)
FIRST_STRETCH = timedelta(hours=3)
LONGEST_STRETCH = timedelta(days=7)


async def find_peaks_until(
    database: Database, settings: Settings, until: datetime, *, done: Callable[[int], None]
) -> int:
    """Find peaks until none is left or the time is up; return of how many quarter hours.

    Args:
        database: open.
        settings: how many connections there are: of two stretches at once, if there are enough.
        until: after that nothing is begun.
        done: is told of how many, each time.
    """
    turn = asyncio.Lock()
    found = await asyncio.gather(
        *(_find_stretches(database, turn, until, done=done) for _ in range(lots_at_once(settings)))
    )
    return sum(found)


async def _find_stretches(
    database: Database, turn: asyncio.Lock, until: datetime, *, done: Callable[[int], None]
) -> int:
    quarters, stretch = 0, FIRST_STRETCH
    while (began := utc_now()) < until:
        found = await database.run(partial(_find_stretch, turn=turn, within=stretch))
        quarters += found
        done(found)
        if found == 0:
            break
        stretch = next_size(
            stretch, utc_now() - began, least=SHORTEST_STRETCH, most=LONGEST_STRETCH
        )
    return quarters


async def _find_stretch(connection: Connection, *, turn: asyncio.Lock, within: timedelta) -> int:
    """Find the peaks of what is marked first, and near it; who does so beside it takes the next."""
    async with turn:
        starts = await rollups.take_quarters(connection, within=within)
    if starts:
        await rollups.find_peaks(connection, starts)
    return len(starts)
