"""The time a statistic is about, and how it is cut into intervals."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from shared.domain.calendar import (
    day_after,
    day_of,
    first_instant,
    month_after,
    month_of,
    week_of,
    year_after,
    year_of,
)
from shared.domain.offsets import Offsets, offsets_between

HOUR = timedelta(hours=1)


class Window(StrEnum):
    """A time that ends with today; today is always a part of it."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    ALL = "all"


WINDOW_DAYS: Mapping[Window, int] = MappingProxyType(
    {Window.DAY: 1, Window.WEEK: 7, Window.MONTH: 30, Window.YEAR: 365}
)


class Interval(StrEnum):
    """What a period is cut into. Weeks begin on Monday."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


_NEXT_DAY: Mapping[Interval, Callable[[date], date]] = MappingProxyType(
    {
        Interval.DAY: day_after,
        Interval.WEEK: lambda day: week_of(day) + timedelta(days=7),
        Interval.MONTH: month_after,
    }
)


@dataclass(frozen=True, slots=True)
class Period:
    """From an instant on until before another, in a zone. Both are on quarter hours."""

    start: datetime
    end: datetime
    zone: ZoneInfo

    @property
    def days(self) -> tuple[date, date] | None:
        """The first day and the day after the last, if it is made of whole days."""
        first, after = day_of(self.start, self.zone), day_of(self.end, self.zone)
        is_whole = (
            first_instant(first, self.zone) == self.start
            and first_instant(after, self.zone) == self.end
        )
        return (first, after) if is_whole else None

    @property
    def offsets(self) -> Offsets:
        """How far its zone is ahead of UTC."""
        return offsets_between(self.start, self.end, self.zone)

    def days_of(self, zone: ZoneInfo) -> tuple[date, date] | None:
        """The same, if they are days of this zone."""
        return self.days if self.zone.key == zone.key else None

    def edges(self, interval: Interval | None) -> Iterator[datetime]:
        """Yield where each part begins, in order: the period's start, and what follows of it."""
        at = self.start
        while at < self.end:
            yield at
            at = self.end if interval is None else self._next(at, interval)

    def _next(self, at: datetime, interval: Interval) -> datetime:
        if interval is Interval.HOUR:
            past = at.astimezone(self.zone).minute * timedelta(minutes=1)
            return at + HOUR - past
        return first_instant(_NEXT_DAY[interval](day_of(at, self.zone)), self.zone)


def last_days(count: int, now: datetime, zone: ZoneInfo) -> Period:
    """Return the period of so many days that ends with today."""
    today = day_of(now, zone)
    first = today - timedelta(days=count - 1)
    return Period(first_instant(first, zone), first_instant(day_after(today), zone), zone)


@dataclass(frozen=True, slots=True)
class Grains:
    """Days, cut into whole years, the whole months around these, and the days around those.

    Days are from ``first_day`` and from ``month_after`` on, months from ``first_month`` and from
    ``year_after`` on, and years from ``first_year`` on, each until what follows.
    """

    first_day: date
    first_month: date
    first_year: date
    year_after: date
    month_after: date
    day_after: date


def grains(first: date, after: date) -> Grains:
    """Cut days into as few sums as there are of them."""
    months = whole_months(first, after)
    years = whole_years(*months)
    return Grains(first, months[0], years[0], years[1], months[1], after)


def whole_years(first: date, after: date) -> tuple[date, date]:
    """Return the first whole year within some days, and the year after the last; or nothing."""
    start = first if first == year_of(first) else year_after(first)
    end = year_of(after)
    return (start, end) if start < end else (after, after)


def whole_months(first: date, after: date) -> tuple[date, date]:
    """Return the first whole month within some days, and the month after the last; or nothing."""
    start = first if first == month_of(first) else month_after(first)
    end = month_of(after)
    return (start, end) if start < end else (after, after)
