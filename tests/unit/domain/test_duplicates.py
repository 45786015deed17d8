"""Duplicates: copies of one cut, never another cut, a part, or a file of several episodes."""

from dataclasses import replace

import pytest

from shared.domain.duplicates import Confidence, File, duplicates

HOUR = 3_600_000
FILM = File(
    library_id="films",
    item_id="a",
    id="1",
    path="/a.mkv",
    size_bytes=4_000,
    duration_ms=2 * HOUR,
    resolution="1080p",
    dynamic_range="sdr",
    bitrate_kbps=8_000,
    is_told=True,
)
OTHER = replace(FILM, item_id="b", path="/b.mkv", size_bytes=3_000, bitrate_kbps=6_000)


def test_of_two_copies_all_but_the_best_can_go() -> None:
    [found] = duplicates([OTHER, FILM])
    assert [copy.files[0].path for copy in found.copies] == ["/a.mkv", "/b.mkv"]
    assert (found.size_bytes, found.reclaimable_bytes) == (7_000, 3_000)
    assert found.confidence is Confidence.HIGH


@pytest.mark.parametrize(
    "better",
    [
        {"resolution": "2160p", "bitrate_kbps": 100},
        {"dynamic_range": "hdr10", "bitrate_kbps": 100},
        {"bitrate_kbps": 9_000},
    ],
    ids=("resolution", "range", "bitrate"),
)
def test_the_best_has_more_pixels_then_a_wider_range_then_more_bits(
    better: dict[str, object],
) -> None:
    best = replace(OTHER, **better)  # pyright: ignore[reportArgumentType]
    [found] = duplicates([FILM, best])
    assert found.copies[0].files == (best,)


def test_the_same_path_and_size_is_one_file_in_however_many_libraries() -> None:
    assert duplicates([FILM, replace(FILM, library_id="more", item_id="z")]) == []


@pytest.mark.parametrize(
    "other",
    [
        {"duration_ms": 3 * HOUR},
        {"path": "/b {edition-Director's Cut}.mkv"},
    ],
    ids=("longer", "edition"),
)
def test_another_cut_is_no_copy(other: dict[str, object]) -> None:
    assert duplicates([FILM, replace(OTHER, **other)]) == []  # pyright: ignore[reportArgumentType]


def test_a_film_at_25_frames_a_second_is_a_copy() -> None:
    assert len(duplicates([FILM, replace(OTHER, duration_ms=round(2 * HOUR * 24 / 25))])) == 1


def test_each_cut_has_its_own_copies() -> None:
    longer = [
        replace(FILM, path=f"/long{number}", duration_ms=3 * HOUR, id=str(number))
        for number in (2, 3)
    ]
    assert len(duplicates([FILM, OTHER, *longer])) == 2


def test_parts_of_a_version_are_no_copies_of_each_other() -> None:
    parts = [
        replace(FILM, id=str(n), path=f"/cd{n}", duration_ms=HOUR, description="8000 mkv")
        for n in (1, 2)
    ]
    assert duplicates(parts) == []
    [found] = duplicates([*parts, OTHER])
    assert [copy.size_bytes for copy in found.copies] == [8_000, 3_000]


def test_a_copy_of_unknown_length_is_of_the_only_cut_there_is() -> None:
    unknown = replace(OTHER, path="/c", duration_ms=None)
    [found] = duplicates([FILM, unknown])
    assert found.confidence is Confidence.MEDIUM
    longer = replace(OTHER, id="2", path="/d", duration_ms=3 * HOUR)
    assert duplicates([FILM, longer, unknown]) == []


@pytest.mark.parametrize(
    ("duration", "confidence"), [(2 * HOUR, Confidence.MEDIUM), (None, Confidence.LOW)]
)
def test_what_only_titles_say_is_less_sure(duration: int | None, confidence: Confidence) -> None:
    guessed = replace(OTHER, is_told=False, duration_ms=duration)
    [found] = duplicates([FILM, guessed])
    assert found.confidence is confidence
