"""Items and groups in an order, as they are read from facts and rollups."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from uuid import UUID

from psycopg import sql
from psycopg.rows import DictRow

from shared.domain.statistics.period import Period
from shared.domain.statistics.question import Filter
from shared.domain.statistics.titles import Head, Order, TitleKind
from shared.store.database import Connection, one
from shared.store.queries import load
from shared.store.statistics import WITHIN, filters_of, span_of

_SQL = load("rankings")
_RANK_TITLES = sql.SQL(_SQL["rank_titles"]).format(within=WITHIN)

# What a fact itself tells.
_BESIDE_FACETS = frozenset({"users", "groups", "devices", "content_types", "items", "works"})


async def list_heads(
    connection: Connection,
    of: TitleKind,
    order: Order,
    months: tuple[date, date],
    depth: int,
    *,
    ranks: Sequence[int] | None = None,
) -> list[Head]:
    """Return the first titles of each month of UTC, from the first to the last.

    Args:
        connection: to read from.
        of: what titles.
        order: what they are first in.
        months: the first days of the first and the last month.
        depth: how many of each month.
        ranks: which of these, from 1; all, if it is not given.
    """
    cursor = await connection.execute(
        _SQL["list_heads"],
        {
            "of": of,
            "order": order,
            "first": months[0],
            "last": months[1],
            "depth": depth,
            "ranks": ranks and list(ranks),
        },
        prepare=False,
    )
    return [
        Head(row["month"], row["rank"], row["key"], int(row["figure"]), int(row["plays"]))
        for row in await cursor.fetchall()
    ]


async def rank_titles(
    connection: Connection,
    period: Period,
    wanted: Filter,
    *,
    of: TitleKind,
    orders: Sequence[Order],
    limit: int,
) -> dict[Order, list[DictRow]]:
    """Return the first items or groups in each of some orders.

    Args:
        connection: to read from.
        period: when they were played.
        wanted: by whom, on what, and so on.
        of: what is ranked.
        orders: in what orders.
        limit: how many of each.
    """
    cursor = await connection.execute(
        _RANK_TITLES,
        {
            **filters_of(wanted),
            **span_of(period),
            "of": of,
            "orders": list(orders),
            "limit": limit,
            "is_plain": wanted.given <= _BESIDE_FACETS,
        },
        prepare=False,
    )
    found: dict[Order, list[DictRow]] = {order: [] for order in orders}
    for row in await cursor.fetchall():
        found[Order(row.pop("by"))].append(row)
    return found


async def count_sessions(connection: Connection, period: Period) -> int:
    """Return about how many sessions began in a period, no fewer than did."""
    cursor = await connection.execute(_SQL["count_sessions"], span_of(period))
    return int(one(await cursor.fetchone())["sessions"])


async def list_works(connection: Connection, kind: StrEnum, keys: Sequence[str]) -> list[UUID]:
    """Return the works that groups have items of."""
    cursor = await connection.execute(_SQL["list_works"], {"kind": kind, "keys": list(keys)})
    return [row["work_id"] for row in await cursor.fetchall()]


async def rank_titles_of_all_time(
    connection: Connection, *, of: TitleKind, order: Order, adult: bool, limit: int
) -> list[DictRow]:
    """Return items or groups in an order, of all time and everybody."""
    item = of is TitleKind.ITEM
    statement = _SQL["rank_items_of_all_time"] if item else _SQL["rank_groups_of_all_time"]
    cursor = await connection.execute(
        statement, {"of": of, "order": order, "adult": adult, "limit": limit}, prepare=False
    )
    return await cursor.fetchall()
