"""What was watched most, as it is read from the facts of sessions and from the libraries."""

from psycopg import sql
from psycopg.rows import DictRow

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
    return [_item(row) for row in await cursor.fetchall()]


def _item(row: DictRow) -> ItemSums:
    said: DictRow = {**row, "genres": tuple(row["genres"])}
    return ItemSums(**said)
