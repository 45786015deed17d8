"""Who is at the head of a period, found without reading all of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, timedelta
from itertools import chain
from typing import Any
from uuid import UUID

from shared.domain.calendar import month_of
from shared.domain.statistics.heads import bound, is_settled
from shared.domain.statistics.period import Period
from shared.domain.statistics.question import Filter
from shared.domain.statistics.titles import FIGURES, Head, Order, TitleKind
from shared.store import rankings
from shared.store.database import Connection

Row = Mapping[str, Any]

# So many sessions are read as fast as a few of them are searched for.
FEW_SESSIONS = 50_000

# So many sessions are read, in their order, in the time in which one is searched for.
SEARCH_COST = 5

# How many titles of each month are looked at, again and again as long as it is not settled; after
# that the period is read whole.
DEPTHS = (200, 800, 3_200)

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
    few: int = FEW_SESSIONS,
    cost: int = SEARCH_COST,
    depths: Sequence[int] = DEPTHS,
) -> Mapping[Order, Sequence[Row]]:
    """Return the first items or groups of a period in each of some orders, from one reading.

    Args:
        connection: to read from.
        period: when they were played.
        wanted: by whom, on what, and so on.
        of: what is ranked.
        orders: in what orders.
        limit: how many of each.
        few: up to so many sessions, all of the period are read.
        cost: of one that is searched for, in sessions that are read.
        depths: how many titles of each month are looked at, one after the other.
    """
    can_be_searched = Order.LEAST_WATCHED not in orders and not wanted.given & _NARROW
    if can_be_searched and (sessions := await rankings.count_sessions(connection, period)) > few:
        for depth in depths:
            heads = {
                order: await rankings.list_heads(connection, of, order, _months(period), depth)
                for order in orders
            }
            plays = {(head.month, head.key): head.plays for head in chain(*heads.values())}
            if cost * sum(plays.values()) > sessions:
                break
            among = await only(connection, wanted, of, sorted({key for _, key in plays}))
            rows = await rankings.rank_titles(
                connection, period, among, of=of, orders=orders, limit=limit
            )
            if all(_is_settled(rows[by], by, limit, heads[by], depth) for by in orders):
                return rows
    return await rankings.rank_titles(connection, period, wanted, of=of, orders=orders, limit=limit)


async def only(
    connection: Connection, wanted: Filter, of: TitleKind, keys: Sequence[str]
) -> Filter:
    """Return a filter that lets only some titles in; one of none lets nothing in."""
    if of is TitleKind.ITEM:
        return replace(wanted, items=tuple(keys) or NOTHING)
    works = await rankings.list_works(connection, of, keys)
    return replace(wanted, works=tuple(works) or (UUID(int=0),))


def _is_settled(
    rows: Sequence[Row], by: Order, limit: int, heads: Sequence[Head], depth: int
) -> bool:
    most = bound(((head.month, head.figure) for head in heads), depth)
    return is_settled([row[FIGURES[by]] for row in rows], limit, most)


def _months(period: Period) -> tuple[date, date]:
    """Return the first days of the first and the last month of UTC that a period touches."""
    last = period.end - _INSTANT
    return month_of(period.start.astimezone(UTC).date()), month_of(last.astimezone(UTC).date())
