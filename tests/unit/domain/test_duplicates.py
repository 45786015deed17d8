"""Duplicates: copies of one cut, never another cut, a part, or a file of several episodes."""

from dataclasses import replace
from itertools import permutations

import pytest

from shared.domain.duplicates import Confidence, File, duplicates

HOUR = 3_600_000
FILM = File(
    server_id="plex",
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
PART = replace(FILM, description="8000 mkv")
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


@pytest.mark.parametrize("size", [4_000, 3_000])
def test_the_same_path_is_one_file_in_however_many_libraries(size: int) -> None:
    assert duplicates([FILM, replace(FILM, library_id="more", item_id="z", size_bytes=size)]) == []


@pytest.mark.parametrize("path", ["/media/a.mkv", "M:\\Films\\a.mkv"])
def test_a_disk_that_servers_see_at_other_paths_holds_each_file_once(path: str) -> None:
    elsewhere = replace(FILM, server_id="jellyfin", library_id="other", path=path)
    assert duplicates([FILM, elsewhere]) == []
    assert len(duplicates([FILM, replace(elsewhere, size_bytes=3_999)])) == 1


def test_copies_of_one_server_are_as_many_whatever_another_sees_of_them() -> None:
    twin = replace(FILM, item_id="b", path="/b/a.mkv")
    elsewhere = replace(FILM, server_id="jellyfin", library_id="other", path="/media/b/a.mkv")
    for files in permutations([FILM, twin, elsewhere]):
        [found] = duplicates(files)
        assert len(found.copies) == 2


def test_what_one_server_tells_in_parts_is_no_copy_of_the_part_that_another_tells() -> None:
    parts = [
        replace(PART, id=str(n), path=f"/cd{n}", size_bytes=700 + n, duration_ms=HOUR)
        for n in (1, 2)
    ]
    first = replace(parts[0], server_id="jellyfin", library_id="other", path="/media/cd1")
    for files in permutations([*parts, first]):
        assert duplicates(files) == []
    [found] = duplicates([first, *parts, OTHER])
    assert [copy.size_bytes for copy in found.copies] == [1_403, 3_000]


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
        replace(PART, id=str(n), path=f"/cd{n}", size_bytes=4_000 + n, duration_ms=HOUR)
        for n in (1, 2)
    ]
    assert duplicates(parts) == []
    [found] = duplicates([*parts, OTHER])
    assert [copy.size_bytes for copy in found.copies] == [8_003, 3_000]


@pytest.mark.parametrize("lengths", [(2 * HOUR, 2 * HOUR), (2 * HOUR, None), (None, None)])
def test_the_same_file_twice_in_one_item_is_a_copy(lengths: tuple[int | None, int | None]) -> None:
    twins = [
        replace(PART, id=path, path=path, duration_ms=length)
        for path, length in zip(("/films/a.mkv", "/films2/a.mkv"), lengths, strict=True)
    ]
    [found] = duplicates(twins)
    assert found.reclaimable_bytes == PART.size_bytes


def test_a_version_in_parts_is_there_twice_where_each_part_is() -> None:
    parts = [
        replace(PART, id=f"{disk}{n}", path=f"/{disk}/cd{n}", size_bytes=700 + n, duration_ms=HOUR)
        for disk in ("a", "b")
        for n in (1, 2)
    ]
    [found] = duplicates(parts)
    paths = [{file.path for file in copy.files} for copy in found.copies]
    assert {"/a/cd1", "/a/cd2"} in paths
    assert {"/b/cd1", "/b/cd2"} in paths
    assert found.reclaimable_bytes == 1_403


@pytest.mark.parametrize(
    "parts",
    [
        [(700, HOUR), (700, HOUR + 1)],
        [(0, None), (0, None)],
        [(4_095, None), (4_095, None), (80, None)],
        [(700, HOUR), (700, None), (700, 2 * HOUR)],
    ],
    ids=("other lengths", "unknown sizes", "split at a size", "a length that may be either"),
)
def test_parts_that_only_look_alike_are_no_copies(parts: list[tuple[int, int | None]]) -> None:
    files = [
        replace(PART, id=str(n), path=f"/cd{n}", size_bytes=size, duration_ms=length)
        for n, (size, length) in enumerate(parts)
    ]
    assert duplicates(files) == []


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
