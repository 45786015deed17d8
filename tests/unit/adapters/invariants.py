"""What a row may hold, whatever was sent."""

import json
import re

from shared.domain.media import MOST_KBPS
from shared.services.ingest import Arrival

# Column, or name among the details, and the range of its numbers.
_NUMBERS = {
    "year": (1_800, 2_200),
    "season_number": (0, 100_000),
    "episode_number": (0, 1_000_000),
    "duration_ms": (1, 31_536_000_000),
    "video_bit_depth": (1, 64),
    "video_width": (1, 100_000),
    "video_height": (1, 100_000),
    "video_frame_rate": (0, 1_000),
    "audio_channels": (1, 64),
    "stream_audio_channels": (1, 64),
    "transcode_speed": (0, 10_000),
    "bitrate_kbps": (1, MOST_KBPS),
    "stream_bitrate_kbps": (1, MOST_KBPS),
    "bandwidth_kbps": (1, MOST_KBPS),
}
_FLAGS = {
    "reports_progress", "completed", "transcode_hardware", "transcode_throttled", "secure", "relayed",
}  # fmt: skip
_WORDS = {
    "stream_type": {"direct_play", "direct_stream", "transcode", "unknown"},
    "video_decision": {"direct", "copy", "transcode", "burn"},
    "audio_decision": {"direct", "copy", "transcode", "burn"},
    "subtitle_decision": {"direct", "copy", "transcode", "burn"},
    "resolution": {"2160p", "1440p", "1080p", "720p", "480p", "SD"},
    "stream_resolution": {"2160p", "1440p", "1080p", "720p", "480p", "SD"},
    "location": {"lan", "wan", "cellular"},
}
_IDS = {
    "server_id", "library_id", "content_id", "source_content_id", "show_id", "channel_id", "guid",
    "device_id", "imdb_id", "tmdb_id", "tvdb_id", "musicbrainz_id",
}  # fmt: skip
_TEXTS = {
    "server_name", "library_name", "title", "original_title", "show_title", "artist", "album",
    "album_artist", "channel_title", "device_name", "device_type", "client_name",
    "client_version", "platform", "platform_version", "product", "container", "stream_container",
    "video_codec", "video_profile", "video_dynamic_range", "stream_video_codec", "audio_codec",
    "audio_profile", "audio_language", "stream_audio_codec", "transcode_reasons",
}  # fmt: skip


def check(arrival: Arrival) -> None:
    assert arrival.key is not None
    assert arrival.user_id is not None
    for text in (*arrival.key, arrival.account_id):
        assert text is not None
        _check_text(text, 220)
    if arrival.user_name is not None:
        _check_text(arrival.user_name, 1_000)
    event = arrival.event
    assert event.at.tzinfo is not None
    assert event.at.microsecond % 1000 == 0
    assert event.progress is None or event.progress.total_seconds() >= 0
    for name, value in event.attributes.items():
        _check_attribute(name, value)


def _check_attribute(name: str, value: object) -> None:
    if name in _NUMBERS:
        low, high = _NUMBERS[name]
        assert isinstance(value, int | float), name
        assert low <= value <= high, name
    elif name in _FLAGS:
        assert isinstance(value, bool), name
    elif name in _WORDS:
        assert value in _WORDS[name], name
    elif name == "content_type":
        assert re.fullmatch(r"[a-z][a-z0-9_.]{0,49}", str(value))
    else:
        assert name in _IDS | _TEXTS, name
        assert isinstance(value, str), name
        _check_text(value, 200 if name in _IDS else 1_000)


def _check_text(text: str, limit: int) -> None:
    assert 0 < len(text) <= limit
    assert "\x00" not in text
    json.dumps(text, ensure_ascii=False).encode("utf-8")
