"""A person's timeline: segments of sessions, and the activities they make up.

A session is cut into segments wherever its network changes. Times are the producer's, aware and
in UTC. An open segment has no end yet: it reaches to now until its session times out.
"""

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from shared.domain.network import Network


@dataclass(frozen=True, slots=True)
class Interval:
    """A span of time; without an end it is open and reaches to now."""

    start: datetime
    end: datetime | None

    def end_or(self, now: datetime) -> datetime:
        """Return the end, or ``now`` while there is none; never before the start."""
        return max(self.start, now if self.end is None else self.end)


@dataclass(frozen=True, slots=True)
class Segment:
    """One player on one network for one span of time.

    Attributes:
        device_id: None or empty is an unknown device, which equals no other.
        ended_at: last sign of life; None while the segment is open.
        pauses: spans within the segment in which nothing played.
        trusted: its device, network or place is trusted, so that it is evidence of nothing.
    """

    session_id: UUID
    device_id: str | None
    device_name: str | None
    network: Network
    started_at: datetime
    ended_at: datetime | None
    pauses: tuple[Interval, ...] = ()
    content_type: str = ""
    title: str | None = None
    server_id: str | None = None
    library_id: str | None = None
    trusted: bool = False

    @property
    def is_open(self) -> bool:
        """Say whether it reaches to now."""
        return self.ended_at is None

    @property
    def actor(self) -> str:
        """Name who plays: the device, or the session alone where the device is unknown.

        Segments of one session come from one player, so they are one actor even on an unknown
        device.
        """
        device = (self.device_id or "").strip()
        return f"device:{device}" if device else f"session:{self.session_id}"

    @property
    def knows_device(self) -> bool:
        """Say whether the device is known."""
        return bool((self.device_id or "").strip())

    def end_or(self, now: datetime) -> datetime:
        """Return the end, or ``now`` while the segment is open; never before its start."""
        return Interval(self.started_at, self.ended_at).end_or(now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whom the timeline is about.

    Attributes:
        stream_limit: this person's own limit of concurrent streams; beats a rule's.
        last_active_at: end of the last activity known; None if there was never any.
    """

    user_id: UUID
    name: str | None = None
    groups: frozenset[str] = frozenset()
    stream_limit: int | None = None
    archived: bool = False
    trusted: bool = False
    first_seen_at: datetime
    last_active_at: datetime | None = None


def _no_devices() -> dict[str, datetime]:
    return {}


@dataclass(frozen=True, slots=True)
class Timeline:
    """A person and their segments, in the order in which these started, however given.

    Attributes:
        device_first_seen: when each known device was first seen, however long ago.
    """

    person: Person
    segments: tuple[Segment, ...] = ()
    device_first_seen: Mapping[str, datetime] = field(default_factory=_no_devices)

    def __post_init__(self) -> None:
        object.__setattr__(self, "segments", tuple(sorted(self.segments, key=_order)))


@dataclass(frozen=True, slots=True)
class Activity:
    """Segments of one actor that follow each other closely enough to be one thing.

    Attributes:
        segments: its members by start; never empty.
        end: the latest end of a member, or now.
        is_open: a member is open.
    """

    segments: tuple[Segment, ...]
    start: datetime
    end: datetime
    is_open: bool

    @property
    def actor(self) -> str:
        """Name who plays."""
        return self.segments[0].actor

    @property
    def network(self) -> Network:
        """Return the network; all members share it where activities are made by network."""
        return self.segments[0].network

    def segment_at(self, instant: datetime) -> Segment:
        """Return the member that started last at or before the instant, else the first."""
        started = bisect_right(self.segments, instant, key=lambda segment: segment.started_at)
        return self.segments[max(0, started - 1)]

    def during(self, start: datetime, end: datetime) -> tuple[Segment, ...]:
        """Return the members alive at some instant of the span; if it is a hand-over, the last."""
        started = bisect_right(self.segments, end, key=lambda segment: segment.started_at)
        alive = tuple(
            segment
            for segment in self.segments[:started]
            if segment.ended_at is None or segment.ended_at >= start
        )
        return alive or (self.segment_at(start),)


def activities(
    segments: Iterable[Segment],
    now: datetime,
    *,
    handover: timedelta,
    same: Callable[[Segment], Hashable],
) -> list[Activity]:
    """Merge segments that hand over to each other; return the activities by start.

    Autoplay, a quality change or a reconnect leaves a small gap or overlap between two segments
    of one device, and is one activity all the same.

    Args:
        segments: in any order.
        now: where open segments end.
        handover: the longest gap within an activity.
        same: what members of one activity share, for example their actor and network.
    """
    chains: dict[Hashable, list[list[Segment]]] = {}
    ends: dict[Hashable, datetime] = {}
    for segment in sorted(segments, key=_order):
        key = same(segment)
        chain = chains.setdefault(key, [])
        if chain and segment.started_at - ends[key] <= handover:
            chain[-1].append(segment)
            ends[key] = max(ends[key], segment.end_or(now))
        else:
            chain.append([segment])
            ends[key] = segment.end_or(now)
    merged = [_activity(members, now) for chain in chains.values() for members in chain]
    return sorted(merged, key=lambda activity: _order(activity.segments[0]))


def playing(segment: Segment, now: datetime) -> list[Interval]:
    """Return the spans in which the segment played: its time less its pauses, by start.

    A span that reaches to now is open; so a segment in an open pause has no open span.
    """
    spans: list[Interval] = []
    at, end = segment.started_at, segment.end_or(now)
    within = (pause for pause in segment.pauses if pause.start < end)
    for pause in sorted(within, key=lambda pause: pause.start):
        if at < pause.start:
            spans.append(Interval(at, pause.start))
        at = max(at, end if pause.end is None else min(end, pause.end_or(now)))
    in_open_pause = any(pause.end is None and pause.start <= end for pause in segment.pauses)
    if segment.is_open and not in_open_pause:
        spans.append(Interval(at, None))
    elif at < end:
        spans.append(Interval(at, end))
    return spans


def last_sign_of_life(segments: Iterable[Segment], now: datetime) -> datetime:
    """Return the latest end among segments, of which there is at least one."""
    return max(segment.end_or(now) for segment in segments)


def utc_text(instant: datetime) -> str:
    """Return an instant as ISO 8601 in UTC, to the millisecond and with a Z; it sorts as text.

    Raises:
        ValueError: if it is naive: it would be read in the zone of whoever asks.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant without a zone has no place in evidence")
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _activity(members: list[Segment], now: datetime) -> Activity:
    return Activity(
        segments=tuple(members),
        start=members[0].started_at,
        end=last_sign_of_life(members, now),
        is_open=any(segment.is_open for segment in members),
    )


def _order(segment: Segment) -> tuple[datetime, UUID, str]:
    """Order segments by start; the rest only makes the order the same every time."""
    return segment.started_at, segment.session_id, segment.network.key or ""
