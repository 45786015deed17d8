"""What-if: which trusted devices, networks and places would have kept a case from being opened.

Each candidate is tried: its segments become evidence of nothing, and the rule looks again.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from shared.domain.backtest import Span, WouldBe, backtest
from shared.domain.network import mask_address
from shared.domain.place import Place, great_circle_km, has_position
from shared.domain.rules.rule import Rule
from shared.domain.timeline import Segment, Timeline

TRIED = 8
"""Candidates tried of one person: those in most findings."""


class TrustKind(StrEnum):
    """What can be trusted."""

    DEVICE = "device"
    NETWORK = "network"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that could be trusted.

    Attributes:
        key: the device id, the network key, or "latitude,longitude,radius in km".
        name: what people call it; addresses are masked.
    """

    kind: TrustKind
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What trusting a candidate would have changed.

    Attributes:
        prevents_case: there would have been no case at all.
        fewer_alerts: how many messages fewer people would have got.
    """

    candidate: Candidate
    prevents_case: bool
    fewer_alerts: int


def effects(
    rule: Rule,
    timeline: Timeline,
    span: Span,
    would_be: WouldBe,
    live_rules: Collection[Rule] = (),
) -> tuple[Effect, ...]:
    """Return the candidates that would have changed something, the most effective first.

    Args:
        rule: as for ``backtest``.
        timeline: as for ``backtest``.
        span: as for ``backtest``.
        would_be: what ``backtest`` made of these.
        live_rules: as for ``backtest``.
    """
    tried = (
        _effect(
            candidate, would_be, backtest(rule, trusting(timeline, candidate), span, live_rules)
        )
        for candidate in _candidates(would_be)
    )
    useful = [effect for effect in tried if effect.prevents_case or effect.fewer_alerts > 0]
    return tuple(sorted(useful, key=lambda e: (not e.prevents_case, -e.fewer_alerts)))


def trusting(timeline: Timeline, candidate: Candidate) -> Timeline:
    """Return the timeline as it would be if the candidate were trusted."""
    segments = (
        replace(segment, trusted=True) if _covers(candidate, segment) else segment
        for segment in timeline.segments
    )
    return replace(timeline, segments=tuple(segments))


def _effect(candidate: Candidate, before: WouldBe, after: WouldBe | None) -> Effect:
    left = len(after.alerts) if after else 0
    return Effect(candidate, after is None, len(before.alerts) - left)


def _candidates(would_be: WouldBe) -> list[Candidate]:
    """Return what is in most findings, the most frequent first."""
    seen = Counter(
        candidate
        for finding in would_be.findings
        for candidate in {c for segment in finding.segments for c in _of(segment)}
    )
    ordered = sorted(seen, key=lambda c: (-seen[c], c.kind, c.key))
    return ordered[:TRIED]


def _of(segment: Segment) -> Iterator[Candidate]:
    network, place = segment.network, segment.network.place
    if segment.knows_device:
        device = (segment.device_id or "").strip()
        yield Candidate(TrustKind.DEVICE, device, segment.device_name or device)
    if network.key is not None:
        yield Candidate(TrustKind.NETWORK, network.key, mask_address(network.key))
    if place is not None and has_position(network):
        yield Candidate(TrustKind.PLACE, _circle(place), place.city or "")


def _covers(candidate: Candidate, segment: Segment) -> bool:
    match candidate.kind:
        case TrustKind.DEVICE:
            return (segment.device_id or "").strip() == candidate.key
        case TrustKind.NETWORK:
            return segment.network.key == candidate.key
        case TrustKind.PLACE:
            return _lies_within(candidate.key, segment)


def _circle(place: Place) -> str:
    return f"{place.latitude},{place.longitude},{place.accuracy_radius_km:g}"


def _lies_within(circle: str, segment: Segment) -> bool:
    latitude, longitude, radius = (float(part) for part in circle.split(","))
    here, centre = segment.network.place, Place(latitude=latitude, longitude=longitude)
    distance = great_circle_km(here, centre) if here else None
    return distance is not None and distance <= radius and segment.network.is_public
