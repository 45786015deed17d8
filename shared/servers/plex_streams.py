"""Plex's Media, Session and TranscodeSession, where a body carries them."""

from typing import Any

from shared.domain import media
from shared.servers.values import (
    Object,
    count,
    first,
    flag,
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
_FASTEST = 10_000
_FASTEST_FRAMES = 1_000
VIDEO, AUDIO, SUBTITLE = 1, 2, 3
_LOCATIONS = frozenset({"lan", "wan", "cellular"})


def read_streams(metadata: Object, player: Object) -> dict[str, Any]:
    """Return what is played and how it is delivered, as far as the body says.

    While a stream is transcoded, Media describes what is delivered; so the source is described
    by it only when nothing is transcoded.
    """
    transcode = part(metadata, "TranscodeSession")
    described = _delivered(transcode) if transcode else read_file(_selected(metadata))
    return described | _connection(part(metadata, "Session"), player)


def _selected(metadata: Object) -> Object:
    entries = list(parts(metadata, "Media"))
    chosen = [entry for entry in entries if flag(entry.get("selected"))]
    return first(chosen or entries)


def read_live_streams(entry: Object, player: Object, source: Object) -> dict[str, Any]:
    """Return the streams of an entry in the list of sessions, which leaves nothing out.

    So what is not transcoded there is played as it is. While it is transcoded, the item's own
    metadata, if it is known, describes the source.
    """
    transcode = part(entry, "TranscodeSession")
    connection = _connection(part(entry, "Session"), player)
    if transcode:
        return read_file(_selected(source)) | _delivered(transcode) | connection
    described = read_file(_selected(entry))
    decisions = {
        f"{kind}_decision": "direct" for kind in ("video", "audio") if f"{kind}_codec" in described
    }
    return described | {"stream_type": "direct_play"} | decisions | connection


def read_file(entry: Object) -> dict[str, Any]:
    """Return what a Media entry says of a file, with the streams of its first part, if told."""
    streams = list(parts(first(parts(entry, "Part")), "Stream"))
    width, height = _pixels(entry.get("width")), _pixels(entry.get("height"))
    return (
        known(
            container=media.container(text(entry.get("container"))),
            bitrate_kbps=count(entry.get("bitrate"), media.MOST_KBPS),
            video_codec=media.video_codec(text(entry.get("videoCodec"))),
            video_profile=text(entry.get("videoProfile")),
            video_width=width,
            video_height=height,
            resolution=media.resolution(width, height)
            or media.resolution_word(text(entry.get("videoResolution"))),
            audio_codec=media.audio_codec(text(entry.get("audioCodec"))),
            audio_channels=count(entry.get("audioChannels"), _MOST_CHANNELS),
            audio_profile=text(entry.get("audioProfile")),
        )
        | _picture(_chosen(streams, VIDEO))
        | _sound(_chosen(streams, AUDIO))
        | _subtitle(_chosen(streams, SUBTITLE, default=False))
    )


def languages(entry: Object, kind: int) -> tuple[str, ...]:
    """Return the languages of a file's sounds or subtitles, in order, each once."""
    streams = parts(first(parts(entry, "Part")), "Stream")
    spoken = (
        media.language(text(stream.get("languageCode")))
        for stream in streams
        if whole(stream.get("streamType"), 0, 9) == kind
    )
    return tuple(dict.fromkeys(language for language in spoken if language))


def _chosen(streams: list[Object], kind: int, *, default: bool = True) -> Object:
    """Return the stream of a kind that plays; the first, unless nothing may play."""
    found = [stream for stream in streams if whole(stream.get("streamType"), 0, 9) == kind]
    selected = [stream for stream in found if flag(stream.get("selected"))]
    return first(selected or (found if default else ()))


def _picture(stream: Object) -> dict[str, Any]:
    return known(
        video_bit_depth=count(stream.get("bitDepth"), _MOST_BITS),
        video_dynamic_range=_dynamic_range(stream),
        video_frame_rate=real(stream.get("frameRate"), 1, _FASTEST_FRAMES),
    )


def _dynamic_range(stream: Object) -> str | None:
    if flag(stream.get("DOVIPresent")):
        return "dolby_vision"
    transfer = text(stream.get("colorTrc"))
    return None if transfer is None else media.dynamic_range(transfer) or "sdr"


def _sound(stream: Object) -> dict[str, Any]:
    return known(
        audio_codec=media.audio_codec(text(stream.get("codec"))),
        audio_channels=count(stream.get("channels"), _MOST_CHANNELS),
        audio_language=media.language(text(stream.get("languageCode"))),
    )


def _subtitle(stream: Object) -> dict[str, Any]:
    return known(
        subtitle_codec=media.subtitle_codec(text(stream.get("codec"))),
        subtitle_language=media.language(text(stream.get("languageCode"))),
    )


def _delivered(transcode: Object) -> dict[str, Any]:
    video = media.decision(text(transcode.get("videoDecision")))
    audio = media.decision(text(transcode.get("audioDecision")))
    return known(
        stream_type="transcode" if "transcode" in (video, audio) else "direct_stream",
        video_decision=video,
        audio_decision=audio,
        subtitle_decision=media.decision(text(transcode.get("subtitleDecision"))),
        video_codec=media.video_codec(text(transcode.get("sourceVideoCodec"))),
        audio_codec=media.audio_codec(text(transcode.get("sourceAudioCodec"))),
        stream_container=media.container(text(transcode.get("container"))),
        stream_video_codec=media.video_codec(text(transcode.get("videoCodec"))),
        stream_audio_codec=media.audio_codec(text(transcode.get("audioCodec"))),
        stream_audio_channels=count(transcode.get("audioChannels"), _MOST_CHANNELS),
        stream_resolution=media.resolution(
            _pixels(transcode.get("width")), _pixels(transcode.get("height"))
        ),
        transcode_hardware=flag(transcode.get("transcodeHwFullPipeline")),
        transcode_speed=real(transcode.get("speed"), 0, _FASTEST),
        transcode_throttled=flag(transcode.get("throttled")),
    )


def _connection(session: Object, player: Object) -> dict[str, Any]:
    location = (text(session.get("location")) or "").lower()
    return known(
        bandwidth_kbps=count(session.get("bandwidth"), media.MOST_KBPS),
        location=location if location in _LOCATIONS else None,
        secure=flag(player.get("secure")),
        relayed=flag(player.get("relayed")),
    )


def _pixels(value: object) -> int | None:
    return count(value, _MOST_PIXELS)
