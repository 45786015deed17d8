"""How a stream is delivered, as readers of Tracearr's public API (v1) take it."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from shared.domain import media
from shared.schemas.streams import Row, Stream
from shared.schemas.tracearr_query import Camel

Decision = Literal["directplay", "copy", "transcode"]

_DECISIONS: Mapping[str | None, Decision] = {
    "direct": "directplay",
    "copy": "copy",
    "transcode": "transcode",
}
_LAYOUTS: Mapping[int | None, str] = {1: "Mono", 2: "Stereo", 6: "5.1", 8: "7.1"}


class VideoDetails(Camel):
    """A picture, in the file or as it is delivered."""

    bitrate: int | None = None
    width: int | None = None
    height: int | None = None
    framerate: str | None = None
    dynamic_range: str | None = None
    profile: str | None = None
    color_depth: int | None = None


class AudioDetails(Camel):
    """A sound track, in the file or as it is delivered."""

    channels: int | None = None
    language: str | None = None


class TranscodeInfo(Camel):
    """How a stream is converted."""

    container_decision: Decision
    source_container: str | None
    stream_container: str | None
    speed: float | None
    throttled: bool | None
    reasons: list[str]


class SubtitleInfo(Camel):
    """Subtitles that are shown."""

    decision: str | None
    codec: str | None
    language: str | None


class Delivery(Camel):
    """The file, and what becomes of it on its way."""

    is_transcode: bool
    video_decision: Decision | None = Field(description="null: unknown.")
    audio_decision: Decision | None
    bitrate: int = Field(description="kbit/s.")
    source_video_codec: str | None
    source_audio_codec: str | None
    source_audio_channels: int | None
    source_video_width: int | None
    source_video_height: int | None
    source_video_details: VideoDetails
    source_audio_details: AudioDetails
    stream_video_codec: str | None
    stream_audio_codec: str | None
    stream_video_details: VideoDetails
    stream_audio_details: AudioDetails
    transcode_info: TranscodeInfo | None
    subtitle_info: SubtitleInfo | None
    resolution: str
    source_video_codec_display: str | None
    source_audio_codec_display: str | None
    audio_channels_display: str | None
    stream_video_codec_display: str | None
    stream_audio_codec_display: str | None


def delivery_of(row: Row, stream: Stream) -> dict[str, Any]:
    """Return what a row of ``list_sessions`` tells of its delivery."""
    return {
        "is_transcode": stream.whole == "transcode",
        "video_decision": _DECISIONS.get(stream.video),
        "audio_decision": _DECISIONS.get(stream.audio),
        "bitrate": stream.bitrate_kbps,
        "resolution": row["resolution"] or "",
        "transcode_info": _transcoding(row, stream),
        "subtitle_info": _subtitles(row["details"]),
        **_source(row),
        **_delivered(row),
    }


def _source(row: Row) -> dict[str, Any]:
    said = row["details"]
    rate, channels = said.get("video_frame_rate"), said.get("audio_channels")
    return {
        "source_video_codec": row["video_codec"],
        "source_audio_codec": row["audio_codec"],
        "source_audio_channels": channels,
        "source_video_width": said.get("video_width"),
        "source_video_height": said.get("video_height"),
        "source_video_details": VideoDetails(
            bitrate=row["bitrate_kbps"],
            width=said.get("video_width"),
            height=said.get("video_height"),
            framerate=None if rate is None else str(rate),
            dynamic_range=said.get("video_dynamic_range"),
            profile=said.get("video_profile"),
            color_depth=said.get("video_bit_depth"),
        ),
        "source_audio_details": AudioDetails(
            channels=channels, language=said.get("audio_language")
        ),
        "source_video_codec_display": _shouted(row["video_codec"]),
        "source_audio_codec_display": _shouted(row["audio_codec"]),
        "audio_channels_display": _LAYOUTS.get(channels),
    }


def _delivered(row: Row) -> dict[str, Any]:
    said = row["details"]
    video = said.get("stream_video_codec") or row["video_codec"]
    audio = said.get("stream_audio_codec") or row["audio_codec"]
    return {
        "stream_video_codec": video,
        "stream_audio_codec": audio,
        "stream_video_codec_display": _shouted(video),
        "stream_audio_codec_display": _shouted(audio),
        "stream_video_details": VideoDetails(
            bitrate=said.get("stream_bitrate_kbps"),
            dynamic_range=said.get("stream_video_dynamic_range"),
        ),
        "stream_audio_details": AudioDetails(
            channels=said.get("stream_audio_channels"), language=said.get("audio_language")
        ),
    }


def _transcoding(row: Row, stream: Stream) -> TranscodeInfo | None:
    if stream.whole != "transcode":
        return None
    said = row["details"]
    container = said.get("stream_container") or row["container"]
    return TranscodeInfo(
        container_decision="directplay" if container == row["container"] else "transcode",
        source_container=row["container"],
        stream_container=container,
        speed=said.get("transcode_speed"),
        throttled=said.get("transcode_throttled"),
        reasons=list(media.reasons(said.get("transcode_reasons"))),
    )


def _subtitles(said: Mapping[str, Any]) -> SubtitleInfo | None:
    shown = {name: said.get(f"subtitle_{name}") for name in SubtitleInfo.model_fields}
    return SubtitleInfo(**shown) if any(shown.values()) else None


def _shouted(codec: str | None) -> str | None:
    return None if codec is None else codec.upper()
