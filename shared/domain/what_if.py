"""What-if: which trusted devices, networks and places would have kept a case from being opened.

Each candidate is tried: what it covers becomes evidence of nothing, and the rule looks again.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from ipaddress import ip_network
from uuid import UUID

from shared.domain.backtest import Span, WouldBe, backtest
from shared.domain.case import MERGE_HOURS
from shared.domain.network import mask_address
from shared.domain.place import has_position
from shared.domain.rules.rule import Rule
from shared.domain.timeline import Segment, Timeline
from shared.domain.truncation import is_truncated
from shared.domain.trusted import (
    TrustedDevice,
    TrustedEntry,
    TrustedNetwork,
    TrustedPlace,
    with_trust,
)

TRIED = 8
"""Candidates tried of one person: those in most findings."""

_UNSAVED = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that could be trusted, and what people call it; addresses are masked."""

    trusted: TrustedDevice | TrustedNetwork | TrustedPlace
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
    *,
    merge_hours: float = MERGE_HOURS,
) -> tuple[Effect, ...]:
    """Return the candidates that would have changed something, the most effective first.

    Args:
        rule: as for ``backtest``.
        timeline: as for ``backtest``.
        span: as for ``backtest``.
        would_be: what ``backtest`` made of these.
        live_rules: as for ``backtest``.
        merge_hours: as for ``backtest``.
    """

    def effect(candidate: Candidate) -> Effect:
        entry = TrustedEntry(id=_UNSAVED, trusted=candidate.trusted)
        trusting = with_trust(timeline, [entry], span.end)
        after = backtest(rule, trusting, span, live_rules, merge_hours=merge_hours)
        return _effect(candidate, would_be, after)

    tried = [effect(candidate) for candidate in _candidates(would_be)]
    useful = [effect for effect in tried if effect.prevents_case or effect.fewer_alerts > 0]
    return tuple(sorted(useful, key=lambda e: (not e.prevents_case, -e.fewer_alerts)))


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
    ordered = sorted(seen, key=lambda candidate: (-seen[candidate], repr(candidate)))
    return ordered[:TRIED]


def _of(segment: Segment) -> Iterator[Candidate]:
    network, place = segment.network, segment.network.place
    if segment.knows_device:
        device = (segment.device_id or "").strip()
        yield Candidate(TrustedDevice(device), segment.device_name or device)
    if network.key is not None and not is_truncated(network.key):
        yield Candidate(TrustedNetwork(ip_network(network.key)), mask_address(network.key))
    if (
        place
        and has_position(network)
        and place.latitude is not None
        and place.longitude is not None
    ):
        here = TrustedPlace(place.latitude, place.longitude, place.accuracy_radius_km)
        yield Candidate(here, place.city or "")
