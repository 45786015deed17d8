"""Working out how items of libraries stand: which are one work, what is played, what is too much."""

from datetime import datetime, timedelta

from shared.clock import utc_now
from shared.domain.duplicates import duplicates
from shared.services.jobs import Counts
from shared.store import standings
from shared.store.database import Connection, Database

STALE = timedelta(days=90)

LOT = 500


async def work_out(database: Database) -> Counts:
    """Work everything out anew; pages show what was until it is done."""
    return await database.run(lambda connection: refresh(connection, now=utc_now()))


async def refresh(connection: Connection, *, now: datetime) -> Counts:
    """Work everything out anew within a transaction. Works are looked at a lot at a time."""
    await standings.find_works(connection)
    changed = await standings.write_standings(connection, stale_before=now - STALE, now=now)
    await standings.write_orphans(connection)
    await standings.begin_duplicates(connection)
    after, found = "", 0
    while lot := await standings.list_candidates(connection, after=after, limit=LOT):
        duplicated = [(work.work_id, duplicates(work.files)) for work in lot]
        await standings.add_duplicates(connection, duplicated)
        found += sum(len(of_work) for _, of_work in duplicated)
        after = lot[-1].work_id
    await standings.end_duplicates(connection)
    return {"changed": changed, "duplicates": found}
