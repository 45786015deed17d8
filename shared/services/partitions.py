"""Keeping the months of sessions that are wanted: made ahead, dropped when they are over."""

from datetime import datetime, timedelta

from shared.settings import Settings
from shared.store import partitions, rollups
from shared.store.database import Connection
from shared.store.partitions import Month

MONTHS_AHEAD = 3


async def keep_partitions(
    connection: Connection, settings: Settings, now: datetime
) -> dict[str, int]:
    """Make the partitions that events may need and drop those past retention."""
    oldest = Month.of(now - timedelta(days=settings.analytics_retention_days))
    present = await partitions.list_months(connection)
    missing = [month for month in _wanted(oldest, now) if month not in present]
    for month in missing:
        await partitions.create(connection, month)
    dropped = 0
    for month in (month for month in present if month < oldest):
        # What a month says must be in the statistics before its sessions go.
        low, high = month.ids
        if not await rollups.has_waiting(connection, low=low, high=high):
            await partitions.drop(connection, month)
            dropped += 1
    return {"created": len(missing), "dropped": dropped}


def _wanted(oldest: Month, now: datetime) -> list[Month]:
    wanted = [oldest]
    last = Month.of(now)
    for _ in range(MONTHS_AHEAD):
        last = last.next
    while wanted[-1] < last:
        wanted.append(wanted[-1].next)
    return wanted
