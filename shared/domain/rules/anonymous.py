"""Use of anonymous networks, as a finding of its own where a rule says ``anonymous: flag``."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from shared.domain.finding import Finding, behaviour_key, finding_identity
from shared.domain.network import NetworkKind
from shared.domain.rules.bounds import Anonymous
from shared.domain.rules.sentences import clock, spot
from shared.domain.timeline import Segment, last_sign_of_life

_WORDS = {
    NetworkKind.VPN: "a VPN",
    NetworkKind.HOSTING: "a hosting provider",
    NetworkKind.TOR: "the Tor network",
    NetworkKind.RELAY: "a relay",
}


def anonymous_findings(
    anonymous: Anonymous, segments: Iterable[Segment], now: datetime
) -> list[Finding]:
    """Return one finding per session and kind of anonymous network; none if they are ignored."""
    if anonymous == "ignore":
        return []
    return [_finding(kind, used, now) for (_, kind), used in _uses(segments).items()]


def _uses(segments: Iterable[Segment]) -> dict[tuple[UUID, NetworkKind], list[Segment]]:
    uses: dict[tuple[UUID, NetworkKind], list[Segment]] = {}
    for segment in segments:
        if segment.network.is_anonymous:
            uses.setdefault((segment.session_id, segment.network.kind), []).append(segment)
    return uses


def _finding(kind: NetworkKind, used: list[Segment], now: datetime) -> Finding:
    first = used[0]
    key = behaviour_key("anonymous", [kind.value])
    (at,) = clock(first.started_at)
    place = first.network.place
    return Finding(
        behaviour_key=key,
        at=first.started_at,
        last_at=last_sign_of_life(used, now),
        segments=tuple(used),
        facts={"kind": kind.value, "organisation": place.organisation if place else None},
        sentence=f"Streamed{_on(first)} through {_WORDS[kind]} at {at}; it comes out in "
        f"{spot(first.network)}, and where the person is cannot be known.",
        identity=finding_identity(key, [first.session_id]),
    )


def _on(segment: Segment) -> str:
    return f" on {segment.device_name}" if segment.device_name else ""
