"""What was used of limits, over all instances."""

from datetime import datetime

from shared.store.database import Connection, one
from shared.store.queries import load

_SQL = load("limits")


async def add_use(connection: Connection, subject: bytes, window_start: datetime, used: int) -> int:
    """Add to what a subject used of a window; return how much that is by now."""
    said = {"subject": subject, "window_start": window_start, "used": used}
    return one(await (await connection.execute(_SQL["add_use"], said)).fetchone())["used"]


async def forget(connection: Connection, *, before: datetime) -> int:
    """Forget windows that began before then; return how many."""
    return (await connection.execute(_SQL["forget"], {"before": before})).rowcount
