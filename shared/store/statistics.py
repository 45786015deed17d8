"""Statistics as they are read from the rollups."""

from datetime import date
from uuid import UUID

from psycopg.rows import DictRow

from shared.store.database import Connection
from shared.store.queries import load

_SQL = load("statistics")


async def list_user_days(connection: Connection, user_id: UUID) -> list[DictRow]:
    """Return a user's days by content type: sessions, plays, and milliseconds watched."""
    return await (await connection.execute(_SQL["list_user_days"], {"user_id": user_id})).fetchall()


async def list_days(
    connection: Connection, *, start: date | None, end: date | None, limit: int
) -> list[DictRow]:
    """Return everybody's days together, latest first."""
    cursor = await connection.execute(
        _SQL["list_days"], {"start": start, "end": end, "limit": limit}
    )
    return await cursor.fetchall()
