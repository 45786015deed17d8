"""Marking what a change of sessions makes stale: their users for the detector, days to count."""

from collections.abc import Collection
from datetime import datetime

from shared.domain.calendar import days_between
from shared.domain.session import Session
from shared.settings import Settings
from shared.store import dirty
from shared.store.database import Connection


async def mark_changed(
    connection: Connection, changed: Collection[Session], settings: Settings, now: datetime
) -> None:
    """Have the users of these sessions looked at, and each day that the sessions touch."""
    users = {session.user_id for session in changed}
    days = {
        (session.user_id, day)
        for session in changed
        for day in days_between(session.started_at, session.last_seen_at, settings.zone)
    }
    await dirty.mark_users(connection, users, due_at=now, now=now)
    await dirty.mark_days(connection, days, now=now)
