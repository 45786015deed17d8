"""Who is at the head of a period, found without reading all of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, timedelta
from itertools import chain
from typing import Any
from uuid import UUID

from shared.domain.calendar import month_of
from shared.domain.statistics.heads import Figures, Look, bounds, last_of
from shared.domain.statistics.period import Period
from shared.domain.statistics.question import Filter
from shared.domain.statistics.titles import FIGURES, Head, Order, TitleKind, at_most
from shared.services.heads import find_head
from shared.store import rankings
from shared.store.database import Connection
from shared.store.people_statistics import count_some

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Search:
    """How the head of a period is looked for.

    Attributes:
        few: up to so many sessions, all of the period are read.
        cost: of a session that is searched for, in sessions that are read in their order.
        depths: how many titles of each month are looked at first, and then may be to settle it;
            else the period is read whole.
    """

    few: int
    cost: int
    depths: Sequence[int] = (50, 100, 200, 400, 800, 1_600, 3_200)


# An index alone tells what counts; where something is filtered by it does not, and the head of what
# is left is not that of the month.
OF_ALL = Search(few=10_000, cost=1)
OF_SOME = Search(few=50_000, cost=5)

# Of so many people it is not worth to know how many there are: no title is played by all.
MANY_PEOPLE = 2_000

# The id of no item.
NOTHING = ("",)

_INSTANT = timedelta(microseconds=1)
_NARROW = frozenset({"users", "groups", "items", "works"})


async def rank(
    connection: Connection,
    period: Period,
    wanted: Filter,
    *,
    of: TitleKind,
    order: Order,
    limit: int,
) -> Sequence[Row]:
    """Return the first items or groups of a period in an order, as ``rank_by_each`` does."""
    found = await rank_by_each(connection, period, wanted, of=of, orders=(order,), limit=limit)
    return found[order]


async def rank_by_each(
    connection: Connection,
    period: Period,
    wanted: Filter,
    *,
    of: TitleKind,
    orders: Sequence[Order],
    limit: int,
    search: Search | None = None,
) -> Mapping[Order, Sequence[Row]]:
    """Return the first items or groups of a period in each of some orders, from one reading.

    Args:
        connection: to read from.
        period: when they were played.
        wanted: by whom, on what, and so on.
        of: what is ranked.
        orders: in what orders.
        limit: how many of each.
        search: how they are looked for, if not as suits the question.
    """
    search = search or (OF_SOME if wanted.given else OF_ALL)
    can_be_searched = Order.LEAST_WATCHED not in orders and not wanted.given & _NARROW
    sessions = await rankings.count_sessions(connection, period) if can_be_searched else 0
    if sessions > search.few:
        people = await count_some(connection, MANY_PEOPLE)
        heads = _Heads(
            connection,
            period,
            wanted,
            of,
            orders,
            limit,
            search.cost,
            sessions,
            people if people < MANY_PEOPLE else None,
        )
        found = await find_head(heads.look, heads.tell, search.depths)
        if found is not None:
            return found
    return await rankings.rank_titles(connection, period, wanted, of=of, orders=orders, limit=limit)


async def only(
    connection: Connection, wanted: Filter, of: TitleKind, keys: Sequence[str]
) -> Filter:
    """Return a filter that lets only some titles in; one of none lets nothing in."""
    if of is TitleKind.ITEM:
        return replace(wanted, items=tuple(keys) or NOTHING)
    works = await rankings.list_works(connection, of, keys)
    return replace(wanted, works=tuple(works) or (UUID(int=0),))


@dataclass(frozen=True, slots=True)
class _Heads:
    """The heads of the months of a question.

    Attributes:
        cost: of a session that is searched for, in sessions that are read.
        sessions: how many the period has.
        people: how many there are; None where that does not matter.
    """

    connection: Connection
    period: Period
    wanted: Filter
    of: TitleKind
    orders: Sequence[Order]
    limit: int
    cost: int
    sessions: int
    people: int | None

    async def look(self, depth: int) -> Look[Mapping[Order, Sequence[Row]]] | None:
        heads = {by: await self._list(by, depth) for by in self.orders}
        plays = {(head.month, head.key): head.plays for head in chain(*heads.values())}
        if self.cost * sum(plays.values()) > self.sessions:
            return None
        among = await only(self.connection, self.wanted, self.of, sorted({key for _, key in plays}))
        rows = await rankings.rank_titles(
            self.connection, self.period, among, of=self.of, orders=self.orders, limit=self.limit
        )
        last = [
            last_of([tuple(row[name] for name in FIGURES[by]) for row in rows[by]], self.limit)
            for by in self.orders
        ]
        return Look(rows, last, self._most(heads, [depth])[depth])

    async def tell(self, depths: Sequence[int]) -> Mapping[int, Sequence[Figures]]:
        heads = {by: await self._list(by, max(depths), ranks=depths) for by in self.orders}
        return self._most(heads, depths)

    def _most(
        self, heads: Mapping[Order, Sequence[Head]], depths: Sequence[int]
    ) -> dict[int, list[Figures]]:
        each = {by: bounds(((h.rank, h.figure) for h in heads[by]), depths) for by in self.orders}
        return {
            depth: [at_most(by, each[by][depth], self.people) for by in self.orders]
            for depth in depths
        }

    async def _list(
        self, by: Order, depth: int, ranks: Sequence[int] | None = None
    ) -> Sequence[Head]:
        return await rankings.list_heads(
            self.connection, self.of, by, _months(self.period), depth, ranks=ranks
        )


def _months(period: Period) -> tuple[date, date]:
    """Return the first days of the first and the last month of UTC that a period touches."""
    last = period.end - _INSTANT
    return month_of(period.start.astimezone(UTC).date()), month_of(last.astimezone(UTC).date())
