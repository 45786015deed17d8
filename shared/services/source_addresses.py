"""Finding the sources whose addresses mean nothing; timelines leave out what they sent."""

from datetime import datetime

from shared.clock import utc_now
from shared.domain.source_addresses import SPAN, is_misconfigured
from shared.services.concerned import LOT, in_lots
from shared.services.jobs import Counts
from shared.store import dirty
from shared.store import source_addresses as store
from shared.store.database import Connection, Database


async def check_sources(database: Database) -> Counts:
    """Find out which sources take everybody for one address, and which no longer do.

    Of a source that changed sides everybody is looked at again, marked in the same transaction.
    """
    return await database.run(lambda connection: _check(connection, utc_now()))


async def _check(connection: Connection, now: datetime) -> Counts:
    since = now - SPAN
    single = await store.list_single_addressed(connection, since=since)
    found = [traffic for traffic in single if is_misconfigured(traffic)]
    new = [t.source for t in found if await store.set_misconfigured(connection, t, now=now)]
    mended = await store.clear_misconfigured(connection, but={t.source for t in found})
    for source in (*new, *mended):
        await in_lots(
            lambda after, source=source: dirty.mark_users_of_source(
                connection, source, since=since, after=after, limit=LOT, now=now
            )
        )
    return {"misconfigured": len(found), "new": len(new), "mended": len(mended)}
