"""Who was somewhere else when a person's activity began: the sweep behind the distance rules.

All pairs of activities would be quadratic, and nearly all of them say the same. For an activity
that begins now and some other place, only the other device that was seen there last matters: its
gap is the smallest and its overlap the longest of all that were there. So the sweep remembers,
for each place, the activities of different actors that ended last; a few, because the one that
begins may be of the first one's device, and others of the household of who begins, which excuses
them and nobody else who was there.

What a leaked account can cause is bounded too: only the 100 places seen last are remembered.
Whoever was at more of them within a window has been found many times over.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.domain.finding import behaviour_key
from shared.domain.network import Network
from shared.domain.place import Place, effective_distance_km, great_circle_km, has_position, site
from shared.domain.timeline import Activity, Segment, activities

_PLACES = 100
_ACTORS = 4
"""Remembered of each place."""

TOLD_PER_ARRIVAL = 10
"""Findings worth telling of one arrival, the gravest ones."""


@dataclass(frozen=True, slots=True)
class Encounter:
    """An arrival, and the activity elsewhere that began before it and ended last.

    Attributes:
        distance_km: great-circle distance.
        effective_km: distance that is certain, see ``effective_distance_km``; above 0.
    """

    earlier: Activity
    arrival: Activity
    distance_km: float
    effective_km: float

    @property
    def behaviour(self) -> str:
        """Name the unordered pair of sites."""
        sides = (self.earlier.network, self.arrival.network)
        return behaviour_key("sites", [site(side) or side.key or "" for side in sides])

    @property
    def gap(self) -> timedelta:
        """Return the time from the end of the earlier to the arrival; negative: an overlap."""
        return self.arrival.start - self.earlier.end

    @property
    def overlap(self) -> timedelta:
        """Return how long both went on at the same time, 0 or more."""
        end = min(self.earlier.end, self.arrival.end)
        return max(timedelta(0), end - self.arrival.start)

    @property
    def is_alive(self) -> bool:
        """Say whether both sides are open, so that the overlap still grows."""
        return self.earlier.is_open and self.arrival.is_open

    def ends(self) -> tuple[Segment, Segment]:
        """Return the segment the person was last in elsewhere, and the one that began."""
        return self.earlier.segment_at(self.arrival.start), self.arrival.segments[0]


Excused = Callable[[Encounter], bool]


def placed_activities(
    segments: Iterable[Segment], now: datetime, handover: timedelta
) -> list[Activity]:
    """Return the activities on networks whose position is known, by start.

    A network has one place: the latest known, should an operator have pinned it anew meanwhile.
    Otherwise it would be far from itself.
    """
    positioned = [segment for segment in segments if has_position(segment.network)]
    pins = {segment.network.key: segment.network.place for segment in positioned}
    pinned = [_moved(segment, pins[segment.network.key]) for segment in positioned]
    return activities(pinned, now, handover=handover, same=_stay)


def _moved(segment: Segment, place: Place | None) -> Segment:
    """Return the segment with its network at a place; nearly always it is there already."""
    network = segment.network
    if network.key is None or network.place is place:
        return segment
    return replace(segment, network=replace(network, place=place))


def _stay(segment: Segment) -> tuple[str, str | None, Place | None]:
    return segment.actor, segment.network.key, segment.network.place


def nobody(_: Encounter) -> bool:
    """Excuse no encounter."""
    return False


def encounters(
    placed: Iterable[Activity],
    *,
    reach: timedelta,
    same_asn_min_distance_km: float,
    excused: Excused = nobody,
) -> Iterator[tuple[Activity, list[Encounter]]]:
    """Yield each activity with its encounters, at most one per other place.

    The work is activities times places still within reach, of which there are at most 100.

    Args:
        placed: activities by start, see ``placed_activities``.
        reach: how long before the arrival the earlier one may have ended.
        same_asn_min_distance_km: see ``effective_distance_km``.
        excused: which are to be passed over for who was there before.
    """
    boards: dict[Place | None, list[Activity]] = {}
    measure = _measure(same_asn_min_distance_km)
    for arrival in placed:
        here, since = arrival.network.place, arrival.start - reach
        # Arrivals only get later: a place out of reach once is out of reach for good.
        boards = {place: board for place, board in boards.items() if _reaches(board, since)}
        found = [
            _encounter(board, arrival, since, measure, excused)
            for place, board in boards.items()
            if place != here
        ]
        boards[here] = _last_few(boards.get(here, []), arrival)
        if len(boards) > _PLACES:
            del boards[min(boards, key=lambda place: _lasting(boards[place][0]))]
        yield arrival, [encounter for encounter in found if encounter]


Measure = Callable[[Network, Network], tuple[float, float]]


def _measure(same_asn_min_distance_km: float) -> Measure:
    """Return a function that measures each pair of places once: great circle, effective."""
    known: dict[tuple[Place | None, Place | None], tuple[float, float]] = {}

    def measure(there: Network, here: Network) -> tuple[float, float]:
        pair = (there.place, here.place)
        if pair not in known:
            distance = great_circle_km(there.place or Place(), here.place or Place())
            effective = effective_distance_km(there, here, same_asn_min_distance_km)
            known[pair] = (distance or 0.0, effective or 0.0)
        return known[pair]

    return measure


def _encounter(
    board: list[Activity],
    arrival: Activity,
    since: datetime,
    measure: Measure,
    excused: Excused,
) -> Encounter | None:
    """Return the arrival's encounter with whoever else was at another place last, if any."""
    for earlier in board:
        if earlier.actor != arrival.actor and _reaches([earlier], since):
            distance, effective = measure(earlier.network, arrival.network)
            if effective <= 0:
                return None
            met = Encounter(earlier, arrival, distance, effective)
            if not excused(met):
                return met
    return None


def _reaches(board: list[Activity], since: datetime) -> bool:
    """Say whether any is open or ended since then.

    An open one reaches beyond now where the arriving player's clock is ahead of ours.
    """
    return any(activity.is_open or activity.end >= since for activity in board)


def _last_few(board: list[Activity], newest: Activity) -> list[Activity]:
    """Return the activities of the actors who were there last, the very last first."""
    last: dict[str, Activity] = {}
    for activity in sorted([*board, newest], key=_lasting):
        last[activity.actor] = activity
    return sorted(last.values(), key=_lasting, reverse=True)[:_ACTORS]


def _lasting(activity: Activity) -> tuple[datetime, bool, datetime]:
    return activity.end, activity.is_open, activity.start
