"""Limits over several instances: what is let through, and how often the others must hear of it."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.limits import UNTOLD_SHARE, Policy, Use

MINUTE = timedelta(minutes=1)
INSTANCES = 4


def play(policy: Policy, order: list[int]) -> tuple[int, int]:
    """Send each use to an instance; return how many are let through, and how often one told."""
    known = [Use() for _ in range(INSTANCES)]
    together = passed = told = 0
    for instance in order:
        use = known[instance]
        if use.total <= policy.quota:
            use = use.one_more()
            if use.is_to_be_told(policy):
                together += use.untold
                told += 1
                use = Use(told=together)
            known[instance] = use
        passed += use.total <= policy.quota
    return passed, told


@given(quota=st.integers(1, 500), order=st.lists(st.integers(0, INSTANCES - 1), max_size=2000))
def test_several_instances_let_little_more_through_than_one_and_never_less(
    quota: int, order: list[int]
) -> None:
    passed, _ = play(Policy("p", quota, MINUTE), order)
    assert passed >= min(quota, len(order))
    assert passed <= quota + (INSTANCES - 1) * (quota / UNTOLD_SHARE)


@given(quota=st.integers(1, 50), order=st.lists(st.integers(0, INSTANCES - 1), max_size=300))
def test_an_exact_limit_is_exact_over_instances(quota: int, order: list[int]) -> None:
    passed, _ = play(Policy("p", quota, MINUTE, is_exact=True), order)
    assert passed == min(quota, len(order))


@given(quota=st.integers(20, 10_000), share=st.floats(0, 1))
def test_far_from_a_limit_nobody_is_told(quota: int, share: float) -> None:
    uses = int((quota // UNTOLD_SHARE - 1) * share)
    assert play(Policy("p", quota, MINUTE), [0] * uses)[1] == 0


def test_a_whole_window_at_the_limit_is_told_of_a_few_times() -> None:
    passed, told = play(Policy("p", 6000, MINUTE), [0] * 6000)
    assert passed == 6000
    assert told < 100


@given(st.datetimes(timezones=st.just(UTC)), st.integers(1, 3600))
def test_an_instant_is_in_the_window_that_began_last(at: datetime, seconds: int) -> None:
    window = timedelta(seconds=seconds)
    start = Policy("p", 1, window).window_start(at)
    assert start <= at < start + window
    assert Policy("p", 1, window).window_start(start) == start
