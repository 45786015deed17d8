"""Reports: what was summed up of each day, week, month and year that is over, kept."""

import asyncio
from datetime import date, datetime, timedelta
from uuid import UUID

from shared.clock import utc_now
from shared.domain.calendar import day_of
from shared.errors import NotFoundError
from shared.schemas.reports import Report
from shared.schemas.summaries import Summary
from shared.services.jobs import TIME_BUDGET, Counts
from shared.services.summaries import summarise
from shared.settings import Settings
from shared.store import reports as store
from shared.store.database import Connection, Database
from shared.store.reports import ReportKey

LOT = 1_000

# Everybody's running year takes long where there is much, and nobody waits for its last hour.
_YEAR_MADE_EVERY = timedelta(hours=20)


async def make_reports(database: Database, settings: Settings) -> Counts:
    """Make the reports that are due: of what is over, and anew where late events changed it.

    1. What was counted marks people's days; the marks go, and what these days lie in is due.
    2. Each report is claimed, summed up and kept in a transaction of its own. What is counted
       meanwhile marks its day again, so that the report is due again: it is never older than
       what it tells of, once all marks are gone.
    """
    began = utc_now()
    until = began + TIME_BUDGET
    today = day_of(began, settings.zone)
    counts = {"days": 0, "made": 0}
    while utc_now() < until:
        taken = await database.run(
            lambda connection: store.take_days(
                connection, kept_from=kept_from(settings, today), limit=LOT
            )
        )
        counts["days"] += taken
        if taken < LOT:
            break
    while utc_now() < until:
        due = await database.run(
            lambda connection: store.list_due(
                connection,
                today=today,
                zone=settings.zone,
                made_before=began - _YEAR_MADE_EVERY,
                limit=LOT,
            )
        )
        for key in due:
            counts["made"] += await database.run(
                lambda connection, key=key: make_report(connection, key, settings, now=began)
            )
            await asyncio.sleep(0)
            if utc_now() >= until:
                break
        if len(due) < LOT:
            break
    return counts


async def make_report(
    connection: Connection, key: ReportKey, settings: Settings, *, now: datetime
) -> bool:
    """Make a report if it is still due; one of nothing is removed. Say whether it was due."""
    if not await store.claim(connection, key, now=now):
        return False
    summary = await summarise(
        connection,
        key.user_id,
        key.span,
        key.start,
        tz=settings.zone,
        zone=settings.zone,
        now=now,
    )
    if summary.total.sessions or summary.total.watched_seconds:
        named = [person.user_id for person in summary.people.top] if summary.people else []
        await store.write(connection, key, summary.model_dump_json(), named, now=now)
    else:
        await store.remove(connection, key)
    return True


async def read_report(connection: Connection, key: ReportKey) -> Report:
    """Return a report.

    Raises:
        NotFoundError: there is none: nothing was played then, or it is not over, or not made yet.
    """
    found = await find_report(connection, key)
    if found is None or found.made_at < found.summary.period.end:
        raise NotFoundError("There is no such report.", code="report_not_found")
    return found


async def find_report(connection: Connection, key: ReportKey) -> Report | None:
    """Return a report, if it is made; everybody's running year, too, as it is by then."""
    row = await store.find(connection, key)
    if row is None:
        return None
    return Report(made_at=row["made_at"], summary=Summary.model_validate(row["body"]))


async def forget_person(
    connection: Connection, user_id: UUID, settings: Settings, *, now: datetime
) -> None:
    """Remove a person's reports and marks; everybody's that were of this person too are due."""
    today = day_of(now, settings.zone)
    while await store.take_days(
        connection, kept_from=kept_from(settings, today), limit=LOT, user_id=user_id
    ):
        pass
    await store.forget_person(connection, user_id)


def kept_from(settings: Settings, today: date) -> date:
    """Return the first day that is reported by itself: as long as sessions are kept."""
    return today - timedelta(days=settings.analytics_retention_days)
