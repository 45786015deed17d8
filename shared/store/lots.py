"""Rankings as they are held: the whole order at one instant, in lots of which each is a text.

A page of a ranking costs as much as all of it. So all of it is found at once, with as little of each
row as its order cannot do without, and not read: a lot is text until it is told.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from psycopg import sql
from psycopg.rows import DictRow
from pydantic_core import from_json

from shared.store.database import Connection
from shared.store.queries import load

_SQL = load("lots")
_IN_LOTS = sql.SQL(_SQL["in_lots"])
_MOST = sql.SQL(_SQL["most"])

ROWS_OF_LOT = 500

Statement = sql.SQL | sql.Composed
Found = TypeVar("Found")
Fetch = Callable[[Connection, Statement, Mapping[str, object]], Awaitable[Found]]
"""Runs a statement, and returns what it found."""


async def find(
    connection: Connection, statement: Statement, values: Mapping[str, object]
) -> list[str]:
    """Return the rows of a statement in its order, each with a ``rank`` from 1 besides.

    They come in lots of up to ``ROWS_OF_LOT``.
    """
    cursor = await connection.execute(
        _IN_LOTS.format(ranked=statement), {**values, "rows_of_lot": ROWS_OF_LOT}, prepare=False
    )
    return [row["lot"] for row in await cursor.fetchall()]


def find_most(most: int) -> Fetch[list[str]]:
    """Return what finds lots of so many rows at most."""

    async def fetch(
        connection: Connection, statement: Statement, values: Mapping[str, object]
    ) -> list[str]:
        limited = _MOST.format(ranked=statement)
        return await find(connection, limited, {**values, "most": most})

    return fetch


async def fetch(
    connection: Connection, statement: Statement, values: Mapping[str, object]
) -> list[DictRow]:
    """Return the rows of a statement; it is not prepared, so that it is planned for what it asks."""
    return await (await connection.execute(statement, values, prepare=False)).fetchall()


def read(lot: str) -> list[dict[str, Any]]:
    """Return the rows of a lot that has all of them."""
    return from_json(lot)
