"""Limits over time and over several instances: what is let through, and how often others hear."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import ceil

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.limits import PARTS, UNTOLD_SHARE, Policy, Use

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
INSTANCES = 4


def play(policy: Policy, order: list[int]) -> tuple[int, int]:
    """Send each use to an instance; return how many are let through, and how often one told."""
    known = [Use() for _ in range(INSTANCES)]
    together: Counter[datetime] = Counter()
    passed = told = 0
    for instance in order:
        use = known[instance]
        if use.total >= policy.quota:
            continue
        use = use.one_more(policy.part_start(NOON))
        if use.is_to_be_told(policy):
            together += use.untold
            told += 1
            use = Use(together)
        known[instance] = use
        passed += use.total <= policy.quota
    return passed, told


def let_through(policy: Policy, asked_at: list[datetime]) -> Iterator[tuple[datetime, Use, bool]]:
    """Tell of each use at an instance that knows all: what was used by then, and if it passed."""
    use = Use()
    for now in asked_at:
        use = use.since(policy.counts_since(now))
        passes = use.total < policy.quota
        if passes:
            use = use.one_more(policy.part_start(now))
        yield now, use, passes


def instants(gaps: list[int]) -> list[datetime]:
    """Return instants apart by tenths of seconds."""
    return [NOON + SECOND * sum(gaps[: number + 1]) / 10 for number in range(len(gaps))]


GAPS = st.lists(st.integers(0, 300) | st.just(0), max_size=80)


@given(quota=st.integers(1, 12), gaps=GAPS)
def test_no_window_of_that_length_holds_more_than_the_limit(quota: int, gaps: list[int]) -> None:
    policy = Policy("p", quota, MINUTE)
    passed = [now for now, _, passes in let_through(policy, instants(gaps)) if passes]
    for end in passed:
        assert sum(end - MINUTE <= at <= end for at in passed) <= quota


@given(quota=st.integers(1, 12), gaps=GAPS)
def test_nobody_is_refused_who_used_less_in_a_window_and_a_part(
    quota: int, gaps: list[int]
) -> None:
    policy = Policy("p", quota, MINUTE)
    passed: list[datetime] = []
    for now, _, passes in let_through(policy, instants(gaps)):
        if passes:
            passed.append(now)
        else:
            assert sum(at > now - MINUTE - policy.part for at in passed) >= quota


@given(quota=st.integers(1, 12), gaps=GAPS)
def test_who_waits_as_long_as_told_is_let_through_and_before_that_nobody(
    quota: int, gaps: list[int]
) -> None:
    policy = Policy("p", quota, MINUTE)
    for now, use, passes in let_through(policy, instants(gaps)):
        if not passes:
            seconds = ceil(use.more_in(policy, now).total_seconds())
            assert 1 <= seconds <= (MINUTE + policy.part).total_seconds()
            later, just_before = now + seconds * SECOND, now + (seconds - 1) * SECOND
            assert use.since(policy.counts_since(later)).total < quota
            assert use.since(policy.counts_since(just_before)).total >= quota


def test_at_the_edge_of_a_minute_nobody_gets_twice_the_limit() -> None:
    policy = Policy("p", 10, MINUTE)
    edge = [NOON + MINUTE - SECOND] * 10 + [NOON + MINUTE + SECOND] * 10
    assert sum(passes for _, _, passes in let_through(policy, edge)) == 10


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
def test_an_instant_is_in_the_part_that_began_last(at: datetime, seconds: int) -> None:
    policy = Policy("p", 1, timedelta(seconds=seconds * PARTS))
    start = policy.part_start(at)
    assert start <= at < start + policy.part
    assert policy.part_start(start) == start
    assert at - policy.counts_since(at) >= policy.window


@given(
    st.lists(st.tuples(st.integers(0, PARTS), st.integers(1, 9)), max_size=20),
    st.lists(st.tuples(st.integers(0, PARTS), st.integers(1, 9)), max_size=20),
)
def test_what_was_heard_in_whichever_order_is_the_most_that_was_told(
    first: list[tuple[int, int]], second: list[tuple[int, int]]
) -> None:
    early, late = (
        Counter({NOON + part * SECOND: used for part, used in told}) for told in (first, second)
    )
    assert Use().heard(early).heard(late) == Use().heard(late).heard(early)
