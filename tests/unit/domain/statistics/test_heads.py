from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.statistics.heads import (
    Figures,
    Look,
    bounds,
    depth_that_settles,
    last_of,
)

# What each of some has in each of some lists.
lists = st.lists(
    st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 9)), min_size=1, max_size=3
)


def first(of: Mapping[str, int], depth: int) -> list[tuple[str, int]]:
    return sorted(of.items(), key=lambda each: -each[1])[:depth]


def ranked(had: Sequence[Mapping[str, int]]) -> list[tuple[int, int]]:
    return [(rank, n) for of in had for rank, (_, n) in enumerate(first(of, 9), start=1)]


def look(had: Sequence[Mapping[str, int]], depth: int, limit: int) -> Look[list[int]]:
    names = {who for of in had for who, _ in first(of, depth)}
    found = sorted((sum(of.get(who, 0) for of in had) for who in names), reverse=True)
    most = bounds(ranked(had), [depth])[depth]
    return Look(found[:limit], [last_of([(figure,) for figure in found], limit)], [(most,)])


@given(lists, st.integers(1, 4), st.integers(1, 3))
def test_who_is_in_no_head_has_no_more_than_the_bound(
    had: list[dict[str, int]], depth: int, limit: int
) -> None:
    looked = look(had, depth, limit)
    if looked.is_settled:
        assert looked.found == look(had, 9, limit).found


@given(lists, st.integers(1, 3))
def test_the_depth_that_is_told_settles_it_and_no_lesser_one_was_told_to(
    had: list[dict[str, int]], limit: int
) -> None:
    depths = (2, 3, 5)
    most: dict[int, list[Figures]] = {d: [(b,)] for d, b in bounds(ranked(had), depths).items()}
    last = look(had, 1, limit).last
    depth = depth_that_settles(last, most)
    for each in depths:
        assert most[each] == look(had, each, limit).most
        if depth is None or each < depth:
            assert last[0] <= most[each][0]
    if depth is not None:
        assert look(had, depth, limit).is_settled


def test_too_few_settle_nothing_by_themselves() -> None:
    assert last_of([(5,)], 2) == ()
    assert not Look([5], [()], [(0,)]).is_settled
    assert depth_that_settles([()], {10: [(0,)]}) is None
