"""What still has to be done, in figures."""

from datetime import datetime
from typing import Any

from shared.store import dirty
from shared.store.database import Connection, one
from shared.store.queries import load

_SQL = load("backlog")


async def count(connection: Connection, *, now: datetime) -> dict[str, Any]:
    """Return what waits.

    Returns:
        ``due_users`` and ``oldest_due_at``, since when the longest due waits; ``dirty_items`` and
        ``oldest_marked_at``, since when the longest marked waits to be counted; ``pending`` and
        ``dead`` deliveries; and ``oldest_pending_at``, the time of the oldest event that waits.
    """
    deliveries = one(await (await connection.execute(_SQL["count_deliveries"])).fetchone())
    return {**await dirty.count(connection, now=now), **deliveries}
