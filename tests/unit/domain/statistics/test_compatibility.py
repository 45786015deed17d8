"""Scores of players: what is seen often is trusted more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.statistics.compatibility import Compatibility


def test_five_of_five_do_not_beat_nearly_all_of_a_thousand() -> None:
    assert Compatibility(5, 5).score > Compatibility(1_000, 990).score
    assert Compatibility(5, 5).lower_bound < Compatibility(1_000, 990).lower_bound


@pytest.mark.parametrize(
    ("sessions", "direct", "lower"), [(5, 5, 56.55), (1_000, 990, 98.17), (10, 0, 0.0)]
)
def test_the_bound_is_that_of_wilson(sessions: int, direct: int, lower: float) -> None:
    assert Compatibility(sessions, direct).lower_bound == pytest.approx(lower, abs=0.01)


@given(st.integers(1, 10_000), st.data())
def test_the_bound_lies_below_the_score(sessions: int, data: st.DataObject) -> None:
    found = Compatibility(sessions, data.draw(st.integers(0, sessions)))
    assert 0 <= found.lower_bound <= found.score + 1e-9
