"""Sessions: one run of a player on one item, folded from the events its producer sends.

What is here is a value and its parts; ``shared.domain.fold`` says how events change it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

Attribute = str | int | float | bool | None

Attributes = Mapping[str, Attribute]


def no_attributes() -> Attributes:
    """Return an empty mapping."""
    return {}


class State(StrEnum):
    """What the player does."""

    PLAYING = "playing"
    PAUSED = "paused"
    BUFFERING = "buffering"
    STOPPED = "stopped"


class EventKind(StrEnum):
    """What an event tells."""

    START = "start"
    PROGRESS = "progress"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"


class EndReason(StrEnum):
    """Why a session ended."""

    STOPPED = "stopped"
    TIMEOUT = "timeout"
    TERMINATED = "terminated"
    MEDIA_CHANGED = "media_changed"
    SUPERSEDED = "superseded"


class SessionOrder(StrEnum):
    """In which order sessions are listed: by their start, then id."""

    NEWEST = "-started_at"
    OLDEST = "started_at"


# Attributes that say how a session is delivered: their changes are kept with times.
# Bitrates are not among them: some players report another one with each heartbeat.
STREAM_ATTRIBUTES = frozenset(
    {
        "stream_type",
        "video_decision",
        "audio_decision",
        "subtitle_decision",
        "stream_container",
        "stream_video_codec",
        "stream_resolution",
        "stream_video_dynamic_range",
        "stream_audio_codec",
        "stream_audio_channels",
        "resolution",
        "video_codec",
        "audio_codec",
        "transcode_reasons",
        "transcode_hardware",
    }
)

# What an event says of the state if it does not name one. A progress says nothing.
IMPLIED_STATE: Mapping[EventKind, State | None] = MappingProxyType(
    {
        EventKind.START: State.PLAYING,
        EventKind.PROGRESS: None,
        EventKind.PAUSE: State.PAUSED,
        EventKind.RESUME: State.PLAYING,
        EventKind.STOP: State.STOPPED,
    }
)

# Order of events that carry the same instant: a session starts before it ends.
_RANK: Mapping[EventKind, int] = MappingProxyType(
    {kind: rank for rank, kind in enumerate(EventKind)}
)


@dataclass(frozen=True, slots=True)
class NetworkAddress:
    """An address as evidence, and the key of the network it belongs to."""

    address: str
    key: str


@dataclass(frozen=True, slots=True)
class SessionEvent:
    """What a producer says of a session at one instant.

    Attributes:
        at: the producer's time.
        state: what the player does from then on; ``None`` leaves it as it was.
        sequence: the producer's own count, if it keeps one.
        started_at: when the session began, if the event says so.
        progress: position in the item.
        network: where the player is; ``None`` if the event does not say.
        attributes: other columns of the session that the event sets.
    """

    kind: EventKind
    at: datetime
    state: State | None = None
    sequence: int | None = None
    started_at: datetime | None = None
    progress: timedelta | None = None
    network: NetworkAddress | None = None
    attributes: Attributes = field(default_factory=no_attributes)
    end_reason: EndReason = EndReason.STOPPED

    @property
    def asserted_state(self) -> State | None:
        """The state named, else the one its kind implies."""
        return State.STOPPED if self.kind is EventKind.STOP else self.state or self.implied_state

    @property
    def implied_state(self) -> State | None:
        """The state that the kind alone implies."""
        return IMPLIED_STATE[self.kind]

    @property
    def says_what_plays(self) -> bool:
        """Whether it names an item well enough to begin a session of it."""
        return "content_id" in self.attributes and "content_type" in self.attributes

    @property
    def order(self) -> tuple[datetime, int, int]:
        """Where the event belongs by its time; at one instant by sequence, then kind."""
        return (self.at, self.sequence or 0, _RANK[self.kind])

    @property
    def fingerprint(self) -> str:
        """The whole content as text: sorts events of one order independently of arrival."""
        return repr((self.state, self.progress, self.network, sorted(self.attributes.items())))


@dataclass(frozen=True, slots=True)
class Interruption:
    """A time in which nothing played: paused or buffering."""

    state: State
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class PastSegment:
    """A time a session spent on a network that it has left (``None``: an unknown one)."""

    network: NetworkAddress | None
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class PastStream:
    """How a session was delivered for a time: its stream attributes until they changed."""

    attributes: Attributes
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """A session as its events tell it so far.

    ``watched``, ``paused`` and ``buffered`` reach to the last sign of life. ``interruptions`` holds
    the closed ones; an open one began at ``interrupted_since``. ``past_segments`` holds the
    networks that were left; the present one was joined at ``network_since``. ``past_streams`` and
    ``stream_since`` are the same for quality and transcoding. ``claimed_start`` is when a producer
    said that it began, if one did; ``start_progress`` is where in the item it began, as soon as
    any position is known. ``clock_offset`` is how far the producer's clock is ahead; the
    times here are corrected by it. ``account_user_id`` is the user that its producer names, where
    that one was merged into ``user_id``.
    """

    id: UUID
    user_id: UUID
    source: str
    session_key: str
    started_at: datetime
    last_seen_at: datetime
    network_since: datetime
    state: State = State.PLAYING
    stopped_at: datetime | None = None
    end_reason: EndReason | None = None
    progress: timedelta = timedelta()
    paused: timedelta = timedelta()
    buffered: timedelta = timedelta()
    interrupted_since: datetime | None = None
    interruptions: tuple[Interruption, ...] = ()
    network: NetworkAddress | None = None
    past_segments: tuple[PastSegment, ...] = ()
    stream_since: datetime | None = None
    past_streams: tuple[PastStream, ...] = ()
    claimed_start: datetime | None = None
    clock_offset: timedelta = timedelta()
    start_progress: timedelta | None = None
    attributes: Attributes = field(default_factory=no_attributes)
    account_user_id: UUID | None = None

    @property
    def told_user_id(self) -> UUID:
        """The user that its producer names."""
        return self.account_user_id or self.user_id

    @property
    def is_active(self) -> bool:
        """Whether the session goes on."""
        return self.stopped_at is None

    @property
    def watched(self) -> timedelta:
        """Time playing: elapsed, less paused, less buffering (docs/statistics.md, watch time)."""
        elapsed = (self.stopped_at or self.last_seen_at) - self.started_at
        return max(timedelta(), elapsed - self.paused - self.buffered)
