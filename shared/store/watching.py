"""How libraries are watched: binges (``shared.domain.statistics.binges``), and when in the week."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from psycopg.rows import DictRow

from shared.domain.statistics.engagement import Reach
from shared.domain.statistics.period import Period
from shared.store.database import Connection, one
from shared.store.holdings import Shelves
from shared.store.queries import json_text, load

_SQL = load("watching")
_FIRST_PAGE = {"after_at": None, "after_id": None, "offset": 0}


async def find_binges(connection: Connection, items: Iterable[tuple[UUID, str]]) -> None:
    """Find binges anew of people and the shows of items; what these count for is known already."""
    rows = [{"user_id": user_id, "content_id": content_id} for user_id, content_id in items]
    await connection.execute(_SQL["find_binges"], {"items": json_text(rows)})


async def list_binges(connection: Connection, values: Mapping[str, object]) -> list[DictRow]:
    """Return a page of binges, the latest first."""
    cursor = await connection.execute(_SQL["list_binges"], {**_FIRST_PAGE, **values}, prepare=False)
    return await cursor.fetchall()


async def sum_binges(connection: Connection, values: Mapping[str, object]) -> DictRow:
    """Return how many binges there were, and what they came to."""
    return one(await (await connection.execute(_SQL["sum_binges"], values)).fetchone())


async def sum_clock_of_libraries(
    connection: Connection, period: Period, shelves: Shelves
) -> list[DictRow]:
    """Return sums by weekday (1 is Monday) and hour of the period's zone, of some libraries."""
    cursor = await connection.execute(
        _SQL["sum_clock_of_libraries"],
        {
            **shelves.filters(),
            "start": period.start,
            "end": period.end,
            "zone": period.zone.key,
        },
        prepare=False,
    )
    return await cursor.fetchall()


async def count_reaches(connection: Connection, values: Mapping[str, object]) -> list[Reach]:
    """Return how far the plays of a period came."""
    cursor = await connection.execute(_SQL["count_reaches"], values, prepare=False)
    return [Reach(**row) for row in await cursor.fetchall()]


async def count_rewatching(connection: Connection, values: Mapping[str, object]) -> int:
    """Return how many people completed an item more than once in a period."""
    cursor = await connection.execute(_SQL["count_rewatching"], values, prepare=False)
    return one(await cursor.fetchone())["rewatched_by"]
