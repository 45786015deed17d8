"""Counting what libraries hold, and looking back and ahead from there."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from shared.clock import utc_now
from shared.domain.calendar import day_of
from shared.domain.forecast import HORIZONS, backtest, forecast
from shared.domain.holdings import Foreseen, Held
from shared.services.jobs import Counts
from shared.settings import Settings
from shared.store import holdings, libraries
from shared.store.database import Connection, Database
from shared.store.holdings import Shelves

FORESEEN_FROM_DAYS = 730
"""As far back as growth says something about what is to come."""

COUNTED_WITHIN = timedelta(minutes=2)
"""So long after a scan ended, at most, what it found last is counted: by then it may be the next day."""


async def count_changes(database: Database, settings: Settings) -> Counts:
    """Count what libraries hold, if anything of that has changed since it was last counted."""

    async def work(connection: Connection) -> int:
        marked = await holdings.take_marks(connection)
        if marked:
            await libraries.bury_items(connection, marked)
            today = day_of(utc_now(), settings.zone)
            await holdings.count_holdings(connection, today=today)
        return len(marked)

    return {"libraries": await database.run(work)}


async def held_by_day(
    connection: Connection, shelves: Shelves, days: list[date], *, by: str, of: str = "all"
) -> dict[date, dict[str | None, Held]]:
    """Return what was held at the end of each day by key; a day of which nothing is known is empty.

    Args:
        connection: to read from.
        shelves: which holdings count.
        days: in order, each once.
        by: ``content_type`` or ``value``.
        of: the property that values are of; ``all`` counts items too.
    """
    found: dict[date, dict[str | None, Held]] = {day: {} for day in days}
    for row in await holdings.list_held(connection, shelves, days, by=by, of=of):
        found[days[row["part"] - 1]][row["key"]] = held_of(row)
    return found


async def foresee(
    connection: Connection, shelves: Shelves, now: datetime, zone: ZoneInfo
) -> list[Foreseen]:
    """Return how many bytes there will be, from how they came until now."""
    today = day_of(now, zone)
    levels = await holdings.list_levels(
        connection,
        shelves,
        whole=await _known_whole(connection, today, zone),
        first=today - timedelta(days=FORESEEN_FROM_DAYS),
        last=today,
    )
    return [
        Foreseen(horizon, forecast(levels, horizon), backtest(levels, horizon))
        for horizon in HORIZONS
    ]


async def _known_whole(connection: Connection, today: date, zone: ZoneInfo) -> dict[str, date]:
    """Return on which day libraries were first known whole; one that is not yet, today."""
    ended = await holdings.list_first_scans(connection)
    return {
        library: today if at is None else day_of(at + COUNTED_WITHIN, zone)
        for library, at in ended.items()
    }


def held_of(row: Mapping[str, Any]) -> Held:
    """Return what a row says is held."""
    return Held(**{field.name: row[field.name] for field in fields(Held)})
