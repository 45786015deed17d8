"""A rule as an operator sets it, and the way from its type to the module that detects."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from shared.domain.finding import Detection
from shared.domain.rules import (
    concurrent_streams,
    device_velocity,
    geo_restriction,
    impossible_travel,
    inactivity,
    simultaneous_locations,
)
from shared.domain.rules.concurrent_streams import ConcurrentStreams
from shared.domain.rules.device_velocity import DeviceVelocity
from shared.domain.rules.geo_restriction import GeoRestriction
from shared.domain.rules.impossible_travel import ImpossibleTravel
from shared.domain.rules.inactivity import Inactivity
from shared.domain.rules.residence import MEMORY, Residence
from shared.domain.rules.scope import EVERYTHING, Scope
from shared.domain.rules.simultaneous_locations import SimultaneousLocations
from shared.domain.rules.wandering import without_wanderers
from shared.domain.timeline import Segment, Timeline

RuleConfig = (
    ImpossibleTravel
    | SimultaneousLocations
    | DeviceVelocity
    | ConcurrentStreams
    | GeoRestriction
    | Inactivity
)


class RuleType(StrEnum):
    """What a rule can be about; one module each."""

    IMPOSSIBLE_TRAVEL = "impossible_travel"
    SIMULTANEOUS_LOCATIONS = "simultaneous_locations"
    DEVICE_VELOCITY = "device_velocity"
    CONCURRENT_STREAMS = "concurrent_streams"
    GEO_RESTRICTION = "geo_restriction"
    INACTIVITY = "inactivity"


class RuleMode(StrEnum):
    """Whether a rule's cases have consequences, or are only kept and shown."""

    LIVE = "live"
    SHADOW = "shadow"


CONFIG_TYPES: Mapping[RuleType, type[RuleConfig]] = MappingProxyType(
    {
        RuleType.IMPOSSIBLE_TRAVEL: ImpossibleTravel,
        RuleType.SIMULTANEOUS_LOCATIONS: SimultaneousLocations,
        RuleType.DEVICE_VELOCITY: DeviceVelocity,
        RuleType.CONCURRENT_STREAMS: ConcurrentStreams,
        RuleType.GEO_RESTRICTION: GeoRestriction,
        RuleType.INACTIVITY: Inactivity,
    }
)

DEFAULT_SEVERITY: Mapping[RuleType, int] = MappingProxyType(
    {
        RuleType.IMPOSSIBLE_TRAVEL: 2,
        RuleType.SIMULTANEOUS_LOCATIONS: 2,
        RuleType.DEVICE_VELOCITY: 3,
        RuleType.CONCURRENT_STREAMS: 4,
        RuleType.GEO_RESTRICTION: 2,
        RuleType.INACTIVITY: 5,
    }
)
"""1 is the gravest, 5 the mildest."""

LATENESS = timedelta(hours=24)
"""How late events may come, or the detector may have been away, and nothing is missed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule: what it looks for, in what, and how grave it is (1 gravest to 5)."""

    id: UUID
    name: str
    type: RuleType
    config: RuleConfig
    severity: int
    mode: RuleMode = RuleMode.SHADOW
    enabled: bool = True
    scope: Scope = EVERYTHING


def detect(
    rule: Rule,
    timeline: Timeline,
    now: datetime,
    live_rules: Collection[Rule] = (),
    past: Collection[Segment] = (),
) -> Detection:
    """Return what the rule finds in everything that the timeline holds, enabled or not.

    Args:
        rule: a rule that is not enabled is evaluated all the same, for backtests.
        timeline: one person's segments, at least as far back as ``look_back`` says.
        now: where open segments end; aware.
        live_rules: the rules in force. What one of them reports alone is left to it.
        past: what came before the timeline, see ``memory``. A finding may be less than it seems
            to who knows more, never more: so the past is only worth reading where there are any.
    """
    person = timeline.person
    if person.trusted or not rule.scope.covers_person(person):
        return Detection()
    seen = rule.scope.narrow(timeline)
    match rule.config:
        case ImpossibleTravel() as config:
            known = (*past, *timeline.segments)
            left = _left_to_others(rule, timeline, now, live_rules, known)
            found = impossible_travel.detect(config, seen, now, left, _residence(config, known))
            found = _settled(found, config, known)
        case SimultaneousLocations() as config:
            known = (*past, *timeline.segments)
            found = simultaneous_locations.detect(config, seen, now, _residence(config, known))
            found = _settled(found, config, known)
        case DeviceVelocity() as config:
            found = device_velocity.detect(config, seen, now)
        case ConcurrentStreams() as config:
            found = concurrent_streams.detect(config, seen, now)
        case GeoRestriction() as config:
            found = geo_restriction.detect(config, seen, now)
        case Inactivity() as config:
            # Activity outside the scope, or on a trusted device, is activity all the same.
            found = inactivity.detect(config, timeline, now)
    return found


def look_back(rule: Rule) -> timedelta:
    """Return how far before now a timeline must reach for the rule to miss nothing.

    Wanted are all segments that are open or ended later than that before now, however long ago
    they started.
    """
    match rule.config:
        case ImpossibleTravel(window_hours=hours) | DeviceVelocity(window_hours=hours):
            return timedelta(hours=hours) + LATENESS
        case SimultaneousLocations() | ConcurrentStreams() | GeoRestriction():
            return LATENESS
        case Inactivity():
            return timedelta(0)


def memory(rule: Rule) -> timedelta:
    """Return how far before its timeline the past must reach for findings to be settled."""
    match rule.config:
        case ImpossibleTravel(resident_days=days) | SimultaneousLocations(resident_days=days):
            return MEMORY if days else timedelta(0)
        case _:
            return timedelta(0)


def _settled(
    found: Detection,
    config: ImpossibleTravel | SimultaneousLocations,
    past: Collection[Segment],
) -> Detection:
    if not config.resident_days:
        return found
    return replace(found, findings=tuple(without_wanderers(found.findings, past)))


def _residence(
    config: ImpossibleTravel | SimultaneousLocations, known: Collection[Segment]
) -> Residence | None:
    return Residence(known, config.resident_days) if config.resident_days else None


def _left_to_others(
    rule: Rule,
    timeline: Timeline,
    now: datetime,
    live_rules: Collection[Rule],
    known: Collection[Segment],
) -> frozenset[tuple[str, UUID]]:
    """Return what rules of simultaneous locations report, so that travel need not repeat it.

    A live rule leaves nothing to a shadow rule, whose findings reach nobody.
    """
    claimed: set[tuple[str, UUID]] = set()
    for other in live_rules:
        heard = other.mode is RuleMode.LIVE or rule.mode is RuleMode.SHADOW
        if (
            isinstance(other.config, SimultaneousLocations)
            and (other.enabled and heard)
            and other.scope.covers_person(timeline.person)
        ):
            seen = other.scope.narrow(timeline)
            residence = _residence(other.config, known)
            claimed |= simultaneous_locations.claims(other.config, seen, now, residence)
    return frozenset(claimed)
