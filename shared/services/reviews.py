"""A year in review: the calendar year of a person, or of everybody."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from shared.domain.calendar import day_of
from shared.domain.statistics.summary import Span
from shared.schemas.summaries import Review, Standing, Summary
from shared.services.reports import find_report
from shared.services.summaries import summarise
from shared.store import summaries
from shared.store.database import Connection
from shared.store.reports import ReportKey


async def review(
    connection: Connection,
    user_id: UUID | None,
    year: int | None,
    *,
    tz: ZoneInfo,
    zone: ZoneInfo,
    now: datetime,
) -> Review:
    """Return a year of a person or, without one, of everybody.

    Everybody's year in the service's zone is a report, once that is made; all else is summed up.

    Args:
        connection: to read from.
        user_id: whose.
        year: which; None: the present one.
        tz: the zone whose calendar counts.
        zone: the service's own.
        now: what is over, and when somebody is dormant, is told by it.
    """
    first = date(year or day_of(now, tz).year, 1, 1)
    if user_id is None and tz.key == zone.key:
        kept = await find_report(connection, ReportKey(None, Span.YEAR, first))
        if kept is not None:
            return _view(kept.summary, first.year, None, kept.made_at, now)
    summary = await summarise(connection, user_id, Span.YEAR, first, tz=tz, zone=zone, now=now)
    standing = None
    if user_id is not None and tz.key == zone.key:
        standing = await _standing(connection, user_id, first)
    return _view(summary, first.year, standing, now, now)


def _view(
    summary: Summary, year: int, standing: Standing | None, made_at: datetime, now: datetime
) -> Review:
    return Review(
        year=year,
        is_over=summary.period.end <= now,
        made_at=made_at,
        standing=standing,
        summary=summary,
    )


async def _standing(connection: Connection, user_id: UUID, first: date) -> Standing | None:
    row = await summaries.find_standing(connection, user_id, first)
    if row is None:
        return None
    others = row["people"] - 1
    return Standing(
        people=row["people"],
        watched_more_than=row["with_less"] / others if others else None,
        share_of_watch_time=row["watched_ms"] / row["all_ms"],
    )
