"""Hours of the week in any zone, from the months of UTC that they can be told from.

In a month of UTC in which a zone's clock is a whole number of hours off all the time, its hours of
the week are those of UTC, moved. What lies between such months is put together from quarter hours.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from shared.domain.calendar import month_after, month_of
from shared.domain.offsets import offsets_between
from shared.domain.statistics.period import HOUR, Period


@dataclass(frozen=True, slots=True)
class ClockParts:
    """A period, cut.

    Attributes:
        months: the first day of each month of UTC, and by how many hours the zone is ahead.
        gaps: from when until when quarter hours are needed.
        is_hourly: whether hours are enough for these: they begin and end with one, and an hour of
            the zone is one of UTC all the time.
    """

    months: tuple[tuple[date, int], ...]
    gaps: tuple[tuple[datetime, datetime], ...]
    is_hourly: bool


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
    is_hourly = all(_is_hourly(*gap, period.zone) for gap in gaps)
    return ClockParts(tuple(months), tuple(gaps), is_hourly)


def _first(month: date) -> datetime:
    return datetime(month.year, month.month, 1, tzinfo=UTC)


def _shift(start: datetime, end: datetime, zone: ZoneInfo) -> int | None:
    """Return how many hours a zone is ahead all the time; None if it is not, or no whole number."""
    offset, *others = offsets_between(start, end, zone).ahead
    return None if others or offset % HOUR else offset // HOUR


def _is_hourly(start: datetime, end: datetime, zone: ZoneInfo) -> bool:
    on_hours = not any(at.astimezone(UTC).minute for at in (start, end))
    return on_hours and not any(offset % HOUR for offset in offsets_between(start, end, zone).ahead)
