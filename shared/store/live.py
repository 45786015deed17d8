"""What goes on at the moment, read so that looking again costs little while nothing changes."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from psycopg.rows import DictRow

from shared.store.database import Connection
from shared.store.queries import load

_SQL = load("live")


async def list_versions(connection: Connection, *, limit: int) -> dict[UUID, int]:
    """Return which sessions go on, the latest first, and in which version each is."""
    cursor = await connection.execute(_SQL["list_versions"], {"limit": limit})
    return {row["id"]: row["version"] for row in await cursor.fetchall()}


async def list_sessions(connection: Connection, ids: Collection[UUID]) -> list[DictRow]:
    """Return sessions by id, as far as there are any, in the order of their ids."""
    if not ids:
        return []
    cursor = await connection.execute(_SQL["list_sessions"], {"ids": list(ids)})
    return await cursor.fetchall()


async def list_case_states(
    connection: Connection, *, since: datetime, limit: int
) -> dict[UUID, tuple[int, str]]:
    """Return which cases were opened since then: of each its occurrences and its state."""
    said = {"since": since, "limit": limit}
    cursor = await connection.execute(_SQL["list_case_states"], said)
    return {row["id"]: (row["occurrences"], row["state"]) for row in await cursor.fetchall()}


async def list_cases(connection: Connection, ids: Collection[UUID]) -> list[DictRow]:
    """Return cases by id, as far as there are any, in the order of their opening."""
    if not ids:
        return []
    return await (await connection.execute(_SQL["list_cases"], {"ids": list(ids)})).fetchall()
