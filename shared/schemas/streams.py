"""A session's row in the terms that programs of others share, however each of them spells these."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from shared.domain.plays import reaches_end

Row = Mapping[str, Any]


class PlayedKind(StrEnum):
    """What kind of item plays, as readers tell them apart."""

    MOVIE = "movie"
    EPISODE = "episode"
    TRACK = "track"
    LIVE = "live"
    UNKNOWN = "unknown"


CONTENT_TYPES: Mapping[PlayedKind, str] = MappingProxyType(
    {
        PlayedKind.MOVIE: "movie",
        PlayedKind.EPISODE: "tvshow_episode",
        PlayedKind.TRACK: "music_track",
        PlayedKind.LIVE: "livetv_program",
    }
)
_KINDS = {content_type: kind for kind, content_type in CONTENT_TYPES.items()}

# How a track is delivered, where only the whole stream's way is known.
_OF_STREAM = {"direct_play": "direct", "direct_stream": "copy", "transcode": "transcode"}
_OF_TRACK = {"direct": "direct", "copy": "copy", "transcode": "transcode", "burn": "transcode"}


@dataclass(frozen=True, slots=True)
class Stream:
    """How a row is delivered, and by whom; nothing that a reader counts with is absent.

    Attributes:
        whole, video, audio: direct, copy, transcode; None: unknown.
        bitrate_kbps: what is delivered, as the player or the server says it; 0: unknown.
        progress_ms, duration_ms: 0: unknown.
        is_watched: whether the item was watched to its end.
    """

    kind: PlayedKind
    server_id: str
    server_name: str
    user_name: str
    title: str
    whole: str | None
    video: str | None
    audio: str | None
    bitrate_kbps: int
    progress_ms: int
    duration_ms: int
    is_watched: bool

    @property
    def percent(self) -> int:
        """How far into the item it is, from 0 to 100."""
        return min(100, round(100 * self.progress_ms / self.duration_ms)) if self.duration_ms else 0


def stream_of(row: Row) -> Stream:
    """Read a row of ``list_sessions``."""
    said = row["details"]
    whole = _OF_STREAM.get(row["stream_type"] or "")
    server_id = row["server_id"] or row["source"]
    return Stream(
        kind=kind_of(row["content_type"]),
        server_id=server_id,
        server_name=said.get("server_name") or server_id,
        user_name=row["user_name"] or str(row["user_id"]),
        title=row["title"] or row["content_id"],
        whole=whole,
        video=_OF_TRACK.get(said.get("video_decision"), whole),
        audio=_OF_TRACK.get(said.get("audio_decision"), whole),
        bitrate_kbps=said.get("bandwidth_kbps")
        or said.get("stream_bitrate_kbps")
        or row["bitrate_kbps"]
        or 0,
        progress_ms=row["progress_ms"],
        duration_ms=row["duration_ms"] or 0,
        is_watched=_is_watched(row),
    )


def kind_of(content_type: str) -> PlayedKind:
    """Return what kind of item a content type is; adult films are films."""
    return _KINDS.get(content_type.removeprefix("qar."), PlayedKind.UNKNOWN)


def full_title(row: Row) -> str:
    """Return what an item is called with what it is part of, as people write it."""
    said = row["details"]
    whole = row["show_title"] or said.get("artist") or said.get("channel_title")
    title = row["title"] or row["content_id"]
    return f"{whole} - {title}" if whole else title


def _is_watched(row: Row) -> bool:
    duration = row["duration_ms"]
    return reaches_end(
        row["content_type"],
        timedelta(milliseconds=row["progress_ms"]),
        None if duration is None else timedelta(milliseconds=duration),
        said=row["details"].get("completed") is True,
    )
