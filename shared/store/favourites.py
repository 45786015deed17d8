"""What was watched most, as it is read from the facts of sessions and from the libraries."""

from dataclasses import replace
from uuid import UUID

from shared.domain.statistics.favourites import ItemSums
from shared.domain.statistics.period import Period
from shared.store.database import Connection
from shared.store.queries import load

_SQL = load("favourites")


async def list_items(
    connection: Connection, period: Period, *, user_id: UUID | None, adult: bool
) -> list[ItemSums]:
    """Return what was watched of each item in a period, by a person or, without one, by anybody."""
    about = {"user_id": user_id, "adult": adult, "start": period.start, "end": period.end}
    cursor = await connection.execute(_SQL["sum_items"], about, prepare=False)
    items = [ItemSums(**row) for row in await cursor.fetchall()]
    ids = [item.content_id for item in items]
    cursor = await connection.execute(_SQL["list_genres"], {"content_ids": ids})
    genres = {row["content_id"]: tuple(row["genres"]) for row in await cursor.fetchall()}
    return [replace(item, genres=genres.get(item.content_id, ())) for item in items]
