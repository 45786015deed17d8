"""What a request asks of the statistics of libraries: which of them, and of what time."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from functions.api.asking import checked, period_of
from shared.domain.calendar import day_after, day_of, first_instant
from shared.domain.permissions import Caller, Permission
from shared.domain.statistics.period import Interval, Period, Window
from shared.domain.statistics.question import Filter
from shared.errors import FieldError
from shared.http.context import Context
from shared.http.problems import invalid
from shared.schemas.library_query import LibraryPeriodParameters, ShelfParameters
from shared.store import holdings, libraries
from shared.store.database import Connection
from shared.store.holdings import Shelves


async def shelves_of(wanted: ShelfParameters, connection: Connection, caller: Caller) -> Shelves:
    """Return which libraries are meant.

    Raises:
        InvalidInputError: a server or a library is not known, or none is on such a server.
    """
    chosen: tuple[str, ...] | None = None
    if wanted.servers or wanted.libraries:
        known = await libraries.list_ids(connection)
        _all_known("servers", wanted.servers, set(known.values()))
        _all_known("libraries", wanted.libraries, set(known))
        chosen = tuple(
            library
            for library, server in known.items()
            if (not wanted.servers or server in wanted.servers)
            and (not wanted.libraries or library in wanted.libraries)
        )
    if chosen == ():
        raise invalid([FieldError("libraries", "are on none of these servers")])
    return Shelves(
        libraries=chosen,
        servers=None if wanted.libraries else tuple(wanted.servers) or None,
        content_types=tuple(wanted.content_types) or None,
        adult=caller.may(Permission.LEGACY_READ),
    )


async def held_period(
    wanted: LibraryPeriodParameters, shelves: Shelves, context: Context, connection: Connection
) -> Period:
    """Return the period that is meant; all time begins with the first day known of the shelves.

    Raises:
        InvalidInputError: it ends before it starts, or is too long.
    """
    if wanted.window is not Window.ALL:
        return await period_of(wanted, context, connection)
    zone = wanted.zone(context.settings.zone)
    today = day_of(context.now(), zone)
    first = min(await holdings.first_day(connection, shelves) or today, today)
    return Period(first_instant(first, zone), first_instant(day_after(today), zone), zone)


def sessions_in(shelves: Shelves) -> Filter:
    """Return the sessions of some libraries, or of all of some servers."""
    return Filter(
        servers=shelves.servers or (),
        libraries=() if shelves.servers else shelves.libraries or (),
        content_types=shelves.content_types or (),
        adult=shelves.adult,
    )


def last_days_of_parts(
    period: Period, interval: Interval, now: datetime, zone: ZoneInfo
) -> list[date]:
    """Return the day before a period, and the last day of each of its parts.

    Days are those of the service's zone, with the same date: where the period has the present in it,
    the last is the present day there, whatever day it is in the period's zone by then. Of days to come
    nothing is known: what reaches beyond today ends with it.

    Raises:
        InvalidInputError: there are too many parts.
    """
    checked(period, interval)
    day, today = timedelta(days=1), day_of(now, zone)
    first = day_of(period.start, period.zone)
    last = day_of(period.end - timedelta.resolution, period.zone)
    if period.start <= now < period.end:
        first, last = min(first, today), today
    held = Period(first_instant(first, zone), first_instant(day_after(last), zone), zone)
    starts = [day_of(edge, zone) for edge in held.edges(interval)]
    return [*dict.fromkeys(min(at, today) for at in (*(start - day for start in starts), last))]


def _all_known(field: str, wanted: list[str], known: set[str]) -> None:
    for value in wanted:
        if value not in known:
            raise invalid([FieldError(field, f"{value!r} is not known")])
