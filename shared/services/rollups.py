"""Rolling up what changed: from marks that say what it was, in small transactions, resumable."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from shared.clock import utc_now
from shared.services.jobs import TIME_BUDGET, Counts
from shared.services.lot_sizes import lots_at_once, next_size
from shared.services.peaks import find_peaks_until
from shared.settings import Settings
from shared.store import reports, rollups
from shared.store.database import UNSTORABLE, Connection, Database
from shared.store.rollups import Item, Lot, Waiting
from shared.store.watching import find_binges, find_marked_binges

# An event of a person and item that are being counted waits for the end of the lot; but sums of a
# day are written once a lot, so that of much that waits more is counted at once: as much as takes
# some seconds where it runs, within what the role may wait for a lock.
LOT = 1_000
LARGE_LOT = 5_000
LARGEST_LOT = 20_000
SHOWS_AT_ONCE = 1_000
PEOPLE_AT_ONCE = 100

# What cannot be counted is tried again each day: a later release may know how.
PUT_OFF_FOR = timedelta(days=1)

_log = logging.getLogger(__name__)

_TELL_EVERY = timedelta(seconds=5)
_LOOK_AGAIN_AFTER = timedelta(seconds=1)
_ENDLESS = datetime.max.replace(tzinfo=UTC)


async def roll_up_changes(database: Database, settings: Settings) -> Counts:
    """Count anew what changed, and what those who are playing have watched until now.

    Where sums are of another zone, or of an older release, they are added up anew once nothing waits.
    Each lot is a transaction: its marks go and what they are about is counted, so that a run that
    is killed leaves the rest for the next. So does one that finds the facts held.
    """
    began = utc_now()
    await database.run(lambda connection: rollups.mark_active(connection, now=began))
    await database.run(lambda connection: rollups.mark_put_off(connection, now=began))
    waiting = await database.run(rollups.count_waiting)
    lot = LARGE_LOT if waiting.items > LARGE_LOT else LOT
    items = await _roll_up_until(database, settings, began + TIME_BUDGET, lot=lot, done=_untold)
    quarters = await find_peaks_until(database, settings, began + TIME_BUDGET, done=_untold)
    return {"items": items, "quarter_hours": quarters}


async def rebuild(
    database: Database, settings: Settings, *, tell: Callable[[Waiting], None]
) -> Counts:
    """Count everything anew: facts from all sessions that are kept, and then all sums from facts.

    Args:
        database: open.
        settings: whose zone the days of people are counted in.
        tell: is told every few seconds how much is still to be done: what waited when that was
            counted, less what was done since. What is marked meanwhile is found at the end.
    """

    async def look() -> _Progress:
        return _Progress(await database.run(rollups.count_waiting), tell)

    marked = await mark_everything(database, tell=tell)
    await database.run(rollups.forget_zone)
    quarters = 0
    progress = await look()
    while (waiting := progress.left) != Waiting(0, 0, 0):
        if waiting.items or waiting.sums:
            await _roll_up_until(
                database,
                settings,
                _ENDLESS,
                lot=LARGE_LOT,
                done=progress.count_items,
                summed=progress.count_sums,
            )
        else:
            quarters += await find_peaks_until(
                database, settings, _ENDLESS, done=progress.count_quarters
            )
        if progress.left == waiting:
            await asyncio.sleep(_LOOK_AGAIN_AFTER.total_seconds())
        progress = await look()
    return {"items": marked, "quarter_hours": quarters}


async def mark_everything(
    database: Database, *, limit: int = PEOPLE_AT_ONCE, tell: Callable[[Waiting], None]
) -> int:
    """Have everything counted anew that is kept; return how many marks that makes.

    Some people at a time, since whoever records something of theirs meanwhile waits for their marks.

    Args:
        database: open.
        limit: how many people at a time.
        tell: is told every few seconds how much was found so far.
    """
    now = told_at = utc_now()
    marked, last = 0, UUID(int=0)
    while last is not None:
        last, marks = await database.run(
            partial(rollups.mark_people, after=last, limit=limit, now=now)
        )
        marked += marks
        if utc_now() - told_at >= _TELL_EVERY:
            told_at = utc_now()
            tell(Waiting(marked, 0, 0))
    return marked


async def forget_lot(
    connection: Connection, user_id: UUID, settings: Settings, *, limit: int = LOT, now: datetime
) -> int:
    """Take what a person did with some items out of every sum; return how many items these were.

    The person's sessions must be gone before; 0 says that all is out.
    """
    await rollups.mark_person(connection, user_id, limit=limit, now=now)
    items = await rollups.take_items_of(connection, user_id, limit=limit)
    if items:
        await rollups.roll_up(connection, items, zone=settings.zone, forgets=True)
        await find_binges(connection, items)
    return len(items)


async def roll_up_lot(
    connection: Connection,
    settings: Settings,
    *,
    limit: int = LOT,
    crowd: "Crowd | None" = None,
    carries: bool = True,
) -> Lot:
    """Count the items with the oldest marks anew; return which these were, put off or not.

    While somebody holds the facts no marks are taken: whoever marks an item would wait with the lot.

    Args:
        connection: in a transaction.
        settings: whose zone the days of people are counted in.
        limit: how many items at most.
        crowd: whom lots that run at once are counting, if there are any.
        carries: whether sums follow; if not, they are to be added up anew.
    """
    if await rollups.are_facts_held(connection):
        return Lot([], are_all=True)
    async with (crowd or Crowd()).taken(connection, limit=limit) as lot:
        if not lot.items:
            return lot
        await _count(connection, lot.items, zone=settings.zone, carries=carries)
        # To count a session whose item was put right may have its other item counted anew.
        people = {user_id for user_id, _ in lot.items}
        return replace(lot, are_all=lot.are_all and not await rollups.has_marks(connection, people))


async def _count(
    connection: Connection, items: Sequence[Item], *, zone: ZoneInfo, carries: bool
) -> None:
    """Count items anew; one that cannot be counted is put off, and stops no other.

    It is found by halving the lot, since what PostgreSQL refuses does not say whose it is.
    """
    try:
        async with connection.transaction():
            await rollups.roll_up(connection, items, zone=zone, carries=carries)
            await find_binges(connection, items)
    except UNSTORABLE:
        if len(items) == 1:
            _log.exception("what user %s did with item %s cannot be counted", *items[0])
            await rollups.put_off_item(connection, items[0], until=utc_now() + PUT_OFF_FOR)
            return
    else:
        return
    middle = len(items) // 2
    for half in (items[:middle], items[middle:]):
        await _count(connection, half, zone=zone, carries=carries)


class Crowd:
    """The people whom lots that run at once are counting: nobody is in two of them.

    That nobody is counted twice is up to the database; here it is seen to that lots do not wait for
    each other on one person's sums.
    """

    def __init__(self) -> None:
        self._people: set[UUID] = set()
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def taken(self, connection: Connection, *, limit: int) -> AsyncGenerator[Lot]:
        """Take the oldest marks of people who are in no other lot, and keep these to this one."""
        async with self._turn:
            lot = await rollups.take_items(connection, limit=limit, without=self._people)
            people = {user_id for user_id, _ in lot.items}
            self._people |= people
        try:
            yield lot
        finally:
            self._people -= people


class _Progress:
    """How much is still to be done, reckoned: to count millions of marks takes as long as a lot."""

    def __init__(self, waiting: Waiting, tell: Callable[[Waiting], None]) -> None:
        self.left = waiting
        self._tell = tell
        self._told_at = utc_now()
        tell(waiting)

    def count_items(self, done: int) -> None:
        """Take items off that were counted."""
        self._count(replace(self.left, items=max(0, self.left.items - done)))

    def count_sums(self) -> None:
        """Take a kind of sums off that was added up; each takes long of a long history."""
        self._count(replace(self.left, sums=max(0, self.left.sums - 1)), at_once=True)

    def count_quarters(self, done: int) -> None:
        """Take quarter hours off whose peaks were found."""
        self._count(replace(self.left, quarters=max(0, self.left.quarters - done)))

    def _count(self, left: Waiting, *, at_once: bool = False) -> None:
        self.left = left
        if (now := utc_now()) - self._told_at >= _TELL_EVERY or at_once:
            self._told_at = now
            self._tell(left)


async def _sum_up(connection: Connection, zone: ZoneInfo, summed: Callable[[], None]) -> None:
    """Add everything up anew, and so everything that was made of it; unless somebody holds the facts."""
    if await rollups.are_facts_held(connection):
        return
    await rollups.sum_up(connection, zone=zone, done=summed)
    await reports.renew(connection)


async def _roll_up_until(
    database: Database,
    settings: Settings,
    until: datetime,
    *,
    lot: int,
    done: Callable[[int], None],
    summed: Callable[[], None] = lambda: None,
) -> int:
    """Count until nothing is left or the time is up: much at once, so far as connections are left.

    While sums are of no use as they are, none is carried: all are added up anew at the end.
    """
    carries = await database.run(rollups.read_zone) == settings.zone.key
    count_lot = partial(roll_up_lot, settings=settings, crowd=Crowd(), carries=carries)
    counted = await asyncio.gather(
        *(
            _count_lots(database, count_lot, until, lot=lot, done=done)
            for _ in range(lots_at_once(settings) if lot > LOT else 1)
        )
    )
    if not carries and utc_now() < until:
        await database.run(partial(_sum_up, zone=settings.zone, summed=summed))
    await _find_binges_until(database, until)
    return sum(counted)


async def _count_lots(
    database: Database,
    count_lot: Callable[..., Awaitable[Lot]],
    until: datetime,
    *,
    lot: int,
    done: Callable[[int], None],
) -> int:
    """Count one lot after the other, each a transaction."""
    items = 0
    while (began := utc_now()) < until:
        counted = await database.run(partial(count_lot, limit=lot))
        items += len(counted.items)
        done(len(counted.items))
        if counted.are_all:
            break
        lot = next_size(lot, utc_now() - began, least=LOT, most=LARGEST_LOT)
        await asyncio.sleep(0)
    return items


async def _find_binges_until(database: Database, until: datetime) -> None:
    """Find the binges that are others since episodes moved: after what is counted, on its own."""
    found = SHOWS_AT_ONCE
    while found == SHOWS_AT_ONCE and utc_now() < until:
        found = await database.run(_find_some_binges)


async def _find_some_binges(connection: Connection) -> int:
    """Find binges that are others now; none while facts are held, and with them people's sums."""
    if await rollups.are_facts_held(connection):
        return 0
    return await find_marked_binges(connection, limit=SHOWS_AT_ONCE)


def _untold(_done: int) -> None:
    """Tell nobody how much was done."""
