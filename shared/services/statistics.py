"""Rolling up days: from marks that say what changed, in small transactions, resumable."""

from datetime import datetime

from shared.clock import utc_now
from shared.services.jobs import TIME_BUDGET, Counts
from shared.settings import Settings
from shared.store import dirty, statistics
from shared.store.database import Connection, Database

LOT = 200


async def roll_up_changes(database: Database, settings: Settings) -> Counts:
    """Count anew every day that changed, and today for those who are playing.

    Each lot is a transaction: its marks go and its days are counted, so that a run that is
    killed leaves the rest for the next.
    """
    began = utc_now()
    await database.run(lambda connection: _mark_playing(connection, settings, began))
    days, lot = 0, LOT
    while lot == LOT and utc_now() - began < TIME_BUDGET:
        lot = await database.run(lambda connection: _roll_up_lot(connection, settings))
        days += lot
    return {"days": days}


async def _mark_playing(connection: Connection, settings: Settings, now: datetime) -> None:
    """Mark today for those who are playing: their heartbeats mark nothing."""
    users = await statistics.list_active_users(connection)
    today = now.astimezone(settings.zone).date()
    await dirty.mark_days(connection, [(user_id, today) for user_id in users], now=now)


async def _roll_up_lot(connection: Connection, settings: Settings) -> int:
    marked = await dirty.list_days(connection, limit=LOT)
    for user_id, day in marked:
        if await dirty.take_day(connection, user_id, day):
            await statistics.roll_up_day(
                connection, user_id, day, zone=settings.analytics_timezone, now=utc_now()
            )
    return len(marked)
