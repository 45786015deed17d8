"""Rolling up what changed: from marks that say what it was, in small transactions, resumable."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from shared.clock import utc_now
from shared.domain.identifiers import lowest_id
from shared.services.jobs import TIME_BUDGET, Counts
from shared.settings import Settings
from shared.store import partitions, reports, rollups
from shared.store.database import Connection, Database
from shared.store.rollups import Waiting
from shared.store.watching import find_binges

# An event of a person and item that are being counted waits for the end of the lot; but sums of a
# day are written once a lot, so that of much that waits more is counted at once: as much as takes
# some seconds where it runs, within what the role may wait for a lock.
LOT = 1_000
LARGE_LOT = 5_000
LARGEST_LOT = 20_000
SHORT = timedelta(seconds=1.5)
QUARTERS_AT_ONCE = 7 * 96


async def roll_up_changes(database: Database, settings: Settings) -> Counts:
    """Count anew what changed, and what those who are playing have watched until now.

    Where sums are of another zone, or of an older release, they are added up anew before.
    Each lot is a transaction: its marks go and what they are about is counted, so that a run that
    is killed leaves the rest for the next.
    """
    began = utc_now()
    await database.run(lambda connection: _sum_up_for(connection, settings.zone.key))
    await database.run(lambda connection: rollups.mark_active(connection, now=began))
    waiting = await database.run(rollups.count_waiting)
    lot = LARGE_LOT if waiting.items > LARGE_LOT else LOT
    items = await _roll_up_until(database, settings, began + TIME_BUDGET, lot=lot)
    quarters = await _find_peaks_until(database, began + TIME_BUDGET)
    return {"items": items, "quarter_hours": quarters}


async def rebuild(
    database: Database, settings: Settings, *, tell: Callable[[Waiting], None]
) -> Counts:
    """Count everything anew: sums from facts, and facts from all sessions that are kept.

    Args:
        database: open.
        settings: whose zone the days of people are counted in.
        tell: is told, again and again, how much is still to be done.
    """
    began = utc_now()

    async def begin(connection: Connection) -> int:
        await _sum_up(connection, settings.zone.key)
        kept_from = await _kept_from(connection)
        return await rollups.mark_everything(connection, kept_from=kept_from, now=began)

    marked = await database.run(begin)
    quarters = 0
    while True:
        waiting = await database.run(rollups.count_waiting)
        tell(waiting)
        if waiting == Waiting(0, 0):
            return {"items": marked, "quarter_hours": quarters}
        soon = utc_now() + timedelta(seconds=5)
        if waiting.items:
            await _roll_up_until(database, settings, soon, lot=LARGE_LOT)
        else:
            quarters += await _find_peaks_until(database, soon)


async def forget_lot(
    connection: Connection, user_id: UUID, settings: Settings, *, limit: int = LOT, now: datetime
) -> int:
    """Take what a person did with some items out of every sum; return how many items these were.

    The person's sessions must be gone before; 0 says that all is out.
    """
    await rollups.mark_person(connection, user_id, limit=limit, now=now)
    items = await rollups.take_items_of(connection, user_id, limit=limit)
    if items:
        await rollups.roll_up(connection, items, kept_from=UUID(int=0), zone=settings.zone.key)
        await find_binges(connection, items)
    return len(items)


async def roll_up_lot(connection: Connection, settings: Settings, *, limit: int = LOT) -> int:
    """Count the items with the oldest marks anew; return how many these were."""
    items = await rollups.take_items(connection, limit=limit)
    if items:
        await rollups.roll_up(
            connection,
            items,
            kept_from=await _kept_from(connection),
            zone=settings.zone.key,
        )
        await find_binges(connection, items)
    return len(items)


async def _sum_up_for(connection: Connection, zone: str) -> None:
    """Add everything up anew unless that was done for this zone."""
    if await rollups.read_zone(connection) != zone:
        await _sum_up(connection, zone)


async def _sum_up(connection: Connection, zone: str) -> None:
    """Add everything up anew; so is everything that was made of it."""
    await rollups.sum_up(connection, zone=zone)
    await reports.renew(connection)


async def _kept_from(connection: Connection) -> UUID:
    """Return the least id that a kept session may have: what lies before was dropped."""
    months = await partitions.list_months(connection)
    return lowest_id(months[0].start) if months else UUID(int=0)


async def _roll_up_until(
    database: Database, settings: Settings, until: datetime, *, lot: int
) -> int:
    done = 0
    while (began := utc_now()) < until:
        counted = await database.run(partial(roll_up_lot, settings=settings, limit=lot))
        done += counted
        if counted < lot:
            break
        lot = next_lot(lot, utc_now() - began)
        await asyncio.sleep(0)
    return done


def next_lot(lot: int, took: timedelta) -> int:
    """Return how much to count at once after a lot that took some time.

    Args:
        lot: how much that was.
        took: how long it took. One that was short is followed by one of twice as much, and one
            that took three times as long as a short one may by one of half as much: no statement
            is to take so long that it is ended, however slow the database.
    """
    if took < SHORT:
        return min(2 * lot, LARGEST_LOT)
    return lot if took < 3 * SHORT else max(LOT, lot // 2)


async def _find_peaks_until(database: Database, until: datetime) -> int:
    done = 0
    while utc_now() < until:
        found = await database.run(
            lambda connection: rollups.find_peaks(connection, limit=QUARTERS_AT_ONCE)
        )
        done += found
        if found < QUARTERS_AT_ONCE:
            break
    return done
