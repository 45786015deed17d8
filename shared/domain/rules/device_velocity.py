"""Device velocity: more sites, networks or new devices within a while than one person has."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import islice
from typing import ClassVar, Literal

from shared.domain.finding import Detection, Finding, behaviour_key, detection, finding_identity
from shared.domain.place import site
from shared.domain.rules.anonymous import anonymous_findings
from shared.domain.rules.bounds import CONFIG, Anonymous, Count, WindowHours
from shared.domain.rules.sentences import clock, listing, number, where, who
from shared.domain.timeline import Segment, Timeline, last_sign_of_life

HISTORY = timedelta(days=7)
"""What must be known of a person before the window: to a new one every device is new."""

_NAMED = 50
"""Sites named in one finding, the latest ones; the count is always exact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceVelocity:
    """Parameters: more than ``max`` distinct in any ``window_hours`` is a finding."""

    count: Literal["sites", "networks", "devices"] = "sites"
    max: Count = 5
    window_hours: WindowHours = 24
    anonymous: Anonymous = "ignore"

    __pydantic_config__: ClassVar[dict[str, object]] = CONFIG


@dataclass(frozen=True, slots=True)
class _Stay:
    """Something counted, and from when to when it was there."""

    key: str
    start: datetime
    end: datetime
    segment: Segment


@dataclass(frozen=True, slots=True)
class _Excess:
    """A moment at which something joined and made too many: how many, and the latest of them."""

    joined: _Stay
    count: int
    latest: tuple[_Stay, ...]


def detect(config: DeviceVelocity, timeline: Timeline, now: datetime) -> Detection:
    """Return a finding for each arrival of something not seen in the window, if it is too much.

    Each depends on the window before it alone, not on findings before it: so it stays the same
    finding whatever part of the past is at hand.
    """
    window = timedelta(hours=config.window_hours)
    match config.count:
        case "sites":
            stays = _sites(timeline.segments, now)
        case "networks":
            stays = _networks(timeline.segments, now)
        case "devices":
            stays = _devices(timeline)
    moments = _excesses(stays, window, config.max)
    known_since = timeline.person.first_seen_at + HISTORY + window
    found = [
        _finding(config, moment, now)
        for moment in moments
        if config.count != "devices" or moment.joined.start >= known_since
    ]
    return detection([*found, *anonymous_findings(config.anonymous, timeline.segments, now)])


def _sites(segments: Iterable[Segment], now: datetime) -> list[_Stay]:
    """Return stays at sites; anonymous networks are exits, at which nobody stays.

    A network of which only the ASN is known may be any site of that ASN, so it is a site of its
    own only where there is no other. A stream that moves between cities of one provider is at
    one site: its carrier lets it out elsewhere.
    """
    seen = [segment for segment in segments if not segment.network.is_anonymous]
    named = [(name, segment) for segment in seen if (name := site(segment.network))]
    systems = {name.partition("/")[0] for name, _ in named if "/" in name}
    first: dict[tuple[str, str], str] = {}
    return [
        _Stay(start, segment.started_at, segment.end_or(now), segment)
        for name, segment in named
        if name not in systems
        for start in [first.setdefault((str(segment.session_id), name.partition("/")[0]), name)]
    ]


def _networks(segments: Iterable[Segment], now: datetime) -> list[_Stay]:
    """Return stays on public networks; addresses on a LAN or an overlay are one per device."""
    return [
        _Stay(segment.network.key, segment.started_at, segment.end_or(now), segment)
        for segment in segments
        if segment.network.is_public and segment.network.key
    ]


def _devices(timeline: Timeline) -> list[_Stay]:
    """Return, for each known device, the instant at which it was first seen."""
    first: dict[str, Segment] = {}
    for segment in timeline.segments:
        if segment.knows_device:
            first.setdefault(segment.actor, segment)
    return [
        _Stay(actor, seen_at, seen_at, segment)
        for actor, segment in first.items()
        for seen_at in [_first_seen(timeline, segment)]
    ]


def _first_seen(timeline: Timeline, segment: Segment) -> datetime:
    known = timeline.device_first_seen.get((segment.device_id or "").strip(), segment.started_at)
    return min(known, segment.started_at)


def _excesses(stays: Iterable[_Stay], window: timedelta, limit: int) -> Iterator[_Excess]:
    """Sweep by start: something counts from its start until a window after its last end."""
    last: dict[str, _Stay] = {}
    fades: list[tuple[datetime, str]] = []
    until: dict[str, datetime] = {}
    for stay in sorted(stays, key=lambda stay: (stay.start, stay.key)):
        while fades and fades[0][0] < stay.start:
            faded_at, key = heappop(fades)
            if until.get(key) == faded_at:
                del until[key], last[key]
        is_new = stay.key not in until
        end = stay.end + window
        if is_new or end > until[stay.key]:
            until[stay.key] = end
            heappush(fades, (end, stay.key))
        last.pop(stay.key, None)
        last[stay.key] = stay
        if is_new and len(last) > limit:
            yield _Excess(stay, len(last), tuple(islice(reversed(last.values()), _NAMED)))


def _finding(config: DeviceVelocity, moment: _Excess, now: datetime) -> Finding:
    latest = tuple(sorted(moment.latest, key=lambda stay: (stay.start, stay.key)))
    segments = tuple(stay.segment for stay in latest)
    joined = moment.joined
    return Finding(
        behaviour_key=behaviour_key(config.count, [stay.key for stay in latest]),
        at=joined.start,
        last_at=max(joined.start, last_sign_of_life(segments, now)),
        segments=segments,
        facts={
            "count": moment.count,
            "window_hours": config.window_hours,
            "limit": config.max,
            config.count: [stay.key for stay in latest],
        },
        sentence=_sentence(config, moment, segments),
        identity=finding_identity(f"{config.count}+{joined.key}", [joined.segment.session_id]),
    )


def _sentence(config: DeviceVelocity, moment: _Excess, segments: tuple[Segment, ...]) -> str:
    (at,) = clock(moment.joined.start)
    count, hours, limit = moment.count, config.window_hours, number(config.max)
    if config.count == "devices":
        names = listing([who(segment) for segment in reversed(segments)])
        return f"Used {count} new devices in {hours} h up to {at}: {names}; the limit is {limit}."
    names = listing([where(segment) for segment in reversed(segments)])
    what = "places" if config.count == "sites" else "networks"
    return f"Streamed from {count} {what} in {hours} h up to {at}: {names}; the limit is {limit}."
