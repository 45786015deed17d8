"""Narrowing: whom a rule cannot find anything of, told from a few figures about each person.

Most people have one home and few devices. A rule about distances need not look at who was at one
place, nor a rule about streams at who never had more of them at once. What is asked here is
necessary for a finding and never sufficient: nobody is left out of whom there is anything to find.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations

from shared.domain.network import Network
from shared.domain.place import Place, effective_distance_km, great_circle_km, has_position, site
from shared.domain.rules.concurrent_streams import ConcurrentStreams
from shared.domain.rules.device_velocity import DeviceVelocity
from shared.domain.rules.geo_restriction import GeoRestriction
from shared.domain.rules.impossible_travel import ImpossibleTravel
from shared.domain.rules.inactivity import Inactivity
from shared.domain.rules.rule import Rule
from shared.domain.rules.simultaneous_locations import LEAST_EFFECTIVE_KM, SimultaneousLocations
from shared.domain.timeline import Person

_COMPARED = 40
"""Networks whose distances are worth comparing; who has more is looked at in any case."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How a person's sessions follow each other, without any of what is in them.

    Attributes:
        most_at_once: greatest number of sessions at one moment, each held to last longer than it
            did by at least the hand-over time.
        longest_silence: greatest time between two ends of sessions that follow each other.
        first_end: earliest end of a session; None if none has ended.
        last_end: latest end of a session; None if none has ended.
    """

    most_at_once: int
    longest_silence: timedelta
    first_end: datetime | None
    last_end: datetime | None


@dataclass(frozen=True, slots=True)
class Outline:
    """What is known of a person before one session is read.

    Attributes:
        networks: all that a segment may be on, as they are pinned and corrected.
        devices: ids of all devices of the person.
        rhythm: None if it is not known.
    """

    person: Person
    networks: Sequence[Network]
    devices: Sequence[str]
    rhythm: Rhythm | None


def may_find(rule: Rule, outline: Outline, end: datetime) -> bool:
    """Say whether the rule could find anything of the person up to an instant."""
    person = outline.person
    if person.trusted or not rule.scope.covers_person(person):
        return False
    networks, rhythm = outline.networks, outline.rhythm
    match rule.config:
        case ImpossibleTravel() as config:
            may = _is_flagged(config.anonymous, networks) or _may_travel(config, networks)
        case SimultaneousLocations() as config:
            may = _is_flagged(config.anonymous, networks) or _may_be_apart(config, networks)
        case DeviceVelocity() as config:
            may = _is_flagged(config.anonymous, networks) or _may_be_many(config, outline)
        case ConcurrentStreams() as config:
            limit = config.max_streams if person.stream_limit is None else person.stream_limit
            may = rhythm is None or rhythm.most_at_once > limit
        case GeoRestriction() as config:
            may = _is_flagged(config.anonymous, networks) or any(
                config.restricts(_country(network)) for network in networks if network.is_public
            )
        case Inactivity() as config:
            may = rhythm is None or _may_be_silent(config, rhythm, end)
    return may


def asks_for_rhythm(rule: Rule) -> bool:
    """Say whether the rule can be narrowed by rhythms alone."""
    return isinstance(rule.config, ConcurrentStreams | Inactivity)


def handover_of(rules: Iterable[Rule]) -> timedelta:
    """Return the longest hand-over of rules about streams: rhythms are asked for with it."""
    seconds = (r.config.handover_seconds for r in rules if isinstance(r.config, ConcurrentStreams))
    return timedelta(seconds=max(seconds, default=0))


def _is_flagged(anonymous: str, networks: Iterable[Network]) -> bool:
    return anonymous == "flag" and any(network.is_anonymous for network in networks)


def _may_travel(config: ImpossibleTravel, networks: Sequence[Network]) -> bool:
    least = config.min_distance_km
    return _any_pair(networks, config.same_asn_min_distance_km, lambda _, certain: certain >= least)


def _may_be_apart(config: SimultaneousLocations, networks: Sequence[Network]) -> bool:
    least = config.min_distance_km
    return _any_pair(
        networks,
        config.same_asn_min_distance_km,
        lambda distance, certain: distance > least and certain >= LEAST_EFFECTIVE_KM,
    )


def _any_pair(
    networks: Sequence[Network],
    same_asn_min_distance_km: float,
    is_far: Callable[[float, float], bool],
) -> bool:
    """Say whether two networks are as far apart as asked: great circle and certain, in km."""
    if len(networks) > _COMPARED:
        return True
    for a, b in combinations([network for network in networks if has_position(network)], 2):
        certain = effective_distance_km(a, b, same_asn_min_distance_km) or 0.0
        distance = great_circle_km(a.place or Place(), b.place or Place()) or 0.0
        if certain > 0 and is_far(distance, certain):
            return True
    return False


def _may_be_many(config: DeviceVelocity, outline: Outline) -> bool:
    match config.count:
        case "sites":
            count = len({site(network) for network in outline.networks} - {None})
        case "networks":
            count = len({network.key for network in outline.networks if network.is_public})
        case "devices":
            count = len({device.strip() for device in outline.devices})
    return count > config.max


def _may_be_silent(config: Inactivity, rhythm: Rhythm, end: datetime) -> bool:
    """Say whether there may be a silence between two ends, after the last, or before the first."""
    if rhythm.first_end is None or rhythm.last_end is None or rhythm.first_end > end:
        return True
    return max(rhythm.longest_silence, end - rhythm.last_end) >= timedelta(
        days=config.inactive_days
    )


def _country(network: Network) -> str | None:
    return ((network.place or Place()).country or "").strip().upper() or None
