"""Lists and sums of items of libraries, as answers show them."""

from collections.abc import Mapping
from datetime import datetime
from typing import LiteralString

from psycopg import sql
from psycopg.rows import DictRow

from shared.domain.statistics.period import Period
from shared.store import lots
from shared.store.database import Connection, one
from shared.store.holdings import Shelves
from shared.store.queries import load
from shared.store.statistics import WITHIN, span_of

_SQL = load("shelf_lists")
_WATCHED = sql.SQL(_SQL["find_watched"])
_WORTH = sql.SQL(_SQL["find_worth"])
_WORTHLESS = sql.SQL(_SQL["find_worthless"])
_WORTH_OF_SHOWS = sql.SQL(_SQL["find_worth_of_shows"])
_WORTH_OF_PERIOD = {
    "item": sql.SQL(_SQL["find_worth_of_period"]).format(within=WITHIN),
    "show": sql.SQL(_SQL["find_worth_of_shows_of_period"]).format(within=WITHIN),
}
_FIRST_PAGE = {"after_size": None, "after_at": None, "after_id": None, "offset": 0}


async def list_stale(connection: Connection, values: Mapping[str, object]) -> list[DictRow]:
    """Return a page of items that were not played since an instant, the largest first."""
    return await _page(connection, "list_stale", values)


async def sum_stale(connection: Connection, shelves: Shelves, *, before: datetime) -> list[DictRow]:
    """Return by content type how many items were not played since an instant, or never at all."""
    values = shelves.filters() | {"before": before}
    return await (await connection.execute(_SQL["sum_stale"], values, prepare=False)).fetchall()


async def list_recent(connection: Connection, values: Mapping[str, object]) -> list[DictRow]:
    """Return a page of items, those first that came last."""
    return await _page(connection, "list_recent", values)


async def list_lacking(connection: Connection, values: Mapping[str, object]) -> list[DictRow]:
    """Return a page of items of which something is not known that should be."""
    return await _page(connection, "list_lacking", values)


async def list_without_files(connection: Connection, values: Mapping[str, object]) -> list[DictRow]:
    """Return a page of items without a file."""
    return await _page(connection, "list_without_files", values)


async def list_orphans(connection: Connection, values: Mapping[str, object]) -> list[DictRow]:
    """Return a page of files without an item."""
    return await _page(connection, "list_orphans", values)


async def count_orphans(connection: Connection, shelves: Shelves) -> DictRow:
    """Return how many files have no item, and what they took."""
    return await _one(connection, "count_orphans", shelves.filters())


async def sum_standings(connection: Connection, shelves: Shelves) -> list[DictRow]:
    """Return by library what standings added up to when they were worked out."""
    cursor = await connection.execute(_SQL["sum_standings"], shelves.filters(), prepare=False)
    return await cursor.fetchall()


async def list_duplicates(connection: Connection, values: Mapping[str, object]) -> list[DictRow]:
    """Return a page of what there is more of than needed, what gives back most first."""
    return await _page(connection, "list_duplicates", values)


async def sum_duplicates(connection: Connection, shelves: Shelves) -> DictRow:
    """Return how much there is more of than needed."""
    return await _one(connection, "sum_duplicates", shelves.filters())


async def find_watched(
    connection: Connection, shelves: Shelves, *, least: bool, limit: int | None
) -> list[str]:
    """Return lots of the items whose works were watched most, or least, in all time."""
    values = shelves.filters() | {"least": least, "limit": limit}
    return await lots.find(connection, _WATCHED, values)


async def find_worth(
    connection: Connection,
    shelves: Shelves,
    period: Period | None,
    *,
    of: str,
    worst: bool,
    limit: int | None,
) -> list[str]:
    """Return lots of items or shows by the hours that they were watched per GB.

    Args:
        connection: to read from.
        shelves: which of them count.
        period: when they were watched; ever, if it is not given.
        of: ``item`` or ``show``.
        worst: those first that were watched least.
        limit: how many; all, if it is not given.
    """
    values = shelves.filters() | {"worst": worst, "limit": limit}
    if period is not None:
        return await lots.find(connection, _WORTH_OF_PERIOD[of], {**values, **span_of(period)})
    ever = _WORTH_OF_SHOWS if of == "show" else _WORTHLESS if worst else _WORTH
    return await lots.find(connection, ever, values)


async def tell_items(connection: Connection, lot: str) -> list[DictRow]:
    """Return the items of a lot; what is gone by now is left out."""
    return await (await connection.execute(_SQL["tell_items"], {"lot": lot})).fetchall()


async def tell_shows(connection: Connection, lot: str) -> list[DictRow]:
    """Return the shows of a lot; what is gone by now is left out."""
    return await (await connection.execute(_SQL["tell_shows"], {"lot": lot})).fetchall()


async def _page(
    connection: Connection, name: LiteralString, values: Mapping[str, object]
) -> list[DictRow]:
    # Unprepared, so that each page is planned for the filters and the place that it has.
    cursor = await connection.execute(_SQL[name], {**_FIRST_PAGE, **values}, prepare=False)
    return await cursor.fetchall()


async def _one(
    connection: Connection, name: LiteralString, values: Mapping[str, object]
) -> DictRow:
    return one(await (await connection.execute(_SQL[name], values, prepare=False)).fetchone())
