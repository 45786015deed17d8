"""Days as people have them: in a time zone, 23, 24 or 25 hours long."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


def days_between(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[date]:
    """Yield each day of the zone that the time from start to end touches, in order."""
    day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    while day <= last:
        yield day
        day += timedelta(days=1)
