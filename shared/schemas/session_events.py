"""The native session event: flat, with the column names of the sessions table.

A playback service sends these. Unknown fields are refused, so that a misspelt one is not lost in
silence; addresses that cannot be read are unknown, not wrong (docs/detection.md).
"""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from shared.domain import media
from shared.domain.identifiers import derived_id
from shared.domain.network import network_key, parse_address
from shared.domain.session import EventKind, NetworkAddress, SessionEvent, State
from shared.schemas.moments import Instant, to_milliseconds
from shared.schemas.stream_details import STREAM_DETAILS, Kbps, StreamDetails
from shared.schemas.text import Text, Word

BATCH_LIMIT = 1_000
ADULT_PREFIX = "qar."


def _id_text(value: object) -> object:
    """Accept a number where an id is asked: media servers count their users."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Key = Annotated[Word, BeforeValidator(_id_text)]
Seconds = Annotated[float, Field(ge=0, le=31_536_000, allow_inf_nan=False)]

# Set by an event under the same name; anything else is named in _attributes.
_PLAIN = frozenset((
    "server_id", "library_id", "content_type", "content_id", "title", "show_id", "show_title",
    "season_number", "episode_number", "device_id", "device_name", "device_type", "client_name",
    "client_version", "platform", "stream_type", "container", "video_codec", "audio_codec",
    "resolution", "bitrate_kbps", *STREAM_DETAILS,
))  # fmt: skip


ContentType = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.]{0,49}$")]
AddressText = Annotated[str, Field(max_length=200)]


class SessionDetails(StreamDetails):
    """What any event may say, all of it optional."""

    model_config = ConfigDict(extra="forbid")

    sequence: Annotated[int, Field(ge=0, lt=2**63)] | None = None
    event_at: Instant | None = None
    state: Literal["playing", "paused", "buffering"] | None = None
    started_at: Instant | None = None
    progress_seconds: Seconds | None = None
    duration_seconds: Annotated[float, Field(gt=0, le=31_536_000)] | None = None

    user_name: Text | None = None
    server_id: Word | None = None
    library_id: Key | None = None
    title: Text | None = None
    show_id: Key | None = None
    show_title: Text | None = None
    season_number: Annotated[int, Field(ge=0, le=100_000)] | None = None
    episode_number: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    device_id: Text | None = None
    device_name: Text | None = None
    device_type: Text | None = None
    client_name: Text | None = None
    client_version: Text | None = None
    platform: Text | None = None
    stream_type: Literal["direct_play", "direct_stream", "transcode", "unknown"] | None = None
    container: Word | None = None
    video_codec: Word | None = None
    audio_codec: Word | None = None
    resolution: Word | None = None
    bitrate_kbps: Kbps | None = None


class SessionStart(SessionDetails):
    """The start of a session: who plays what, and from where."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "source": "my-player",
                    "session_key": "42",
                    "user_id": "0198f7a0-0000-7000-8000-00000000000a",
                    "content_type": "movie",
                    "content_id": "m1",
                    "ip_address": "89.160.20.112",
                    "title": "A film of two hours",
                    "duration_seconds": 7200,
                    "device_id": "tv-1",
                    "stream_type": "direct_play",
                }
            ]
        }
    )

    source: Word
    session_key: Key
    user_id: Key
    content_type: ContentType
    content_id: Key
    ip_address: AddressText


class SessionChange(SessionDetails):
    """A heartbeat, a change or a stop of a known session."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"state": "playing", "progress_seconds": 600}]}
    )

    user_id: Key | None = None
    content_type: ContentType | None = None
    content_id: Key | None = None
    ip_address: AddressText | None = None


class BatchEvent(SessionChange):
    """One event of a batch, addressed by source and session key."""

    event: EventKind
    source: Word
    session_key: Key

    @model_validator(mode="after")
    def _start_is_whole(self) -> Self:
        if self.event is EventKind.START:
            needed = ("user_id", "content_type", "content_id", "ip_address")
            missing = [name for name in needed if getattr(self, name) is None]
            if missing:
                raise ValueError(f"a start needs {', '.join(missing)}")
        return self


AnyEvent = SessionStart | SessionChange


class Batch(BaseModel):
    """Up to 1,000 events. Each is read on its own, so that a wrong one spoils no other."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "events": [
                        {
                            "event": "progress",
                            "source": "my-player",
                            "session_key": "42",
                            "event_at": "2026-11-20T20:04:00Z",
                            "progress_seconds": 600,
                        }
                    ]
                }
            ]
        },
    )

    events: Annotated[list[Any], Field(min_length=1, max_length=BATCH_LIMIT)]


def to_session_event(
    said: AnyEvent, kind: EventKind, *, now: datetime, ipv6_prefix: int
) -> SessionEvent:
    """Return the event; without a time of its own it happened when it arrived."""
    return SessionEvent(
        kind=kind,
        at=said.event_at or to_milliseconds(now),
        state=None if said.state is None else State(said.state),
        sequence=said.sequence,
        started_at=said.started_at,
        progress=_duration(said.progress_seconds),
        network=_network(said.ip_address, ipv6_prefix),
        attributes=_attributes(said),
    )


def to_user_id(said: AnyEvent, source: str) -> UUID | None:
    """Return our id of the user an event names."""
    if said.user_id is None:
        return None
    return derived_id(said.server_id or source, "user", said.user_id)


def is_adult(content_type: object) -> bool:
    """Say whether a content type is adult, shown only to those who may see that."""
    return isinstance(content_type, str) and content_type.startswith(ADULT_PREFIX)


def _attributes(said: AnyEvent) -> dict[str, Any]:
    names = _PLAIN & said.model_fields_set
    values = {name: value for name in names if (value := getattr(said, name)) is not None}
    words = media.in_one_vocabulary(values)
    values |= {name: word for name, word in words.items() if word is not None}
    if said.duration_seconds is not None:
        values["duration_ms"] = max(1, round(said.duration_seconds * 1000))
    return values


def _duration(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(milliseconds=round(seconds * 1000))


def _network(text: str | None, ipv6_prefix: int) -> NetworkAddress | None:
    address = parse_address(text)
    if address is None:
        return None
    return NetworkAddress(str(address), network_key(address, ipv6_prefix))
