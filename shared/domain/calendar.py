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
