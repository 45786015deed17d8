"""How much is counted at once: as much as takes some seconds where it runs."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.services.lot_sizes import next_size
from shared.services.peaks import LONGEST_STRETCH, SHORTEST_STRETCH
from shared.services.rollups import LARGEST_LOT, LOT


@pytest.mark.parametrize(
    ("lot", "seconds", "following"),
    [(5_000, 0.5, 10_000), (5_000, 3, 5_000), (10_000, 9, 5_000), (1_500, 9, 1_000)],
)
def test_lots_grow_while_they_are_short_and_shrink_when_they_are_long(
    lot: int, seconds: float, following: int
) -> None:
    took = timedelta(seconds=seconds)
    assert next_size(lot, took, least=LOT, most=LARGEST_LOT) == following


@given(st.integers(LOT, LARGEST_LOT), st.lists(st.floats(0, 60), max_size=20))
def test_lots_are_never_smaller_than_the_smallest_nor_larger_than_the_largest(
    lot: int, taken: list[float]
) -> None:
    for seconds in taken:
        lot = next_size(lot, timedelta(seconds=seconds), least=LOT, most=LARGEST_LOT)
        assert LOT <= lot <= LARGEST_LOT


def test_stretches_of_time_are_of_an_hour_to_a_week() -> None:
    def after(stretch: timedelta, seconds: float) -> timedelta:
        took = timedelta(seconds=seconds)
        return next_size(stretch, took, least=SHORTEST_STRETCH, most=LONGEST_STRETCH)

    day = timedelta(days=1)
    assert [after(day, 1), after(day, 3), after(day, 9)] == [2 * day, day, day / 2]
    assert [after(6 * day, 1), after(timedelta(hours=1), 9)] == [7 * day, timedelta(hours=1)]
