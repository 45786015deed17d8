"""Findings: what a rule found in a person's timeline, and why a person should believe it."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from shared.domain.network import Network
from shared.domain.timeline import Interval, Segment, utc_text

Fact = str | int | float | bool | None | Sequence["Fact"] | Mapping[str, "Fact"]
"""A value that JSON can carry."""

_LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """One instance of a behaviour that breaks a rule.

    Attributes:
        behaviour_key: names the behaviour, so that more of the same is recognised: the pair of
            sites, the devices, the country.
        at: first instant at which the finding was true.
        last_at: last instant at which it is known to have been; now, while it goes on.
        segments: every segment that makes it true.
        facts: the figures: distances in km, gaps in seconds, speeds in km/h, limits.
        sentence: the reason, as a person would say it. Times in it are UTC.
        identity: the same each time this instance is detected again.
    """

    behaviour_key: str
    at: datetime
    last_at: datetime
    segments: tuple[Segment, ...]
    facts: Mapping[str, Fact]
    sentence: str
    identity: str


@dataclass(frozen=True, slots=True)
class Detection:
    """What a rule says of a timeline.

    Attributes:
        findings: by the instant at which they became true.
        due_at: earliest moment at which something not yet ripe will be a finding, if it goes
            on; None if nothing is ripening.
    """

    findings: tuple[Finding, ...] = ()
    due_at: datetime | None = None


def behaviour_key(kind: str, parts: Iterable[str]) -> str:
    """Return a key for an unordered collection of parts, at most 280 characters long.

    JSON keeps parts apart whatever characters they hold; a long list is replaced by its digest.
    """
    text = json.dumps(sorted(parts), ensure_ascii=False, separators=(",", ":"))
    if len(text) > _LONGEST_KEY:
        text = "sha256:" + hashlib.sha256(text.encode()).hexdigest()
    return f"{kind}:{text}"


def finding_identity(key: str, anchors: Iterable[UUID] = ()) -> str:
    """Return the identity of an instance: its behaviour and the sessions that brought it about.

    Anchors are chosen by the rule so that what happens later does not change them.
    """
    names = sorted({str(anchor) for anchor in anchors})
    return hashlib.sha256("\n".join([key, *names]).encode()).hexdigest()[:32]


def detection(findings: Iterable[Finding], due: Iterable[datetime] = ()) -> Detection:
    """Gather findings, in the order in which they became true, and the first moment due."""
    ordered = sorted(findings, key=lambda finding: (finding.at, finding.identity))
    return Detection(tuple(ordered), min(due, default=None))


def evidence(finding: Finding) -> dict[str, Fact]:
    """Return all there is to know of a finding as JSON can carry it.

    It holds full addresses: who may not see them gets them masked where it is shown.
    """
    return {
        "identity": finding.identity,
        "behaviour_key": finding.behaviour_key,
        "at": utc_text(finding.at),
        "last_at": utc_text(finding.last_at),
        "sentence": finding.sentence,
        "facts": finding.facts,
        "segments": [_segment(segment) for segment in finding.segments],
    }


def jsonable(value: object) -> Fact:
    """Return a configuration's value as JSON can carry it; sets become sorted lists."""
    if isinstance(value, Mapping):
        items = cast("Mapping[str, object]", value).items()
        return {name: jsonable(item) for name, item in items}
    if isinstance(value, frozenset):
        return sorted(str(item) for item in cast("frozenset[object]", value))
    return cast("Fact", value)


def _segment(segment: Segment) -> dict[str, Fact]:
    return {
        "session_id": str(segment.session_id),
        "device_id": segment.device_id,
        "device_name": segment.device_name,
        "content_type": segment.content_type,
        "title": segment.title,
        "server_id": segment.server_id,
        "library_id": segment.library_id,
        "started_at": utc_text(segment.started_at),
        "ended_at": utc_text(segment.ended_at) if segment.ended_at else None,
        "pauses": [_interval(pause) for pause in segment.pauses],
        "network": _network(segment.network),
    }


def _interval(interval: Interval) -> dict[str, Fact]:
    end = utc_text(interval.end) if interval.end else None
    return {"start": utc_text(interval.start), "end": end}


def _network(network: Network) -> dict[str, Fact]:
    return {
        "key": network.key,
        "class": network.network_class.value,
        "kind": network.kind.value,
        "address": network.address,
        "place": asdict(network.place) if network.place else None,
    }
