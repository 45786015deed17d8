from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.statistics.heads import Figures, Look, bounds, last_of
from shared.domain.statistics.titles import Order, at_most

PEOPLE = 3
LIMIT = 2

# Month, person and title of each play.
plays = st.lists(st.tuples(st.integers(1, 2), st.integers(1, PEOPLE), st.sampled_from("abcdefg")))


def ranked(played: list[tuple[int, int, str]], titles: set[str]) -> list[tuple[int, int]]:
    """Return the people and plays of titles, those first that the most people played."""
    users = {t: len({person for _, person, title in played if title == t}) for t in titles}
    times = Counter(title for _, _, title in played)
    return sorted(((users[t], times[t]) for t in titles), reverse=True)


def is_settled(ranked: list[tuple[int, int]], most: Figures) -> bool:
    return Look(ranked, [last_of(ranked, LIMIT)], [most]).is_settled


@given(plays, st.integers(1, 3))
def test_what_is_settled_among_the_heads_of_months_is_so_among_all(
    played: list[tuple[int, int, str]], depth: int
) -> None:
    months = [Counter(t for month, _, t in played if month == m).most_common() for m in (1, 2)]
    heads = [(rank, t, n) for titles in months for rank, (t, n) in enumerate(titles, start=1)]
    among = ranked(played, {title for rank, title, _ in heads if rank <= depth})
    most = bounds(((rank, figure) for rank, _, figure in heads), [depth])[depth]
    if is_settled(among, at_most(Order.POPULAR, most, PEOPLE)):
        assert among[:LIMIT] == ranked(played, {title for *_, title in played})[:LIMIT]


def test_where_everybody_played_the_first_titles_their_plays_settle_it() -> None:
    first = [(3, 90), (3, 80)]
    assert is_settled(first, at_most(Order.POPULAR, 79, PEOPLE))
    assert not is_settled(first, at_most(Order.POPULAR, 80, PEOPLE))
    assert not is_settled(first, at_most(Order.POPULAR, 79, None))


def test_plays_and_watch_time_are_bounded_by_themselves() -> None:
    assert at_most(Order.PLAYS, 80, PEOPLE) == at_most(Order.WATCHED, 80, PEOPLE) == (80,)
