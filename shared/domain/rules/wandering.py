"""Carriers that no list knows: a provider that lets one stream out in one city, then in another.

Many providers connect homes and phones in one autonomous system, so that its kind says nothing.
What tells them apart is the phone itself: no stream moves between cities in a moment. What a
device does with a provider that lets it wander like that is good for a country, not for a
distance; the television at home, with the same provider, is where it is.
"""

from collections.abc import Collection, Iterable
from datetime import timedelta

from shared.domain.finding import Finding
from shared.domain.place import effective_distance_km
from shared.domain.timeline import Segment

_LEAST_KM = 100.0
_FASTEST_KMH = 900.0
_SHORTEST = timedelta(minutes=1)


def without_wanderers(findings: Iterable[Finding], past: Collection[Segment]) -> list[Finding]:
    """Return the findings of which no side is a device on a provider with which it wanders.

    Args:
        findings: of some segments each.
        past: what the person did, the segments of the findings among it.
    """
    found = list(findings)
    wandering = _wandering(past) if found else set[tuple[str, int]]()
    return [
        finding
        for finding in found
        if not any(_on(segment) in wandering for segment in finding.segments)
    ]


def _wandering(past: Iterable[Segment]) -> set[tuple[str, int]]:
    """Return the devices, each with a provider, that were in two cities in one stream."""
    found: set[tuple[str, int]] = set()
    last: dict[tuple[str, int], Segment] = {}
    for segment in sorted(past, key=lambda segment: segment.started_at):
        on = _on(segment)
        if on:
            stream = (str(segment.session_id), on[1])
            before = last.get(stream)
            if before and _jumps(before, segment):
                found.add(on)
            last[stream] = segment
    return found


def _on(segment: Segment) -> tuple[str, int] | None:
    """Return the device and its provider."""
    asn = segment.network.place.asn if segment.network.place else None
    return (segment.actor, asn) if asn is not None else None


def _jumps(before: Segment, after: Segment) -> bool:
    if before.network == after.network or before.ended_at is None:
        return False
    certain = effective_distance_km(before.network, after.network, 0)
    if certain is None or certain < _LEAST_KM:
        return False
    gap = max(_SHORTEST, after.started_at - before.ended_at)
    return certain / (gap / timedelta(hours=1)) > _FASTEST_KMH
