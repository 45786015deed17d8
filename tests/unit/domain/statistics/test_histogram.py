"""Percentiles: never more than two per cent off."""

from collections import Counter
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.statistics.histogram import bin_of, middle, percentiles


@given(st.floats(1, 10_000_000))
def test_what_stands_for_a_value_is_at_most_two_per_cent_off(value: float) -> None:
    assert middle(bin_of(value)) == pytest.approx(value, rel=0.0201)


@given(st.lists(st.integers(1, 200_000), min_size=1, max_size=200), st.integers(1, 100))
def test_a_percentile_is_that_of_the_values_themselves(values: list[int], percent: int) -> None:
    exact = sorted(values)[ceil(len(values) * percent / 100) - 1]
    found = percentiles(Counter(map(bin_of, values)), [percent])
    assert found[percent] == pytest.approx(exact, rel=0.0201)


def test_of_nothing_there_is_no_percentile() -> None:
    assert percentiles({}, [50]) == {50: None}
