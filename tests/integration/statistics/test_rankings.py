"""Items and groups in an order: however few are looked at, the first are those of a fold."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.rows import dict_row

from shared.domain.statistics.facts import Fact
from shared.domain.statistics.period import Period
from shared.domain.statistics.question import Filter
from shared.domain.statistics.sums import parts
from shared.domain.statistics.titles import Order, TitleKind
from shared.services.rankings import Search, rank_by_each
from tests.integration.statistics.histories import NIGHTS, Visit, grouped_visits
from tests.integration.statistics.test_answers import counts, filters, periods
from tests.integration.statistics.test_rollups import Database, History

questions = st.tuples(
    periods,
    filters,
    st.sampled_from(list(TitleKind)),
    st.lists(st.sampled_from(list(Order)), min_size=1, max_size=2, unique=True),
)
Question = tuple[Period, Filter, TitleKind, list[Order]]
Row = tuple[str, str, int, int, int]
MUCH = 1_000_000
SEARCHES = (Search(0, 0, (1, 2, 3)), Search(0, MUCH, (1, 2)), Search(MUCH, 0))


def titles(fact: Fact, of: TitleKind) -> Iterator[str]:
    if of is TitleKind.ITEM:
        yield fact.content_id
    yield from (key for kind, key in fact.groups if kind == of)


def folded(facts: list[Fact], question: Question, order: Order) -> list[Row]:
    """Return every title with its content type, people, plays and milliseconds watched."""
    period, wanted, of, _ = question
    sums: dict[tuple[str, str, Any], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for fact in (one for one in facts if counts(one, wanted)):
        for start, part in parts(fact):
            if period.start <= start < period.end:
                for key in titles(fact, of):
                    title = key, fact.facet.content_type, fact.user_id
                    plays, watched_ms = sums[title]
                    sums[title] = plays + part.plays, watched_ms + part.watched_ms
    found: dict[tuple[str, str], tuple[int, int, int]] = defaultdict(lambda: (0, 0, 0))
    for (key, content_type, _), (plays, watched_ms) in sums.items():
        if plays or watched_ms:
            before = found[key, content_type]
            found[key, content_type] = (
                before[0] + (plays > 0),
                before[1] + plays,
                before[2] + watched_ms,
            )
    return sorted(((*title, *s) for title, s in found.items()), key=lambda row: rule(row, order))


def rule(row: Row, order: Order) -> tuple[Any, ...]:
    key, content_type, users, plays, watched_ms = row
    first = {
        Order.POPULAR: -users,
        Order.PLAYS: 0,
        Order.WATCHED: -watched_ms,
        Order.LEAST_WATCHED: watched_ms,
    }
    return first[order], -plays, -watched_ms, key, content_type


async def compare(url: str, played: list[tuple[int, Visit]], asked: list[Question]) -> None:
    async with await Database.connect(url, row_factory=dict_row) as connection:
        try:
            history = History(connection, NIGHTS[0], "UTC")
            for night, visit in played:
                history.night = NIGHTS[night]
                await history.play(visit)
            await history.count()
            for question in asked:
                period, wanted, of, orders = question
                for search in SEARCHES:
                    found = await rank_by_each(
                        connection,
                        period,
                        wanted,
                        of=of,
                        orders=orders,
                        limit=2,
                        search=search,
                    )
                    assert list(found) == orders
                    for order, rows in found.items():
                        assert [
                            (r["key"], r["content_type"], r["users"], r["plays"], r["watched_ms"])
                            for r in rows
                        ] == folded(history.facts(), question, order)[:2]
        finally:
            await connection.rollback()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    played=st.lists(st.tuples(st.integers(0, 3), grouped_visits), min_size=1, max_size=7),
    asked=st.lists(questions, min_size=6, max_size=9),
)
def test_the_first_are_those_of_a_fold_however_few_are_looked_at(
    common_url: str,
    loop: asyncio.Runner,
    played: list[tuple[int, Visit]],
    asked: list[Question],
) -> None:
    loop.run(compare(common_url, played, asked))
