"""Days as people have them: in a time zone, 23, 24 or 25 hours long."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def days_between(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[date]:
    """Yield each day of the zone that the time from start to end touches, in order."""
    day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    while day <= last:
        yield day
        day += timedelta(days=1)


def day_span(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the first instant of a day of the zone, and that of the day after, in UTC."""
    start, end = (datetime.combine(d, time(), zone) for d in (day, day + timedelta(days=1)))
    return start.astimezone(UTC), end.astimezone(UTC)


def first_instant(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant at which a day of the zone begins, in UTC."""
    return day_span(day, zone)[0]


def day_of(at: datetime, zone: ZoneInfo) -> date:
    """Return the day of the zone that an instant lies in."""
    return at.astimezone(zone).date()


def day_after(day: date) -> date:
    """Return the next day."""
    return day + timedelta(days=1)


def week_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def month_of(day: date) -> date:
    """Return the first day of a day's month."""
    return day.replace(day=1)


def month_after(day: date) -> date:
    """Return the first day of the month after a day's."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def year_of(day: date) -> date:
    """Return the first day of a day's year."""
    return date(day.year, 1, 1)


def year_after(day: date) -> date:
    """Return the first day of the year after a day's."""
    return date(day.year + 1, 1, 1)
