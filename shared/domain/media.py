"""Media in one vocabulary: codecs, containers, resolution classes, decisions, and why these.

Every media server, and every version of it, has its own spelling. What is unknown here passes in
its own, cleaned; what is no word at all is unknown (``None``).
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

MOST_KBPS = 1_000_000
"""No stream takes more (1 Gbit/s, seven times the most of an Ultra HD Blu-ray): whoever says so does
not know, or means bits. 290 years of such streams still add up to what PostgreSQL counts with."""

_WORD = re.compile(r"[a-z0-9][a-z0-9_.+-]{0,49}")

_VIDEO: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("avc", "avc1", "avc3", "h.264", "x264", "mpeg4avc"), "h264"),
        **dict.fromkeys(("h265", "h.265", "x265", "hvc1", "hev1", "dvhe", "dvh1"), "hevc"),
        **dict.fromkeys(("av01", "libaom-av1", "libsvtav1"), "av1"),
        **dict.fromkeys(("vp09", "libvpx-vp9"), "vp9"),
        **dict.fromkeys(("vp08", "libvpx"), "vp8"),
        **dict.fromkeys(("mpeg2video", "mpeg-2", "mpeg2v", "h262", "h.262"), "mpeg2"),
        **dict.fromkeys(("mpeg1video", "mpeg-1"), "mpeg1"),
        **dict.fromkeys(
            ("mpeg4video", "mpeg-4", "mp4v", "xvid", "divx", "dx50", "msmpeg4", "msmpeg4v3"),
            "mpeg4",
        ),
        **dict.fromkeys(("vc-1", "wvc1", "wmv3"), "vc1"),
    }
)

_AUDIO: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("ac-3", "a52"), "ac3"),
        **dict.fromkeys(("ec-3", "ec3", "e-ac-3", "eac-3", "ddp"), "eac3"),
        **dict.fromkeys(("dca", "dts-hd", "dca-ma", "dca-hra", "dts-ma"), "dts"),
        **dict.fromkeys(("mp4a", "aac_latm", "aac-lc", "he-aac", "libfdk_aac"), "aac"),
        **dict.fromkeys(("mp3float", "libmp3lame", "mpga"), "mp3"),
        **dict.fromkeys(("libopus",), "opus"),
        **dict.fromkeys(("libvorbis",), "vorbis"),
        **dict.fromkeys(("wmav1", "wmav2", "wmapro", "wmalossless"), "wma"),
        **dict.fromkeys(("mlp", "thd"), "truehd"),
        **dict.fromkeys(("lpcm", "wav"), "pcm"),
    }
)

_SUBTITLE: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("subrip",), "srt"),
        **dict.fromkeys(("pgssub", "hdmv_pgs_subtitle", "sup"), "pgs"),
        **dict.fromkeys(("dvdsub", "dvd_subtitle", "sub", "idx"), "vobsub"),
        **dict.fromkeys(("dvbsub", "dvb_subtitle"), "dvb"),
        **dict.fromkeys(("webvtt",), "vtt"),
        **dict.fromkeys(("mov_text", "tx3g"), "mov_text"),
        **dict.fromkeys(("eia_608", "eia608", "cea_608", "cc_dec"), "cc"),
    }
)

_CONTAINER: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("matroska",), "mkv"),
        **dict.fromkeys(("mov", "m4v", "m4a", "isom", "quicktime"), "mp4"),
        **dict.fromkeys(("mpegts", "m2ts", "mts"), "ts"),
        **dict.fromkeys(("mpegps", "mpg", "vob"), "mpeg"),
        **dict.fromkeys(("wmv", "wma"), "asf"),
        **dict.fromkeys(("m3u8",), "hls"),
    }
)

_RANGES: Mapping[str, str] = MappingProxyType(
    {
        "sdr": "sdr",
        "hlg": "hlg",
        "arib-std-b67": "hlg",
        "hdr": "hdr",
        "hdr10": "hdr10",
        "smpte2084": "hdr10",
        "hdr10+": "hdr10plus",
        "hdr10plus": "hdr10plus",
        **dict.fromkeys(
            ("dv", "dovi", "dolbyvision", "doviwithhdr10", "doviwithhlg", "doviwithsdr"),
            "dolby_vision",
        ),
        **dict.fromkeys(("doviwithel", "doviwithhdr10plus", "doviwithelhdr10plus"), "dolby_vision"),
    }
)

_STREAM_TYPES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("directplay", "direct"), "direct_play"),
        **dict.fromkeys(("directstream", "copy", "remux"), "direct_stream"),
        **dict.fromkeys(("transcode", "transcoding"), "transcode"),
    }
)

_DECISIONS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("directplay", "direct"), "direct"),
        **dict.fromkeys(("directstream", "copy", "remux"), "copy"),
        **dict.fromkeys(("transcode", "transcoding"), "transcode"),
        **dict.fromkeys(("burn", "burnin", "encode"), "burn"),
    }
)

# The least width, and the least height, of each class. Either suffices: films are cropped at the
# top (1920x800), or at the sides (1440x1080), and encoders cut off a few lines more.
_CLASSES = (
    ("2160p", 3_200, 1_800),
    ("1440p", 2_200, 1_300),
    ("1080p", 1_700, 900),
    ("720p", 1_100, 650),
    ("480p", 700, 440),
)

_CLASS_WORDS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("4k", "uhd", "2160", "2160p", "2160i"), "2160p"),
        **dict.fromkeys(("2k", "qhd", "1440", "1440p"), "1440p"),
        **dict.fromkeys(("1080", "1080p", "1080i", "fhd"), "1080p"),
        **dict.fromkeys(("720", "720p", "hd"), "720p"),
        **dict.fromkeys(("576", "576p", "576i", "480", "480p", "480i"), "480p"),
        **dict.fromkeys(("sd", "360", "360p", "240", "240p", "144", "144p"), "SD"),
    }
)

_SIZE = re.compile(r"(\d{1,6})\s*x\s*(\d{1,6})")

_BIT_DEPTH = re.compile(r"p0?(9|10|12|14|16)(?:le|be)?$")


def video_codec(text: str | None) -> str | None:
    """Return a video codec's name: h264, hevc, av1, vp9, mpeg2, ..."""
    return _named(text, _VIDEO)


