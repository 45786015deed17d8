"""Hours of the week in any zone, from the months of UTC that they can be told from.

In a month of UTC in which a zone's clock is a whole number of hours off all the time, its hours of
the week are those of UTC, moved. What lies between such months is put together from quarter hours.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from shared.domain.calendar import month_after, month_of
from shared.domain.statistics.period import HOUR, Period

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ClockParts:
    """A period, cut.

    Attributes:
        months: the first day of each month of UTC, and by how many hours the zone is ahead.
        gaps: from when until when quarter hours are needed.
    """

    months: tuple[tuple[date, int], ...]
    gaps: tuple[tuple[datetime, datetime], ...]


def clock_parts(period: Period) -> ClockParts:
    """Cut a period into months whose hours are those of UTC, moved, and what is between them."""
    months: list[tuple[date, int]] = []
    gaps: list[tuple[datetime, datetime]] = []
    at = period.start
    month = month_of(at.astimezone(UTC).date())
    while _first(month) < period.end:
        start, end = _first(month), _first(month_after(month))
        shift = _shift(start, end, period.zone)
        if shift is not None and period.start <= start and end <= period.end:
            if at < start:
                gaps.append((at, start))
            months.append((month, shift))
            at = end
        month = month_after(month)
    if at < period.end:
        gaps.append((at, period.end))
    return ClockParts(tuple(months), tuple(gaps))


def _first(month: date) -> datetime:
    return datetime(month.year, month.month, 1, tzinfo=UTC)


def _shift(start: datetime, end: datetime, zone: ZoneInfo) -> int | None:
    """Return how many hours a zone is ahead all the time; None if it is not, or no whole number."""
    days = (end - start) // _DAY
    offsets = {(start + number * _DAY).astimezone(zone).utcoffset() for number in range(days + 1)}
    offset = offsets.pop()
    if offsets or offset is None or offset % HOUR:
        return None
    return offset // HOUR
