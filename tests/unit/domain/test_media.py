"""Codecs, containers, resolutions and decisions in one vocabulary."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import media


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [
        (3840, 2160, "2160p"),
        (3840, 1600, "2160p"),
        (2880, 2160, "2160p"),
        (4096, 1716, "2160p"),
        (2560, 1440, "1440p"),
        (2560, 1066, "1440p"),
        (1920, 1080, "1080p"),
        (1920, 800, "1080p"),
        (1916, 796, "1080p"),
        (1440, 1080, "1080p"),
        (1080, 1920, "1080p"),
        (1280, 720, "720p"),
        (1280, 534, "720p"),
        (960, 720, "720p"),
        (854, 480, "480p"),
        (720, 576, "480p"),
        (720, 304, "480p"),
        (640, 480, "480p"),
        (640, 272, "SD"),
        (320, 240, "SD"),
        (None, 1080, "1080p"),
        (1920, None, "1080p"),
        (None, None, None),
        (0, 0, None),
    ],
)
def test_the_class_of_a_picture_allows_for_cropping(
    width: int | None, height: int | None, expected: str | None
) -> None:
    assert media.resolution(width, height) == expected


@given(st.integers(1, 10_000), st.integers(1, 10_000))
def test_a_turned_picture_is_of_the_same_class(width: int, height: int) -> None:
    assert media.resolution(width, height) == media.resolution(height, width)


@given(st.integers(1, 9_000), st.integers(1, 9_000), st.integers(0, 1_000))
def test_a_larger_picture_is_never_of_a_lower_class(width: int, height: int, more: int) -> None:
    classes = ["SD", "480p", "720p", "1080p", "1440p", "2160p"]
    smaller, larger = media.resolution(width, height), media.resolution(width + more, height + more)
    assert smaller is not None
    assert larger is not None
    assert classes.index(smaller) <= classes.index(larger)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("H.264", "h264"),
        ("avc1", "h264"),
        ("x265", "hevc"),
        ("mpeg2video", "mpeg2"),
        ("AV01", "av1"),
        ("vc-1", "vc1"),
        ("prores", "prores"),
        ("copy", None),
        ("", None),
        ("a b", None),
        ("<script>", None),
        (None, None),
    ],
)
def test_a_video_codec_has_one_spelling(text: str | None, expected: str | None) -> None:
    assert media.video_codec(text) == expected


def test_sound_subtitles_and_containers_have_one_spelling_too() -> None:
    assert [media.audio_codec(text) for text in ("ec-3", "dca", "pcm_s16le", "mp4a")] == [
        "eac3", "dts", "pcm", "aac",
    ]  # fmt: skip
    assert [media.subtitle_codec(text) for text in ("subrip", "PGSSUB", "dvdsub")] == [
        "srt", "pgs", "vobsub",
    ]  # fmt: skip
    assert [media.container(text) for text in ("mov,mp4,m4a", "matroska,webm", "mpegts")] == [
        "mp4", "mkv", "ts",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "stream_type", "decision"),
    [
        (("direct play", "directplay", "DirectPlay"), "direct_play", "direct"),
        (("copy", "DirectStream", "direct stream"), "direct_stream", "copy"),
        (("transcode", "Transcode"), "transcode", "transcode"),
        (("na", "", "none"), None, None),
    ],
)
def test_decision_words_mean_the_same_everywhere(
    words: tuple[str, ...], stream_type: str | None, decision: str | None
) -> None:
    for word in words:
        assert (media.stream_type(word), media.decision(word)) == (stream_type, decision)


def test_dynamic_range_bit_depth_language_and_class_words_are_read() -> None:
    ranges = ("SDR", "HDR10+", "DOVIWithHDR10", "smpte2084", "?")
    assert [media.dynamic_range(text) for text in ranges] == [
        "sdr", "hdr10plus", "dolby_vision", "hdr10", None,
    ]  # fmt: skip
    formats = ("yuv420p10le", "yuv420p", "yuvj420p", "p010le", "rgb24", None)
    assert [media.bit_depth(text) for text in formats] == [10, 8, 8, 10, None, None]
    languages = ("ENG", "pt-BR", "und", "", "English", None)
    assert [media.language(text) for text in languages] == ["eng", "pt-br", None, None, None, None]
    words = ("4k", "1080", "sd", "576p", "1920x800", "1280 X 534", "0x0", "?")
    assert [media.resolution_word(word) for word in words] == [
        "2160p", "1080p", "SD", "480p", "1080p", "720p", None, None,
    ]  # fmt: skip


@pytest.mark.parametrize("told", ["V,A", "A, V", " A ,,V,A", "A,V"])
def test_reasons_are_kept_each_once_and_in_one_order(told: str) -> None:
    assert media.reasons(told) == ("A", "V")
    assert media.joined_reasons(told) == "A,V"


def test_no_reasons_are_none() -> None:
    assert [media.joined_reasons(told) for told in (None, "", " , ")] == [None, None, None]
