"""How much is counted at once: as much as takes some seconds where it runs."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.services.rollups import LARGEST_LOT, LOT, next_lot


@pytest.mark.parametrize(
    ("lot", "seconds", "following"),
    [(5_000, 0.5, 10_000), (5_000, 3, 5_000), (10_000, 9, 5_000), (1_500, 9, 1_000)],
)
def test_lots_grow_while_they_are_short_and_shrink_when_they_are_long(
    lot: int, seconds: float, following: int
) -> None:
    assert next_lot(lot, timedelta(seconds=seconds)) == following


@given(st.integers(LOT, LARGEST_LOT), st.lists(st.floats(0, 60), max_size=20))
def test_lots_are_never_smaller_than_the_smallest_nor_larger_than_the_largest(
    lot: int, taken: list[float]
) -> None:
    for seconds in taken:
        lot = next_lot(lot, timedelta(seconds=seconds))
        assert LOT <= lot <= LARGEST_LOT
