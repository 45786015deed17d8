"""What was watched most, as it is read from the facts of sessions and from the libraries."""

from dataclasses import replace

from psycopg import sql

from shared.domain.statistics.favourites import ItemSums
from shared.domain.statistics.period import Period
from shared.domain.statistics.question import Filter
from shared.store.database import Connection
from shared.store.queries import load
from shared.store.statistics import FILTERS, filters_of, span_of

_SQL = load("favourites")
_SUM_ITEMS = sql.SQL(_SQL["sum_items"]).format(filters=FILTERS)


async def list_items(connection: Connection, period: Period, wanted: Filter) -> list[ItemSums]:
    """Return what was watched of each item in a period."""
    about = {**filters_of(wanted), **span_of(period)}
    cursor = await connection.execute(_SUM_ITEMS, about, prepare=False)
    items = [ItemSums(**row) for row in await cursor.fetchall()]
    ids = [item.content_id for item in items]
    cursor = await connection.execute(_SQL["list_genres"], {"content_ids": ids})
    genres = {row["content_id"]: tuple(row["genres"]) for row in await cursor.fetchall()}
    return [replace(item, genres=genres.get(item.content_id, ())) for item in items]
