"""Rankings as they are held: the whole order at one instant, in lots of which each is a text.

A page of a ranking costs as much as all of it. So all of it is found at once, with as little of each
row as its order cannot do without, and not read: a lot is text until it is told.
"""

from collections.abc import Mapping
from typing import Any, LiteralString

from psycopg import sql
from pydantic_core import from_json

from shared.store.database import Connection
from shared.store.queries import load

_IN_LOTS = sql.SQL(load("lots")["in_lots"])

ROWS_OF_LOT = 500

Ranked = sql.Composed


def ranked(statement: LiteralString, **parts: sql.Composable) -> Ranked:
    """Return a statement whose rows are to be found in lots.

    Args:
        statement: puts its rows in an order.
        parts: of the statement that are statements themselves.
    """
    return _IN_LOTS.format(ranked=sql.SQL(statement).format(**parts))


async def find(
    connection: Connection, statement: Ranked, values: Mapping[str, object]
) -> list[str]:
    """Return lots of up to ``ROWS_OF_LOT`` rows; each row has a ``rank`` from 1 besides."""
    cursor = await connection.execute(
        statement, {**values, "rows_of_lot": ROWS_OF_LOT}, prepare=False
    )
    return [row["lot"] for row in await cursor.fetchall()]


def read(lot: str) -> list[dict[str, Any]]:
    """Return the rows of a lot that has all of them."""
    return from_json(lot)
