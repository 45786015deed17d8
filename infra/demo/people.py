"""Who the people of the demo are, and what they play on. First names only, and invented ones."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid5


@dataclass(frozen=True, slots=True)
class Stream:
    """How an item reaches a player; what does not apply is None."""

    stream_type: str
    container: str
    video_codec: str | None
    audio_codec: str
    resolution: str | None
    bitrate_kbps: int


DIRECT_2160P = Stream("direct_play", "mkv", "hevc", "eac3", "2160p", 18_000)
DIRECT_1080P = Stream("direct_play", "mkv", "h264", "aac", "1080p", 8_000)
REMUXED_1080P = Stream("direct_stream", "mpegts", "h264", "ac3", "1080p", 6_500)
TRANSCODED_720P = Stream("transcode", "mpegts", "h264", "aac", "720p", 3_000)
DIRECT_FLAC = Stream("direct_play", "flac", None, "flac", None, 950)


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """Something to play on.

    Attributes:
        key: names it among all devices of the demo.
        heartbeat: how often its player gives a sign of life.
        stream: how items usually reach it.
    """

    key: str
    name: str
    type: str
    client: str
    platform: str
    heartbeat: timedelta
    stream: Stream


@dataclass(frozen=True, slots=True)
class Person:
    """An account. It is somebody else in every run, so that runs do not meet."""

    name: str

    def user_id(self, run: UUID) -> UUID:
        """Return the id of the account in a run."""
        return uuid5(run, self.name)


def television(key: str, name: str = "Living room") -> Device:
    """Return a television set."""
    return Device(
        key=key,
        name=name,
        type="TV",
        client="Revenge TV",
        platform="Android TV",
        heartbeat=timedelta(seconds=30),
        stream=DIRECT_2160P,
    )


def phone(key: str, name: str = "Phone") -> Device:
    """Return a telephone, which gets a small picture."""
    return Device(
        key=key,
        name=name,
        type="Phone",
        client="Revenge Mobile",
        platform="Android",
        heartbeat=timedelta(seconds=60),
        stream=TRANSCODED_720P,
    )


def tablet(key: str, name: str = "Tablet") -> Device:
    """Return a tablet."""
    return Device(
        key=key,
        name=name,
        type="Tablet",
        client="Revenge Mobile",
        platform="iPadOS",
        heartbeat=timedelta(seconds=20),
        stream=DIRECT_1080P,
    )


def laptop(key: str, name: str = "Laptop") -> Device:
    """Return a laptop with a browser, for which containers are re-wrapped."""
    return Device(
        key=key,
        name=name,
        type="Computer",
        client="Revenge Web",
        platform="Firefox",
        heartbeat=timedelta(seconds=10),
        stream=REMUXED_1080P,
    )


def speaker(key: str, name: str = "Kitchen speaker") -> Device:
    """Return a loudspeaker."""
    return Device(
        key=key,
        name=name,
        type="Speaker",
        client="Revenge Audio",
        platform="Linux",
        heartbeat=timedelta(seconds=15),
        stream=DIRECT_FLAC,
    )
