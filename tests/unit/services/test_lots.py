"""How much is counted at once: as much as takes some seconds where it runs."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.services.rollups import LARGE_LOT, LARGEST_LOT, LOT, next_lot


@pytest.mark.parametrize(
    ("lot", "seconds", "following"),
    [(5_000, 0.5, 10_000), (5_000, 3, 5_000), (10_000, 9, 5_000), (5_000, 9, 5_000)],
)
def test_lots_grow_while_they_are_short_and_shrink_when_they_are_long(
    lot: int, seconds: float, following: int
) -> None:
    assert next_lot(lot, LARGE_LOT, timedelta(seconds=seconds)) == following


@given(st.sampled_from([LOT, LARGE_LOT]), st.lists(st.floats(0, 60), max_size=20))
def test_lots_never_get_smaller_than_they_began_nor_larger_than_the_largest(
    least: int, taken: list[float]
) -> None:
    lot = least
    for seconds in taken:
        lot = next_lot(lot, least, timedelta(seconds=seconds))
        assert least <= lot <= LARGEST_LOT
