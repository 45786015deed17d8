"""Days, weeks, months and years as they are summed up for people, and what stands out in them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from shared.domain.calendar import (
    day_after,
    first_instant,
    month_after,
    month_of,
    week_of,
    year_after,
    year_of,
)
from shared.domain.statistics.period import Period

Key = TypeVar("Key", int, date)


class Span(StrEnum):
    """What is summed up: a day, a week from Monday, a month or a year of the calendar."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"

    def start(self, day: date) -> date:
        """Return the first day of the one that a day lies in."""
        match self:
            case Span.DAY:
                return day
            case Span.WEEK:
                return week_of(day)
            case Span.MONTH:
                return month_of(day)
            case Span.YEAR:
                return year_of(day)

    def after(self, start: date) -> date:
        """Return the first day of the one after that which a day lies in."""
        match self:
            case Span.DAY:
                return day_after(start)
            case Span.WEEK:
                return week_of(start) + timedelta(days=7)
            case Span.MONTH:
                return month_after(start)
            case Span.YEAR:
                return year_after(start)

    def before(self, start: date) -> date:
        """Return the first day of the one before that which a day lies in."""
        return self.start(self.start(start) - timedelta(days=1))

    def period(self, start: date, zone: ZoneInfo) -> Period:
        """Return the time that it takes in a zone."""
        after = first_instant(self.after(start), zone)
        return Period(first_instant(self.start(start), zone), after, zone)


@dataclass(frozen=True, slots=True)
class Streak:
    """Days in a row."""

    first: date
    days: int

    @property
    def last(self) -> date:
        """The last of them."""
        return self.first + timedelta(days=self.days - 1)


def longest_streak(days: Iterable[date]) -> Streak | None:
    """Return the most days in a row among some; the first of several as long."""
    longest = current = None
    for day in sorted(set(days)):
        follows = current is not None and current.last + timedelta(days=1) == day
        current = Streak(current.first, current.days + 1) if current and follows else Streak(day, 1)
        if longest is None or current.days > longest.days:
            longest = current
    return longest


def busiest(watched_ms: Mapping[Key, int]) -> Key | None:
    """Return of what the most was watched, the first of several with as much; None of nothing."""
    found = min(watched_ms, key=lambda key: (-watched_ms[key], key), default=None)
    return None if found is None or not watched_ms[found] else found
