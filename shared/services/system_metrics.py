"""Noting how the system fares: what goes on, what waits and since when."""

from datetime import datetime, timedelta

from shared.clock import utc_now
from shared.services.jobs import Counts
from shared.store import backlog, session_lists, system_metrics
from shared.store.database import Connection, Database
from shared.store.system_metrics import Sample


async def note_system(database: Database) -> Counts:
    """Take a sample for the present hour; complete what was counted of the hour before."""
    now = utc_now()
    return await database.run(lambda connection: take_sample(connection, now=now))


async def take_sample(connection: Connection, *, now: datetime) -> Counts:
    """Keep what there is at an instant. The load counts, so all that is played does."""
    active = await session_lists.count_active(connection, adult=True)
    waiting = await backlog.count(connection, now=now)
    sample = Sample(
        at=now,
        active_streams=sum(row["streams"] for row in active),
        bandwidth_kbps=sum(row["bandwidth_kbps"] for row in active),
        due_users=waiting["due_users"],
        dirty_items=waiting["dirty_items"],
        detection_lag=_age(waiting["oldest_due_at"], now),
        statistics_lag=_age(waiting["oldest_marked_at"], now),
        outbox_age=_age(waiting["oldest_pending_at"], now),
    )
    await system_metrics.keep_sample(connection, sample)
    return {"hours": await system_metrics.count_hours(connection, at=now)}


def _age(since: datetime | None, now: datetime) -> timedelta:
    """Return how long ago something was; nothing, if there is none or it is yet to come."""
    return timedelta() if since is None else max(now - since, timedelta())
