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
)

_MOST_KBPS = 2**31 - 1
_MOST_PIXELS = 100_000
_MOST_CHANNELS = 64
_FASTEST = 10_000
_LOCATIONS = frozenset({"lan", "wan", "cellular"})


def read_streams(metadata: Object, player: Object) -> dict[str, Any]:
    """Return what is played and how it is delivered, as far as the body says.

    While a stream is transcoded, Media describes what is delivered; so the source is described
    by it only when nothing is transcoded.
    """
    transcode = part(metadata, "TranscodeSession")
    described = _delivered(transcode) if transcode else _source(_selected(metadata))
    return described | _connection(part(metadata, "Session"), player)


def _selected(metadata: Object) -> Object:
    entries = list(parts(metadata, "Media"))
    chosen = [entry for entry in entries if flag(entry.get("selected"))]
    return first(chosen or entries)


def _source(entry: Object) -> dict[str, Any]:
    width, height = _pixels(entry.get("width")), _pixels(entry.get("height"))
    return known(
        container=media.container(text(entry.get("container"))),
        bitrate_kbps=count(entry.get("bitrate"), _MOST_KBPS),
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
        bandwidth_kbps=count(session.get("bandwidth"), _MOST_KBPS),
        location=location if location in _LOCATIONS else None,
        secure=flag(player.get("secure")),
        relayed=flag(player.get("relayed")),
    )


def _pixels(value: object) -> int | None:
    return count(value, _MOST_PIXELS)
