"""What a person truly did, by the true times and places of their life.

Nothing here knows a rule's code, its configuration or what was told to the server; the figures
are those of the specification. ``did`` says whether an accusation would be right. ``visible``
says whether a rule could see it: from fixed lines that the place database puts in some city, and
with room for all that it leaves uncertain.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shared.domain.rules.rule import RuleType
from tests.simulation.people.addresses import GeoDatabase, release_at
from tests.simulation.people.atlas import DENIED, kilometres
from tests.simulation.people.life import STREAMS, Sitting
from tests.simulation.people.population import Individual
from tests.simulation.people.spans import DAY, DAYS, HOUR, LEAD, MINUTE

UNCERTAIN_KM = 100.0
"""A good database names a city and a radius of up to 50 km, on either side."""

_FASTEST_KMH, _LEAST_KM, _FAR_KM, _POOL_KM = 900.0, 100.0, 500.0, 300.0
_SITES = 5
_BEGIN = LEAD * DAY
_DORMANT = 30 * DAY


@dataclass(frozen=True, slots=True)
class Truth:
    """What a person did, and what of it a rule could see, by type of rule."""

    did: frozenset[RuleType]
    visible: frozenset[RuleType]


def truth_of(person: Individual, database: GeoDatabase) -> Truth:
    """Return what is true of a person, from the day on which judging begins."""
    sittings = [sitting for sitting in person.life.sittings if sitting.start >= _BEGIN]
    visible: set[RuleType] = set()
    did: set[RuleType] = set()
    if person.kind.shares:
        did |= {
            RuleType.IMPOSSIBLE_TRAVEL,
            RuleType.SIMULTANEOUS_LOCATIONS,
            RuleType.DEVICE_VELOCITY,
        }
        placed = [sitting for sitting in sittings if _is_placed(sitting, database)]
        visible |= set(_seen_by_distance(placed))
        if _most_sites_in_a_day(placed) > _SITES:
            visible.add(RuleType.DEVICE_VELOCITY)
    if _longest_excess(sittings) >= MINUTE:
        visible.add(RuleType.CONCURRENT_STREAMS)
    if any(s.access.exit and s.access.exit.country in DENIED for s in sittings):
        visible.add(RuleType.GEO_RESTRICTION)
    if _longest_silence(sittings) >= _DORMANT:
        visible.add(RuleType.INACTIVITY)
    return Truth(frozenset(did | visible), frozenset(visible))


def _is_placed(sitting: Sitting, database: GeoDatabase) -> bool:
    """Say whether it went over a fixed line that the database puts in a city, right or wrong."""
    release = release_at(sitting.start)
    access = sitting.access
    return access.line is not None and database.place(access.address, release).city is not None


def _seen_by_distance(sittings: Iterable[Sitting]) -> Iterator[RuleType]:
    """Yield what two homes on fixed lines did: be in two places at once, or one after the other.

    Being far apart at once belongs to simultaneous locations alone.
    """
    before: list[Sitting] = []
    for here in sittings:
        before = [sitting for sitting in before if here.start - sitting.end <= DAY]
        for there in before:
            if there.household != here.household and there.device is not here.device:
                yield from _between(there, here)
        before.append(here)


def _between(there: Sitting, here: Sitting) -> Iterator[RuleType]:
    distance = kilometres(there.access.city, here.access.city)
    if there.access.provider == here.access.provider and distance < _POOL_KM:
        return  # a provider moves its addresses between cities so near to each other
    certain = distance - UNCERTAIN_KM
    together = min(there.end, here.end) - here.start
    if together >= MINUTE and distance > _FAR_KM and certain >= _LEAST_KM:
        yield RuleType.SIMULTANEOUS_LOCATIONS
    elif certain >= _LEAST_KM:
        hours = max(MINUTE, here.start - there.end) / HOUR
        if certain / hours > _FASTEST_KMH:
            yield RuleType.IMPOSSIBLE_TRAVEL


def _most_sites_in_a_day(sittings: Iterable[Sitting]) -> int:
    """Count the homes from which somebody watched within 24 hours, at most."""
    most = 0
    recent: list[Sitting] = []
    for here in sittings:
        recent = [s for s in recent if here.start - s.end <= DAY]
        recent.append(here)
        most = max(most, len({sitting.access.line for sitting in recent}))
    return most


def _longest_excess(sittings: Iterable[Sitting]) -> float:
    """Return for how many seconds more streams played than are allowed, at the longest."""
    ends = sorted(end for sitting in sittings for end in _played(sitting))
    longest, count, since = 0.0, 0, None
    for at, change in ends:
        count += change
        if count > STREAMS and since is None:
            since = at
        elif count <= STREAMS and since is not None:
            longest, since = max(longest, at - since), None
    return longest


def _played(sitting: Sitting) -> Iterator[tuple[float, int]]:
    yield sitting.start, 1
    yield sitting.end, -1
    for since, until in sitting.pauses:
        yield since, -1
        yield until, 1


def _longest_silence(sittings: Iterable[Sitting]) -> float:
    last, longest = _BEGIN, 0.0
    for sitting in sittings:
        longest = max(longest, sitting.start - last)
        last = max(last, sitting.end)
    return max(longest, DAYS * DAY - last)
