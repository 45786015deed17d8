"""What facts add up to. The definition of every rollup, as plain folds."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from shared.domain.calendar import month_of
from shared.domain.statistics.engagement import Engagement, Reach, engagement_of
from shared.domain.statistics.facts import (
    QUARTER_HOUR,
    Facet,
    Fact,
    Group,
    Quality,
    Rate,
    Scene,
)

ALL_STREAMS = "all"


class Grain(StrEnum):
    """The lengths of time that sums are kept in, in the service's zone.

    Sums of streams are kept by day and month, those of people by day, month and year.
    """

    DAY = "day"
    MONTH = "month"
    YEAR = "year"

    def start(self, day: date) -> date:
        """Return the first day of the one that a day lies in."""
        match self:
            case Grain.DAY:
                return day
            case Grain.MONTH:
                return day.replace(day=1)
            case Grain.YEAR:
                return day.replace(month=1, day=1)


@dataclass(frozen=True, slots=True)
class Sums:
    """What is added up.

    Attributes:
        bits: bitrate times time watched; estimated, since players tell no bytes.
    """

    sessions: int = 0
    plays: int = 0
    completed: int = 0
    watched_ms: int = 0
    buffered_ms: int = 0
    bits: int = 0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.sessions + other.sessions,
            self.plays + other.plays,
            self.completed + other.completed,
            self.watched_ms + other.watched_ms,
            self.buffered_ms + other.buffered_ms,
            self.bits + other.bits,
        )


Day = tuple[UUID, date, str]
"""A person's day of one content type."""


def parts(fact: Fact) -> Iterator[tuple[datetime, Sums]]:
    """Yield what a fact adds to each quarter hour.

    Watch time is added where it was watched, the rest where the session began.
    """
    rate = fact.bitrate_kbps or 0
    for number, watched_ms in enumerate(fact.spread):
        start = fact.start + number * QUARTER_HOUR
        if number == 0:
            yield (
                start,
                Sums(
                    1, fact.plays, fact.completed, watched_ms, fact.buffered_ms, watched_ms * rate
                ),
            )
        else:
            yield start, Sums(watched_ms=watched_ms, bits=watched_ms * rate)


def quarter_hours(facts: Iterable[Fact]) -> dict[tuple[datetime, str, str, str | None], Sums]:
    """Add up everybody's facts by the quarter hour, content type, decision and library."""
    sums: dict[tuple[datetime, str, str, str | None], Sums] = defaultdict(Sums)
    for fact in facts:
        facet = fact.facet
        for start, part in parts(fact):
            sums[start, facet.content_type, facet.stream_type, facet.library_id] += part
    return sums


def week_hours(facts: Iterable[Fact]) -> dict[tuple[date, int, str, str, str | None], Sums]:
    """Add up everybody's facts by month, hour of the week, content type, decision and library.

    Months and hours are those of UTC; hour 0 is the first of Monday.
    """
    sums: dict[tuple[date, int, str, str, str | None], Sums] = defaultdict(Sums)
    for (start, content_type, stream_type, library_id), part in quarter_hours(facts).items():
        month, hour = month_of(start.date()), start.weekday() * 24 + start.hour
        sums[month, hour, content_type, stream_type, library_id] += part
    return sums


def clock(facts: Iterable[Fact], grain: Grain) -> dict[tuple[date, int, str], Sums]:
    """Add up everybody's facts by day or month, hour of the week and content type, all of UTC."""
    sums: dict[tuple[date, int, str], Sums] = defaultdict(Sums)
    for (start, content_type, *_), part in quarter_hours(facts).items():
        hour = start.weekday() * 24 + start.hour
        sums[grain.start(start.date()), hour, content_type] += part
    return sums


def engagement(
    facts: Iterable[Fact], zone: ZoneInfo, grain: Grain
) -> dict[tuple[date, str | None, str, Engagement], int]:
    """Count what became of plays by days or months of a zone, library and content type."""
    found: Counter[tuple[date, str | None, str, Engagement]] = Counter()
    for fact in facts:
        if fact.plays:
            day = grain.start(fact.started_at.astimezone(zone).date())
            became = engagement_of(Reach(fact.reached, bool(fact.completed), 1))
            found[day, fact.facet.library_id, fact.facet.content_type, became] += 1
    return dict(found)


def rewatches(facts: Iterable[Fact]) -> dict[UUID, datetime]:
    """Return the completed plays that were not a person's first of an item.

    Each by the session it began with, with when the one before it began.
    """
    found: dict[UUID, datetime] = {}
    last: dict[tuple[UUID, str], datetime] = {}
    for fact in sorted(facts, key=lambda one: (one.started_at, one.id)):
        if fact.completed:
            item = fact.user_id, fact.content_id
            if item in last:
                found[fact.id] = last[item]
            last[item] = fact.started_at
    return found


