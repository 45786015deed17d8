"""Impossible travel: two places too far apart for the time between them.

For each activity, every other place the person was at within the window is compared, from the
end there to the start here; see ``encounters`` for why one comparison per place is enough.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from shared.domain.finding import Detection, Finding, detection, finding_identity
from shared.domain.rules.anonymous import anonymous_findings
from shared.domain.rules.bounds import (
    CONFIG,
    Anonymous,
    DistanceKm,
    HandoverSeconds,
    ResidentDays,
    SameAsnKm,
    SpeedKmh,
    WindowHours,
)
from shared.domain.rules.encounters import (
    TOLD_PER_ARRIVAL,
    Encounter,
    encounters,
    placed_activities,
)
from shared.domain.rules.residence import Residence
from shared.domain.rules.sentences import clock, kilometres, number, span, where
from shared.domain.timeline import Activity, Timeline, last_sign_of_life

SHORTEST_GAP = timedelta(seconds=60)
"""A shorter gap, and an overlap, count as this long, so that no speed is infinite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpossibleTravel:
    """Parameters: speeds in km/h, distances in km."""

    max_speed_kmh: SpeedKmh = 900
    min_distance_km: DistanceKm = 100
    window_hours: WindowHours = 24
    handover_seconds: HandoverSeconds = 60
    same_asn_min_distance_km: SameAsnKm = 300
    resident_days: ResidentDays = 1
    anonymous: Anonymous = "ignore"

    __pydantic_config__: ClassVar[dict[str, object]] = CONFIG


def detect(
    config: ImpossibleTravel,
    timeline: Timeline,
    now: datetime,
    left: Collection[tuple[str, UUID]] = frozenset(),
    residence: Residence | None = None,
) -> Detection:
    """Return a finding for each arrival that came too fast, true from its first instant on.

    Args:
        config: the limits.
        timeline: what the rule covers.
        now: where open segments end.
        left: pairs of sites and arriving sessions that belong to ``simultaneous_locations``.
        residence: what is of one household by it is passed over.
    """

    def excused(met: Encounter) -> bool:
        if residence is None or not _is_too_fast(config, met):
            return False
        return residence.is_one_household(*met.ends(), met.arrival.start.date())

    handover = timedelta(seconds=config.handover_seconds)
    found: list[Finding] = []
    before: Activity | None = None
    told: set[str] = set()
    for arrival, met in encounters(
        placed_activities(timeline.segments, now, handover),
        reach=timedelta(hours=config.window_hours),
        same_asn_min_distance_km=config.same_asn_min_distance_km,
        excused=excused,
    ):
        fastest = _fastest(config, met, left)
        # Back to back on one device and network, the next session repeats what the first said.
        repeated = told if before and _same_stay(before, arrival) else set[str]()
        found += [_finding(config, fastest[key], now) for key in fastest if key not in repeated]
        before, told = arrival, set(fastest)
    return detection([*found, *anonymous_findings(config.anonymous, timeline.segments, now)])


def counted_gap(encounter: Encounter) -> timedelta:
    """Return the time there was for the way: from the end of one to the start of the other."""
    return max(SHORTEST_GAP, encounter.gap)


def speed_kmh(encounter: Encounter) -> float:
    """Return the least speed at which the person would have travelled."""
    return encounter.effective_km / (counted_gap(encounter) / timedelta(hours=1))


def _fastest(
    config: ImpossibleTravel, met: list[Encounter], left: Collection[tuple[str, UUID]]
) -> dict[str, Encounter]:
    """Return the fastest encounter per behaviour that is too fast, for the fastest behaviours."""
    fastest: dict[str, Encounter] = {}
    too_fast = [encounter for encounter in met if _is_too_fast(config, encounter)]
    for encounter in sorted(too_fast, key=speed_kmh, reverse=True):
        key = encounter.behaviour
        if (key, encounter.arrival.segments[0].session_id) not in left:
            fastest.setdefault(key, encounter)
        if len(fastest) == TOLD_PER_ARRIVAL:
            break
    return fastest


def _is_too_fast(config: ImpossibleTravel, encounter: Encounter) -> bool:
    far = encounter.effective_km >= config.min_distance_km
    return far and speed_kmh(encounter) > config.max_speed_kmh


def _same_stay(a: Activity, b: Activity) -> bool:
    return a.actor == b.actor and a.network == b.network


def _finding(config: ImpossibleTravel, encounter: Encounter, now: datetime) -> Finding:
    key, segments = encounter.behaviour, encounter.ends()
    return Finding(
        behaviour_key=key,
        at=encounter.arrival.start,
        last_at=last_sign_of_life(segments, now),
        segments=segments,
        facts={
            "distance_km": round(encounter.distance_km, 1),
            "effective_distance_km": round(encounter.effective_km, 1),
            "gap_seconds": round(counted_gap(encounter).total_seconds()),
            "overlap_seconds": round(encounter.overlap.total_seconds()),
            "speed_kmh": round(speed_kmh(encounter), 1),
            "limit": config.max_speed_kmh,
        },
        sentence=_sentence(config, encounter),
        identity=finding_identity(key, [encounter.arrival.segments[0].session_id]),
    )


def _sentence(config: ImpossibleTravel, encounter: Encounter) -> str:
    there, here = encounter.ends()
    distance, limit = kilometres(encounter.effective_km), number(config.max_speed_kmh)
    if encounter.overlap:
        since, arrived = clock(encounter.earlier.start, encounter.arrival.start)
        return (
            f"Streamed from {where(there)} since {since} and, at the same time, from "
            f"{where(here)} from {arrived}: at least {distance} apart, too far to be in both; "
            f"the limit is {limit} km/h."
        )
    left, arrived = clock(encounter.earlier.end, encounter.arrival.start)
    gap, speed = span(counted_gap(encounter)), f"{speed_kmh(encounter):,.0f}"
    return (
        f"Streamed from {where(there)} until {left} and from {where(here)} from {arrived}: "
        f"at least {distance} in {gap}, {speed} km/h; the limit is {limit}."
    )
