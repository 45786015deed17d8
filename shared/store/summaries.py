"""What summaries of people and of everybody are made of, besides what other statistics show."""

from datetime import date
from uuid import UUID

from psycopg.rows import DictRow

from shared.domain.statistics.period import Period
from shared.store.database import Connection, one
from shared.store.queries import load
from shared.store.zones import clock_of

_SQL = load("summaries")


async def sum_clock(connection: Connection, period: Period, user_id: UUID) -> list[DictRow]:
    """Return what a person watched by weekday (1 is Monday) and hour of the period's zone."""
    about = {**_span(period), "user_id": user_id, **clock_of(period.offsets)}
    return await (await connection.execute(_SQL["sum_clock"], about)).fetchall()


async def find_ends(connection: Connection, period: Period, user_id: UUID | None) -> list[DictRow]:
    """Return the first and the last play of a period, of a person or of anybody; or none."""
    about = {**_span(period), "user_id": user_id}
    cursor = await connection.execute(_SQL["find_ends"], about, prepare=False)
    return await cursor.fetchall()


async def list_device_names(connection: Connection, user_id: UUID) -> dict[str, str | None]:
    """Return what devices of a person are called."""
    cursor = await connection.execute(_SQL["list_devices"], {"user_id": user_id})
    return {row["device_id"]: row["name"] for row in await cursor.fetchall()}


async def count_new_people(connection: Connection, period: Period) -> int:
    """Return how many people were first seen in a period."""
    cursor = await connection.execute(_SQL["count_new_people"], _span(period))
    return int(one(await cursor.fetchone())["people"])


async def find_standing(connection: Connection, user_id: UUID, year: date) -> DictRow | None:
    """Return how much a person watched in a year of the service's zone, beside the others.

    Returns:
        ``watched_ms``, ``all_ms`` of everybody, how many ``people`` watched anything, and how many
        of them did ``with_less``; ``None`` if the person watched nothing.
    """
    about = {"user_id": user_id, "year": year}
    return await (await connection.execute(_SQL["find_standing"], about)).fetchone()


def _span(period: Period) -> dict[str, object]:
    return {"start": period.start, "end": period.end}