def audio_codec(text: str | None) -> str | None:
    """Return an audio codec's name: aac, ac3, eac3, dts, truehd, flac, ..."""
    name = _named(text, _AUDIO)
    return "pcm" if name is not None and name.startswith("pcm_") else name


def subtitle_codec(text: str | None) -> str | None:
    """Return a subtitle format's name: srt, ass, pgs, vobsub, ..."""
    return _named(text, _SUBTITLE)


def container(text: str | None) -> str | None:
    """Return a container's name; of a list, as ffprobe gives one, the first."""
    return _named(None if text is None else text.partition(",")[0], _CONTAINER)


def dynamic_range(text: str | None) -> str | None:
    """Return sdr, hdr, hdr10, hdr10plus, hlg or dolby_vision."""
    return None if text is None else _RANGES.get(_squeezed(text))


def stream_type(text: str | None) -> str | None:
    """Return direct_play, direct_stream or transcode."""
    return None if text is None else _STREAM_TYPES.get(_squeezed(text))


def decision(text: str | None) -> str | None:
    """Return what was done to one stream: direct, copy, transcode or burn."""
    return None if text is None else _DECISIONS.get(_squeezed(text))


def resolution(width: int | None, height: int | None) -> str | None:
    """Return the class of a picture by its size in pixels; upright ones count as turned.

    1920x800 is 1080p: the wider side counts as much as the higher. One side may be unknown.
    """
    sides = sorted(side for side in (width or 0, height or 0) if side > 0)
    if not sides:
        return None
    wide, high = (sides[-1], sides[0]) if len(sides) > 1 else (width or 0, height or 0)
    for name, least_width, least_height in _CLASSES:
        if wide >= least_width or high >= least_height:
            return name
    return "SD"


def resolution_word(text: str | None) -> str | None:
    """Return the class that a word for it, or a size, means: "4k", "1080", "sd", "1920x800"."""
    word = "" if text is None else text.strip().lower()
    size = _SIZE.fullmatch(word)
    return resolution(int(size[1]), int(size[2])) if size else _CLASS_WORDS.get(word)


def reasons(text: str | None) -> tuple[str, ...]:
    """Return the reasons that are joined by commas, each once and in one order."""
    words = ("" if text is None else text).split(",")
    return tuple(sorted({word.strip() for word in words} - {""}))


def joined_reasons(text: str | None) -> str | None:
    """Return the same reasons as they are kept; None if there is none."""
    return ",".join(reasons(text)) or None


def bit_depth(pixel_format: str | None) -> int | None:
    """Return the bits per sample of a pixel format as ffmpeg names it: yuv420p10le has 10."""
    name = "" if pixel_format is None else pixel_format.strip().lower()
    found = _BIT_DEPTH.search(name)
    if found:
        return int(found[1])
    return 8 if name.startswith("yuv") and name.rstrip("j").endswith("p") else None


def language(text: str | None) -> str | None:
    """Return a language tag in lower case; "und" is unknown."""
    name = "" if text is None else text.strip().lower()
    return name if re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", name) and name != "und" else None


_ATTRIBUTES: Mapping[str, Callable[[str | None], str | None]] = MappingProxyType(
    {
        **dict.fromkeys(("container", "stream_container"), container),
        **dict.fromkeys(("video_codec", "stream_video_codec"), video_codec),
        **dict.fromkeys(("audio_codec", "stream_audio_codec"), audio_codec),
        **dict.fromkeys(("video_dynamic_range", "stream_video_dynamic_range"), dynamic_range),
        **dict.fromkeys(("resolution", "stream_resolution"), resolution_word),
        "subtitle_codec": subtitle_codec,
        "transcode_reasons": joined_reasons,
    }
)


def in_one_vocabulary(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return those attributes of a file or a stream that are words, in this vocabulary.

    Args:
        told: attributes by name; a size in pixels says the resolution, whatever its word.

    Returns:
        The words by name, of what is told alone; None for what is unknown here.
    """
    words = {name: _ATTRIBUTES[name](told[name]) for name in told if name in _ATTRIBUTES}
    size = resolution(told.get("video_width"), told.get("video_height"))
    return words if size is None else words | {"resolution": size}


def _named(text: str | None, names: Mapping[str, str]) -> str | None:
    word = "" if text is None else text.strip().lower()
    return names.get(word, word) if _WORD.fullmatch(word) and word != "copy" else None


def _squeezed(text: str) -> str:
    return re.sub(r"[\s_-]", "", text.strip().lower())