def by_stream(
    facts: Iterable[Fact], zone: ZoneInfo, grain: Grain
) -> dict[tuple[date, Facet | Quality | Scene | Rate], Sums]:
    """Add up everybody's facts by days or months of a zone, and each way to tell them apart."""
    sums: dict[tuple[date, Facet | Quality | Scene | Rate], Sums] = defaultdict(Sums)
    for fact in facts:
        for start, part in parts(fact):
            day = grain.start(start.astimezone(zone).date())
            for dimension in (fact.facet, fact.quality, fact.scene, fact.rate):
                sums[day, dimension] += part
    return sums


def days(facts: Iterable[Fact], zone: ZoneInfo) -> dict[Day, Sums]:
    """Add up each person's facts by the days of a zone and content types."""
    sums: dict[Day, Sums] = defaultdict(Sums)
    for fact in facts:
        for start, part in parts(fact):
            day = start.astimezone(zone).date()
            sums[fact.user_id, day, fact.facet.content_type] += part
    return {day: found for day, found in sums.items() if found.sessions > 0 or found.watched_ms > 0}


def spans(people: dict[Day, Sums]) -> dict[tuple[UUID, Grain, date, str], Sums]:
    """Add up people's days by month and year."""
    sums: dict[tuple[UUID, Grain, date, str], Sums] = defaultdict(Sums)
    for (user_id, day, content_type), found in people.items():
        for grain in (Grain.MONTH, Grain.YEAR):
            sums[user_id, grain, grain.start(day), content_type] += found
    return sums


def played_days(people: dict[Day, Sums]) -> dict[tuple[date, str], tuple[Sums, int]]:
    """Add up people's days by day and content type, and count who was active."""
    found: dict[tuple[date, str], tuple[Sums, int]] = {}
    for (_, day, content_type), sums in people.items():
        before, users = found.get((day, content_type), (Sums(), 0))
        found[day, content_type] = before + sums, users + 1
    return found


def items(facts: Iterable[Fact]) -> dict[str, tuple[Sums, int]]:
    """Add up the facts of each item, and count who played it."""
    sums: dict[str, Sums] = defaultdict(Sums)
    players: dict[str, set[UUID]] = defaultdict(set)
    for fact in facts:
        for _, part in parts(fact):
            sums[fact.content_id] += part
        if fact.plays:
            players[fact.content_id].add(fact.user_id)
    return {item: (found, len(players[item])) for item, found in sums.items()}


def groups(facts: Iterable[Fact]) -> dict[tuple[Group, str], tuple[Sums, int]]:
    """Add up the facts of each group by content type, and count who played of it."""
    sums: dict[tuple[Group, str], Sums] = defaultdict(Sums)
    players: dict[tuple[Group, str], set[UUID]] = defaultdict(set)
    for fact in facts:
        for key in ((group, fact.facet.content_type) for group in fact.groups):
            sums[key] += sum((part for _, part in parts(fact)), Sums())
            if fact.plays:
                players[key].add(fact.user_id)
    return {key: (found, len(players[key])) for key, found in sums.items()}


def title_months(facts: Iterable[Fact]) -> dict[tuple[str, str, date], tuple[int, int]]:
    """Add up the plays and the milliseconds watched of items and groups by months of UTC."""
    found: dict[tuple[str, str, date], tuple[int, int]] = {}
    for fact in facts:
        for start, part in parts(fact):
            for kind, key in (("item", fact.content_id), *fact.groups):
                title = (str(kind), key, month_of(start.date()))
                plays, watched_ms = found.get(title, (0, 0))
                found[title] = plays + part.plays, watched_ms + part.watched_ms
    return found


def peaks(facts: Iterable[Fact]) -> dict[tuple[datetime, str], int]:
    """Return the most sessions at one instant of each quarter hour, by decision and of all.

    A session is alive from its start until before its end.
    """
    lives = [fact for fact in facts if fact.ended_at > fact.started_at]
    found: dict[tuple[datetime, str], int] = defaultdict(int)
    for fact in lives:
        for number in range(len(fact.spread)):
            start = fact.start + number * QUARTER_HOUR
            for name in (fact.facet.stream_type, ALL_STREAMS):
                found[start, name] = max(found[start, name], _most_in(lives, start, name))
    return dict(found)


def _most_in(lives: Iterable[Fact], start: datetime, stream_type: str) -> int:
    """Count at each instant of a quarter hour at which the number can grow."""
    on = [
        (fact.started_at, fact.ended_at)
        for fact in lives
        if stream_type in (fact.facet.stream_type, ALL_STREAMS)
        and fact.started_at < start + QUARTER_HOUR
        and fact.ended_at > start
    ]
    instants = [max(start, began) for began, _ in on]
    return max(sum(began <= at < ended for began, ended in on) for at in instants)
