"""Simultaneous locations: streams at the same time from places far apart."""

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
    OverlapSeconds,
    ResidentDays,
    SameAsnKm,
)
from shared.domain.rules.encounters import (
    TOLD_PER_ARRIVAL,
    Encounter,
    encounters,
    placed_activities,
)
from shared.domain.rules.residence import Residence
from shared.domain.rules.sentences import clock, kilometres, number, span, where
from shared.domain.timeline import Timeline, last_sign_of_life

LEAST_EFFECTIVE_KM = 100.0
"""Beyond both accuracy radii the places must still be this far apart, whatever the limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimultaneousLocations:
    """Parameters: ``min_distance_km`` is a great-circle distance."""

    min_distance_km: DistanceKm = 500
    min_overlap_seconds: OverlapSeconds = 60
    handover_seconds: HandoverSeconds = 60
    same_asn_min_distance_km: SameAsnKm = 300
    resident_days: ResidentDays = 1
    anonymous: Anonymous = "ignore"

    __pydantic_config__: ClassVar[dict[str, object]] = CONFIG


def detect(
    config: SimultaneousLocations,
    timeline: Timeline,
    now: datetime,
    residence: Residence | None = None,
) -> Detection:
    """Return a finding for each arrival and pair of sites that overlapped for long enough.

    An overlap that is too short and still grows is due when it will be long enough. What is of one
    household, as ``residence`` has it, is none.
    """
    longest = _longest(config, timeline, now, residence)
    ripe = [_finding(config, met, now) for met in longest if met.overlap >= _least(config)]
    due = [met.arrival.start + _least(config) for met in longest if met.overlap < _least(config)]
    flagged = anonymous_findings(config.anonymous, timeline.segments, now)
    return detection([*ripe, *flagged], due)


def claims(
    config: SimultaneousLocations,
    timeline: Timeline,
    now: datetime,
    residence: Residence | None = None,
) -> frozenset[tuple[str, UUID]]:
    """Return the pairs of sites and arriving sessions that are this rule's to report.

    What still ripens is claimed too: reported as travel now, it would be reported a second time
    when it is ripe.
    """
    longest = _longest(config, timeline, now, residence)
    return frozenset((met.behaviour, met.arrival.segments[0].session_id) for met in longest)


def _least(config: SimultaneousLocations) -> timedelta:
    return timedelta(seconds=config.min_overlap_seconds)


def _longest(
    config: SimultaneousLocations, timeline: Timeline, now: datetime, residence: Residence | None
) -> list[Encounter]:
    """Return, per arrival and pair of sites, the longest overlap that is ripe or can still be."""

    def excused(met: Encounter) -> bool:
        if residence is None or not _counts(config, met):
            return False
        ripe_at = met.arrival.start + _least(config)
        return residence.is_one_household(*met.ends(), ripe_at.date())

    handover = timedelta(seconds=config.handover_seconds)
    longest: list[Encounter] = []
    for _, met in encounters(
        placed_activities(timeline.segments, now, handover),
        reach=timedelta(0),
        same_asn_min_distance_km=config.same_asn_min_distance_km,
        excused=excused,
    ):
        far = [encounter for encounter in met if _counts(config, encounter)]
        by_length = sorted(far, key=lambda encounter: (encounter.overlap, encounter.distance_km))
        per_behaviour = {encounter.behaviour: encounter for encounter in by_length}
        longest += list(per_behaviour.values())[-TOLD_PER_ARRIVAL:]
    return longest


def _counts(config: SimultaneousLocations, encounter: Encounter) -> bool:
    far = encounter.distance_km > config.min_distance_km
    certain = encounter.effective_km >= LEAST_EFFECTIVE_KM
    return far and certain and (encounter.is_alive or encounter.overlap >= _least(config))


def _finding(config: SimultaneousLocations, encounter: Encounter, now: datetime) -> Finding:
    key = encounter.behaviour
    ripe_at = encounter.arrival.start + _least(config)
    sides = (encounter.earlier, encounter.arrival)
    segments = tuple(
        segment for side in sides for segment in side.during(encounter.arrival.start, ripe_at)
    )
    return Finding(
        behaviour_key=key,
        at=ripe_at,
        last_at=last_sign_of_life(segments, now),
        segments=segments,
        facts={
            "distance_km": round(encounter.distance_km, 1),
            "effective_distance_km": round(encounter.effective_km, 1),
            "overlap_seconds": round(encounter.overlap.total_seconds()),
            "limit": config.min_distance_km,
        },
        sentence=_sentence(config, encounter),
        identity=finding_identity(key, [encounter.arrival.segments[0].session_id]),
    )


def _sentence(config: SimultaneousLocations, encounter: Encounter) -> str:
    there, here = encounter.ends()
    end = min(encounter.earlier.end, encounter.arrival.end)
    start, until = clock(encounter.arrival.start, end)
    when = f"since {start}" if encounter.is_alive else f"from {start} to {until}"
    return (
        f"Streamed from {where(there)} and from {where(here)} at the same time, {when} "
        f"({span(encounter.overlap)}): about {kilometres(encounter.distance_km)} apart, and "
        f"at least {kilometres(encounter.effective_km)}; the limit is {number(config.min_distance_km)} km."
    )
