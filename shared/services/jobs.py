"""Running a scheduled job once per planned time, however often the scheduler calls."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from shared.clock import utc_now
from shared.store import jobs
from shared.store.database import Connection, Database

Counts = dict[str, int]

# Longer than any run may take: Cloud Run ends a request after an hour at the latest.
LEASE = timedelta(minutes=15)

# What a run may take of one call; the rest is done by the next.
TIME_BUDGET = timedelta(minutes=5)

_log = logging.getLogger(__name__)


async def run_job(
    database: Database, job: str, scheduled_at: datetime, work: Callable[[], Awaitable[Counts]]
) -> Counts:
    """Do the work unless this planned run is done, or being done, already.

    Returns:
        What the work counted; ``{"skipped": 1}`` if there was nothing to do here.
    """

    async def claim(connection: Connection) -> jobs.Claim | None:
        now = utc_now()
        return await jobs.claim(connection, job, scheduled_at, lease_until=now + LEASE, now=now)

    claimed = await database.run(claim)
    if claimed is None:
        return {"skipped": 1}
    try:
        counts = await work()
    except Exception as error:
        await _finish(database, claimed, error=f"{type(error).__name__}: {error}")
        raise
    await _finish(database, claimed, counts=counts)
    _log.info("%s: %s", job, counts)
    return counts


async def _finish(
    database: Database,
    claimed: jobs.Claim,
    *,
    counts: Counts | None = None,
    error: str | None = None,
) -> None:
    async def finish(connection: Connection) -> bool:
        return await jobs.finish(
            connection,
            claimed,
            state="done" if error is None else "failed",
            now=utc_now(),
            counts=counts,
            error=error,
        )

    await database.run(finish)
