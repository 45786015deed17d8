"""One session as it is planned, and the native events a playback service would send of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from infra.demo.catalogue import Item
from infra.demo.people import Device, Person, Stream

Event = dict[str, str | int | float]

SOURCE = "demo"
_NOTHING = timedelta(0)
_CLIENT_VERSION = "1.4.0"


@dataclass(frozen=True, slots=True)
class Move:
    """From some time into the session on, the player is on another network."""

    after: timedelta
    address: str


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause: how far into the session, and for how long."""

    after: timedelta
    length: timedelta

    @property
    def until(self) -> timedelta:
        """Return when playing goes on."""
        return self.after + self.length


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewing:
    """Who plays what, on what, from where and when.

    Attributes:
        start: relative to the evening's end, so not above 0.
        length: from start to stop, pauses included. What reaches beyond the evening's end has
            no stop: it goes on.
        address: text of the player's address as the session starts.
        resumed_at: position in the item at which it starts.
    """

    person: Person
    device: Device
    item: Item
    start: timedelta
    length: timedelta
    address: str
    moves: tuple[Move, ...] = ()
    pauses: tuple[Pause, ...] = ()
    stream: Stream
    resumed_at: timedelta = _NOTHING

    @property
    def end(self) -> timedelta:
        """Return when it stops, relative to the evening's end."""
        return self.start + self.length


def events(viewing: Viewing, *, run: UUID, ends_at: datetime) -> Iterator[Event]:
    """Yield the events of a session in the order in which they happen."""
    for sequence, (offset, kind) in enumerate(_moments(viewing)):
        yield {
            "event": kind,
            "source": SOURCE,
            "session_key": session_key(viewing, run),
            "sequence": sequence,
            "event_at": _text(ends_at + viewing.start + offset),
            "state": "paused" if _is_paused(viewing, offset) else "playing",
            "progress_seconds": _position(viewing, offset).total_seconds(),
            "ip_address": _address(viewing, offset),
        } | (_whole(viewing, run, ends_at) if kind == "start" else {})


def session_key(viewing: Viewing, run: UUID) -> str:
    """Return a key that no other session has: a device starts one thing at a time."""
    started = round(-viewing.start.total_seconds())
    return f"{run.hex[:12]}-{viewing.device.key}-{started}"


def _moments(viewing: Viewing) -> list[tuple[timedelta, str]]:
    """Return when something is told, and what; of several things at once, the weightiest."""
    period = viewing.device.heartbeat
    moments = {period * count: "progress" for count in range(1, viewing.length // period + 1)}
    moments |= {move.after: "progress" for move in viewing.moves}
    moments |= {pause.after: "pause" for pause in viewing.pauses}
    moments |= {pause.until: "resume" for pause in viewing.pauses}
    moments |= {_NOTHING: "start", viewing.length: "stop"}
    return sorted((at, kind) for at, kind in moments.items() if viewing.start + at <= _NOTHING)


def _whole(viewing: Viewing, run: UUID, ends_at: datetime) -> Event:
    """Return what a start says besides."""
    item, device = viewing.item, viewing.device
    said: dict[str, str | int | float | None] = {
        "started_at": _text(ends_at + viewing.start),
        "user_id": str(viewing.person.user_id(run)),
        "user_name": viewing.person.name,
        "server_id": SOURCE,
        "library_id": item.library,
        "content_type": item.content_type,
        "content_id": item.content_id,
        "title": item.title,
        "show_id": item.show,
        "show_title": item.show,
        "season_number": item.season,
        "episode_number": item.episode,
        "duration_seconds": item.length.total_seconds() if item.length else None,
        "device_id": f"{run.hex[:12]}-{device.key}",
        "device_name": device.name,
        "device_type": device.type,
        "client_name": device.client,
        "client_version": _CLIENT_VERSION,
        "platform": device.platform,
        **_streaming(viewing.stream),
    }
    return {name: value for name, value in said.items() if value is not None}


def _streaming(stream: Stream) -> dict[str, str | int | None]:
    return {
        "stream_type": stream.stream_type,
        "container": stream.container,
        "video_codec": stream.video_codec,
        "audio_codec": stream.audio_codec,
        "resolution": stream.resolution,
        "bitrate_kbps": stream.bitrate_kbps,
    }


def _is_paused(viewing: Viewing, offset: timedelta) -> bool:
    return any(pause.after <= offset < pause.until for pause in viewing.pauses)


def _position(viewing: Viewing, offset: timedelta) -> timedelta:
    """Return the position in the item; it stands still while the player is paused."""
    waited = (min(offset, pause.until) - pause.after for pause in viewing.pauses)
    paused = sum((wait for wait in waited if wait > _NOTHING), _NOTHING)
    return viewing.resumed_at + offset - paused


def _address(viewing: Viewing, offset: timedelta) -> str:
    left = [move.address for move in viewing.moves if move.after <= offset]
    return left[-1] if left else viewing.address


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
