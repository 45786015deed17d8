"""How much was played when, as readers of Tracearr's public API (v1) take it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

from shared.domain.statistics.period import Period
from shared.domain.statistics.sums import Sums
from shared.schemas.statistics import share
from shared.schemas.tracearr_query import Camel, Utc

# Readers count the days of the week from Sunday.
_DAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")


class Range(Camel):
    """The time that is meant."""

    start: Utc
    end: Utc


class Play(Camel):
    """Plays of one part of the time."""

    date: str
    count: int


class Concurrent(Camel):
    """The most streams at once in one part of the time, of each decision and of all together."""

    date: str
    total: int = 0
    direct: int = 0
    direct_stream: int = 0
    transcode: int = 0


class WeekDay(Camel):
    """Plays of a day of the week."""

    day: int
    name: str
    count: int


class DayHour(Camel):
    """Plays of an hour of the day."""

    hour: int
    count: int


class Platform(Camel):
    """Plays on a platform."""

    platform: str
    count: int


class Quality(Camel):
    """Plays by how they were delivered; where that is unknown they are in the total alone."""

    direct_play: int
    direct_stream: int
    transcode: int
    total: int
    direct_play_percent: int
    direct_stream_percent: int
    transcode_percent: int


class Activity(Camel):
    """How much was played when."""

    period: Literal["week", "month", "year"]
    range: Range
    plays: list[Play]
    concurrent: list[Concurrent]
    by_day_of_week: list[WeekDay]
    by_hour_of_day: list[DayHour]
    platforms: list[Platform]
    quality: Quality


def clock_time(at: datetime, period: Period) -> str:
    """Write an instant by the clock of the period's zone, without that zone, as readers take it."""
    return f"{at.astimezone(period.zone):%Y-%m-%d %H:%M:%S}"


def peaks_of(rows: Iterable[Mapping[str, Any]], starts: list[str]) -> list[Concurrent]:
    """Return rows of ``list_peaks`` by the part of the period, whose starts these are."""
    names = {
        "all": "total",
        "direct_play": "direct",
        "direct_stream": "direct_stream",
        "transcode": "transcode",
    }
    found: dict[int, dict[str, int]] = {}
    for row in rows:
        if (name := names.get(row["stream_type"])) is not None:
            found.setdefault(row["part"], {})[name] = row["peak"]
    return [Concurrent(date=starts[part - 1], **peaks) for part, peaks in sorted(found.items())]


def week_days(plays: Mapping[int, int]) -> list[WeekDay]:
    """Return all seven days; 1 is Monday, and 7 is Sunday."""
    return [
        WeekDay(day=day, name=name, count=plays.get(day or 7, 0)) for day, name in enumerate(_DAYS)
    ]


def day_hours(plays: Mapping[int, int]) -> list[DayHour]:
    """Return all 24 hours."""
    return [DayHour(hour=hour, count=plays.get(hour, 0)) for hour in range(24)]


def platforms_of(sums: Mapping[str | None, Sums]) -> list[Platform]:
    """Return platforms, the most played on first."""
    return sorted(
        (Platform(platform=key or "Unknown", count=each.plays) for key, each in sums.items()),
        key=lambda one: (-one.count, one.platform),
    )


def quality_of(sums: Mapping[str | None, Sums]) -> Quality:
    """Return plays by decision, each with its share of all in whole percent."""
    total = sum(each.plays for each in sums.values())
    counts = {
        name: sums.get(name, Sums()).plays for name in ("direct_play", "direct_stream", "transcode")
    }
    percents = {
        f"{name}_percent": round(100 * (share(count, total) or 0)) for name, count in counts.items()
    }
    return Quality(**counts, **percents, total=total)
