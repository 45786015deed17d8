"""What was used of limits, over all instances."""

from collections import Counter
from datetime import datetime

from shared.store.database import Connection
from shared.store.queries import load

_SQL = load("limits")


async def add_use(
    connection: Connection, subject: bytes, used: Counter[datetime], *, since: datetime
) -> Counter[datetime]:
    """Add to what a subject used, by part of a window; return how much that is by now.

    That is of the parts given and of all that began at ``since`` or later.
    """
    # In one order always, so that two who add to the same parts do not wait for each other.
    parts = sorted(used)
    cursor = await connection.execute(
        _SQL["add_use"],
        {
            "subject": subject,
            "parts": parts,
            "used": [used[part] for part in parts],
            "since": since,
        },
    )
    return Counter({row["part_start"]: row["used"] for row in await cursor.fetchall()})


async def forget(connection: Connection, *, before: datetime) -> int:
    """Forget parts of windows that began before then; return how many."""
    return (await connection.execute(_SQL["forget"], {"before": before})).rowcount
