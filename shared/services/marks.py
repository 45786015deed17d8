"""Marking what a change of sessions makes stale: their users for the detector, items to count."""

from collections.abc import Collection
from datetime import datetime

from shared.domain.session import Session
from shared.store import dirty, rollups
from shared.store.database import Connection


async def mark_changed(connection: Connection, changed: Collection[Session], now: datetime) -> None:
    """Have the users of these sessions looked at, and what they did with the items counted.

    A session that was changed comes as it was, too: its item may have been put right.
    """
    users = {session.user_id for session in changed}
    items = {(session.user_id, str(session.attributes["content_id"])) for session in changed}
    await dirty.mark_users(connection, users, due_at=now, now=now)
    await rollups.mark_items(connection, items, now=now)
