"""Daily statistics in the database: rolled up from sessions, a user and a day at a time."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from psycopg.rows import DictRow

from shared.store.database import Connection
from shared.store.queries import load

_SQL = load("statistics")


@dataclass(frozen=True, slots=True)
class PlayCount:
    """How many plays of one content type began on a day, and how many of these were completed."""

    content_type: str
    plays: int
    completed: int


async def roll_up_day(
    connection: Connection,
    user_id: UUID,
    day: date,
    *,
    zone: str,
    plays: Iterable[PlayCount],
    now: datetime,
) -> None:
    """Count one day (of an IANA zone) of one user anew, replacing what was counted before."""
    await connection.execute(
        _SQL["roll_up_day"],
        {
            "user_id": user_id,
            "day": day,
            "zone": zone,
            "plays": json.dumps([asdict(count) for count in plays]),
            "now": now,
        },
    )


async def list_active_users(connection: Connection) -> list[UUID]:
    """Return users with a session that goes on."""
    cursor = await connection.execute(_SQL["list_active_users"])
    return [row["user_id"] for row in await cursor.fetchall()]


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
