"""Values as servers write them: any type in any field."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.media import MOST_KBPS
from shared.servers import values
from tests.unit.adapters.mutations import JUNK

ANYTHING = st.sampled_from(JUNK) | st.text() | st.integers() | st.floats() | st.booleans()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (5, 5), ("5", 5), (" 5 ", 5), (5.9, 5), ("5.9", 5), (0, 0), ("00", 0),
        ("", None), (None, None), (True, None), ("five", None), ("1_000", None), (-1, None),
        (101, None), ([5], None), (float("nan"), None), ("1e999", None), (10**400, None),
    ],
)  # fmt: skip
def test_a_number_is_read_in_every_spelling(value: Any, expected: int | None) -> None:
    assert values.whole(value, 0, 100) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, True), (1, True), ("1", True), ("true", True), ("True", True),
        (False, False), (0, False), ("0", False), ("False", False),
        ("", None), (None, None), (2, None), ("maybe", None), ({}, None),
    ],
)  # fmt: skip
def test_a_truth_value_is_read_in_every_spelling(*, value: Any, expected: bool | None) -> None:
    assert values.flag(value) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2025-08-15T21:19:42.3644778Z", datetime(2025, 8, 15, 21, 19, 42, 364_000, UTC)),
        ("2025-08-15T21:19:42Z", datetime(2025, 8, 15, 21, 19, 42, tzinfo=UTC)),
        ("2025-08-15 21:19:42.1", datetime(2025, 8, 15, 21, 19, 42, 100_000, UTC)),
        ("2025-08-15T21:19:42.36+02:00", datetime(2025, 8, 15, 19, 19, 42, 360_000, UTC)),
        ("2025-08-15T21:19:42-0300", datetime(2025, 8, 16, 0, 19, 42, tzinfo=UTC)),
        ("0001-01-01T00:00:00.0000000Z", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("2025-02-30T00:00:00Z", None),
        ("15/08/2025 21:19:42", None),
        ("", None),
        (1_755_292_782, None),
        (None, None),
    ],
)
def test_an_instant_is_read_to_the_millisecond(value: Any, expected: datetime | None) -> None:
    assert values.instant(value) == expected


def test_a_servers_local_time_counts_only_with_its_offset() -> None:
    assert values.instant("2025-08-15T21:19:42.3644778", is_local=True) is None
    assert values.instant("2025-08-15T21:19:42.3644778+00:00", is_local=True) is not None


def test_ticks_and_milliseconds_give_the_same_duration() -> None:
    assert values.ticks("926533312") == timedelta(milliseconds=92_653)
    assert values.milliseconds("92653.0") == timedelta(milliseconds=92_653)
    assert values.ticks("") is None
    assert values.ticks(10**30) is None
    assert values.duration_ms(values.ticks(0)) is None


def test_a_text_is_freed_of_what_cannot_be_stored() -> None:
    assert values.text(" a\x00b\ud800 ") == "ab"
    assert values.text("x" * 2_000) == "x" * 1_000
    nothings: list[Any] = ["", " ", "\x00", None, True, [], {}]
    assert [values.text(value) for value in nothings] == [None] * 7
    assert [values.text(value) for value in (7, 7.0, 7.5, float("inf"))] == ["7", "7", "7.5", None]


def test_escapes_are_undone_once_and_only_where_there_are_any() -> None:
    assert values.unescaped('The \\"Lock\\"') == 'The "Lock"'
    assert values.unescaped("Zo&#235; &amp; &quot;x&quot;") == 'Zoë & "x"'
    assert values.unescaped("AT&T; R&D & more") == "AT&T; R&D & more"
    assert values.unescaped("&amp;lt;") == "&lt;"
    assert values.unescaped(7) == 7


def test_a_long_id_keeps_what_tells_it_from_others() -> None:
    one, other = values.identifier("u" * 400 + "1"), values.identifier("u" * 400 + "2")
    assert one is not None
    assert other is not None
    assert (len(one), len(other)) == (200, 200)
    assert one != other
    assert values.identifier("short") == "short"


def test_ids_are_the_same_with_dashes_and_without() -> None:
    dashed = "6D23C30C-5E9D-4EC6-A66D-B6B05B63E516"
    assert values.hex_id(dashed) == "6d23c30c5e9d4ec6a66db6b05b63e516"
    assert values.hex_id("0" * 32) is None
    assert values.hex_id("478") == "478"


def test_a_bitrate_that_no_stream_has_is_not_known() -> None:
    assert values.kbps(8_000_500) == 8_000
    assert values.kbps(MOST_KBPS * 1_000) == MOST_KBPS
    assert values.kbps(MOST_KBPS * 1_000 + 1) is None


@given(ANYTHING)
def test_nothing_that_is_sent_raises(value: Any) -> None:
    for read in (
        values.text, values.identifier, values.hex_id, values.flag, values.milliseconds,
        values.ticks, values.kbps, values.instant, values.unescaped,
    ):  # fmt: skip
        read(value)
    values.whole(value, 0, 10)
    values.real(value, 0, 10)
