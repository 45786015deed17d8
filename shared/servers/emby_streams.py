"""Emby's MediaStreams, PlayState and TranscodingInfo, where a body carries them."""

from collections.abc import Iterable, Iterator
from typing import Any, cast

from shared.domain import media
from shared.servers.values import (
    NOTHING,
    Object,
    count,
    first,
    flag,
    kbps,
    known,
    part,
    parts,
    real,
    text,
    whole,
)

_MOST_PIXELS = 100_000
_MOST_CHANNELS = 64
_MOST_BITS = 64
_FASTEST_FRAMES = 1_000
_MOST_REASONS = 30
_MOST_STREAMS = 1_000


def read_streams(said: Object) -> dict[str, Any]:
    """Return what is played and how it is delivered, as far as the body says."""
    session = part(said, "Session")
    transcoding = part(said, "TranscodingInfo") or part(session, "TranscodingInfo")
    method = media.stream_type(text(part(session, "PlayState").get("PlayMethod")))
    return (
        read_file(part(said, "Item"), part(session, "PlayState"))
        | known(stream_type=method)
        | _delivered(transcoding)
    )


def read_live_streams(entry: Object) -> dict[str, Any]:
    """Return the streams of an entry in the list of sessions.

    Its word for the method is that of the whole; a remux is called a transcode there, too.
    """
    described = read_streams({"Item": entry.get("NowPlayingItem"), "Session": entry})
    if described.get("stream_type") != "direct_play":
        return described
    return described | {
        f"{kind}_decision": "direct" for kind in ("video", "audio") if f"{kind}_codec" in described
    }


def read_file(item: Object, playing: Object = NOTHING) -> dict[str, Any]:
    """Return what an item, or one of its media sources, says of a file.

    Args:
        item: what holds MediaStreams.
        playing: names the sound and the subtitle that were chosen, if somebody plays it.
    """
    streams = list(parts(item, "MediaStreams"))
    video = first(_of_type(streams, "Video"))
    sounds = list(_of_type(streams, "Audio"))
    default = [sound for sound in sounds if flag(sound.get("IsDefault"))]
    audio = first([*_at(sounds, playing.get("AudioStreamIndex")), *default, *sounds])
    subtitle = first(_at(_of_type(streams, "Subtitle"), playing.get("SubtitleStreamIndex")))
    width = _pixels(video.get("Width")) or _pixels(item.get("Width"))
    height = _pixels(video.get("Height")) or _pixels(item.get("Height"))
    return known(
        container=media.container(text(item.get("Container"))),
        bitrate_kbps=kbps(item.get("Bitrate")),
        video_codec=media.video_codec(text(video.get("Codec"))),
        video_profile=text(video.get("Profile")),
        video_bit_depth=count(video.get("BitDepth"), _MOST_BITS),
        video_dynamic_range=media.dynamic_range(text(video.get("VideoRangeType")))
        or media.dynamic_range(text(video.get("VideoRange"))),
        video_width=width,
        video_height=height,
        video_frame_rate=real(
            video.get("RealFrameRate") or video.get("AverageFrameRate"), 1, _FASTEST_FRAMES
        ),
        resolution=media.resolution(width, height),
        audio_codec=media.audio_codec(text(audio.get("Codec"))),
        audio_profile=text(audio.get("Profile")),
        audio_channels=count(audio.get("Channels"), _MOST_CHANNELS),
        audio_language=media.language(text(audio.get("Language"))),
        subtitle_codec=media.subtitle_codec(text(subtitle.get("Codec"))),
        subtitle_language=media.language(text(subtitle.get("Language"))),
    )


def languages(item: Object, kind: str) -> tuple[str, ...]:
    """Return the languages of a file's sounds or subtitles, in order, each once."""
    streams = _of_type(list(parts(item, "MediaStreams")), kind)
    spoken = (media.language(text(stream.get("Language"))) for stream in streams)
    return tuple(dict.fromkeys(language for language in spoken if language))


def _at(streams: Iterable[Object], index: object) -> list[Object]:
    """Return the stream of an index; -1 is none."""
    wanted = whole(index, 0, _MOST_STREAMS)
    if wanted is None:
        return []
    return [s for s in streams if whole(s.get("Index"), 0, _MOST_STREAMS) == wanted]


def _delivered(info: Object) -> dict[str, Any]:
    if not info:
        return {}
    video, audio = _decision(info.get("IsVideoDirect")), _decision(info.get("IsAudioDirect"))
    kind = "direct_stream" if video == audio == "copy" else "transcode"
    return known(
        stream_type=kind if video or audio else None,
        video_decision=video,
        audio_decision=audio,
        stream_container=media.container(text(info.get("Container"))),
        stream_video_codec=media.video_codec(text(info.get("VideoCodec"))),
        stream_audio_codec=media.audio_codec(text(info.get("AudioCodec"))),
        stream_audio_channels=count(info.get("AudioChannels"), _MOST_CHANNELS),
        stream_resolution=media.resolution(_pixels(info.get("Width")), _pixels(info.get("Height"))),
        stream_bitrate_kbps=kbps(info.get("Bitrate")),
        transcode_reasons=_reasons(info.get("TranscodeReasons")),
        transcode_hardware=flag(info.get("VideoEncoderIsHardware")),
    )


def _decision(is_direct: object) -> str | None:
    direct = flag(is_direct)
    return None if direct is None else "copy" if direct else "transcode"


def _reasons(value: object) -> str | None:
    named = cast("list[object]", value) if isinstance(value, list) else [value]
    words = (text(reason) for reason in named[:_MOST_REASONS])
    return text(media.joined_reasons(",".join(word for word in words if word)))


def _of_type(streams: list[Object], kind: str) -> Iterator[Object]:
    return (stream for stream in streams if text(stream.get("Type")) == kind)


def _pixels(value: object) -> int | None:
    return count(value, _MOST_PIXELS)
