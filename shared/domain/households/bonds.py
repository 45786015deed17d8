"""What ties households together, and what keeps them apart.

A household's devices tell whose it is. Households between which devices go to and fro form a
**circle**: a person, or a family, with all the places they go to. What two circles do at the same
time, day after day, no one circle can have done.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from shared.domain.calendar import day_span, days_between
from shared.domain.households.grouping import Groups, Node, Visit
from shared.domain.households.household import Presence

KNOWN_DAYS = 2
"""A device is known to a household from the second day on: guests are not."""

TIED_SHARE = 0.2
"""Of the time played in a household, the part on devices known to another that ties the two."""

TIED_PLAYS = 3
"""Plays begun in one household and gone on with in another that tie the two."""

TOGETHER = timedelta(minutes=5)
"""Playing at the same time for less in a day is a hand-over, or a clock."""


def circles(
    presences: Mapping[int, Presence],
    *,
    tied: Iterable[tuple[int, int]],
    strangers: Collection[int],
) -> dict[int, int]:
    """Return the circle of each household.

    Args:
        presences: of the households that are houses, by number.
        tied: households that an operator's word brings together.
        strangers: households that an operator's word keeps apart from all others.
    """
    groups: Groups[int] = Groups()
    for a, b in (*tied, *_ties(presences)):
        if a not in strangers and b not in strangers:
            groups.join(a, b)
    return {number: groups.find(number) for number in presences}


def _ties(presences: Mapping[int, Presence]) -> Iterable[tuple[int, int]]:
    """Yield households that share devices, or in which one goes on with what the other began."""
    knowing, watching = _by_device(presences), _by_play(presences)
    for number, one in presences.items():
        uses = one.devices.values()
        every = sum((use.played for use in uses), timedelta())
        shared: dict[int, timedelta] = defaultdict(timedelta)
        for use in uses:
            for other in knowing[use.device_id]:
                shared[other] += use.played
        gone_on = Counter(other for play in one.plays for other in watching[play])
        yield from ((number, other) for other, time in shared.items() if time >= TIED_SHARE * every)
        yield from ((number, other) for other, count in gone_on.items() if count >= TIED_PLAYS)


def _by_device(presences: Mapping[int, Presence]) -> Mapping[str, list[int]]:
    """Return the households that know a device."""
    knowing: dict[str, list[int]] = defaultdict(list)
    for number, one in presences.items():
        for device_id, use in one.devices.items():
            if len(use.days) >= KNOWN_DAYS:
                knowing[device_id].append(number)
    return knowing


def _by_play(presences: Mapping[int, Presence]) -> Mapping[UUID, list[int]]:
    """Return the households in which a play went on."""
    watching: dict[UUID, list[int]] = defaultdict(list)
    for number, one in presences.items():
        for play in one.plays:
            watching[play].append(number)
    return watching


@dataclass(frozen=True, slots=True)
class Apart:
    """When households of different circles played at the same time.

    Attributes:
        days: by household, the days on which it was one of them.
        at_once: by number of circles, two or more, the days on which so many played at once.
    """

    days: Mapping[int, frozenset[date]]
    at_once: Mapping[int, frozenset[date]]


class _Edge(NamedTuple):
    """Something begins or ends to play; ends sort before beginnings."""

    at: datetime
    begins: bool
    household: int
    actor: str


class _Playing:
    """What plays at an instant: which circles, households and players."""

    def __init__(self, circle: Mapping[int, int]) -> None:
        self._circle = circle
        self._circles: Counter[int] = Counter()
        self._actors: Counter[str] = Counter()
        self.households: Counter[int] = Counter()

    def take(self, edge: _Edge) -> None:
        """Go over an edge."""
        by = 1 if edge.begins else -1
        _count(self._circles, self._circle[edge.household], by)
        _count(self._actors, edge.actor, by)
        _count(self.households, edge.household, by)

    @property
    def circles(self) -> int:
        """How many circles play; 1 where all of it is one player, which is not apart from itself."""
        return len(self._circles) if len(self._actors) > 1 else min(1, len(self._circles))


def apart(
    houses: Mapping[int, Sequence[Visit]], circle: Mapping[int, int], zone: ZoneInfo
) -> Apart:
    """Return when circles played at the same time, at least five minutes in a day.

    One pass over all beginnings and ends, in order (a sweep line), so that the cost is that of
    sorting them. What is trusted is evidence of nothing.
    """
    if len(set(circle.values())) < 2:  # noqa: PLR2004  (one circle is not apart from itself)
        return Apart({}, {})
    edges = sorted(
        edge
        for number, found in houses.items()
        for visit in found
        if not visit.segment.trusted
        for span in visit.spans
        for edge in (
            _Edge(span.start, True, number, visit.segment.actor),  # noqa: FBT003
            _Edge(span.end_or(visit.end), False, number, visit.segment.actor),  # noqa: FBT003
        )
    )
    together: dict[tuple[int, date], timedelta] = defaultdict(timedelta)
    at_once: dict[tuple[int, date], timedelta] = defaultdict(timedelta)
    now = _Playing(circle)
    for edge, following in pairwise(edges):
        now.take(edge)
        count = now.circles
        if count < 2 or following.at == edge.at:  # noqa: PLR2004  (one circle is not apart)
            continue
        for day, lasting in _by_day(edge.at, following.at, zone):
            for number in now.households:
                together[number, day] += lasting
            for level in range(2, count + 1):
                at_once[level, day] += lasting
    return Apart(_long_enough(together), _long_enough(at_once))


def _by_day(start: datetime, end: datetime, zone: ZoneInfo) -> Iterable[tuple[date, timedelta]]:
    """Yield how much of a time lies in each day."""
    for day in days_between(start, end, zone):
        first, following = day_span(day, zone)
        yield day, min(end, following) - max(start, first)


def _count(counter: Counter[Node], key: Node, by: int) -> None:
    counter[key] += by
    if not counter[key]:
        del counter[key]


def _long_enough(times: Mapping[tuple[int, date], timedelta]) -> dict[int, frozenset[date]]:
    """Return the days of each number whose time is long enough."""
    days: dict[int, set[date]] = defaultdict(set)
    for (number, day), time in times.items():
        if time >= TOGETHER:
            days[number].add(day)
    return {number: frozenset(found) for number, found in days.items()}
