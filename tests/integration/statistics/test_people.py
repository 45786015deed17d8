"""People by what they watched: in any zone and with any filter, the list is that of a fold."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.rows import dict_row

from shared.domain.statistics.facts import Fact
from shared.domain.statistics.people import (
    Activity,
    PeopleOrder,
    PeoplePage,
    PeopleQuestion,
    Taste,
    ViewerType,
    taste,
    viewer_type,
)
from shared.domain.statistics.sums import Sums, parts
from shared.services.people_statistics import count_people, list_most_watching, page_people
from tests.integration.statistics.histories import NIGHTS, ZONES, Visit, visits
from tests.integration.statistics.test_answers import counts, filters, periods
from tests.integration.statistics.test_rollups import NOW, Database, History

Told = tuple[int, int, int, int, str | None, str | None, bool]

questions = st.builds(
    PeopleQuestion,
    period=periods,
    filter=filters,
    silent_since=st.sampled_from([NOW - timedelta(seconds=1), NOW]),
    now=st.sampled_from([NOW, NOW + timedelta(days=40)]),
    order=st.sampled_from(PeopleOrder),
    activity=st.sampled_from([None, *Activity]),
    type=st.sampled_from([None, None, *ViewerType]),
    taste=st.sampled_from([None, None, *Taste]),
)


def folded(facts: list[Fact], question: PeopleQuestion, known: set[UUID]) -> dict[UUID, Told]:
    """Return what a list says of people, by a fold; those who are known were first seen NOW."""
    sums: dict[UUID, dict[str, Sums]] = defaultdict(lambda: defaultdict(Sums))
    for fact in (one for one in facts if counts(one, question.filter)):
        for start, part in parts(fact):
            if question.period.start <= start < question.period.end:
                sums[fact.user_id][fact.facet.content_type] += part
    wanted = question.filter.users or known
    told = {user_id: _told(sums[user_id], question) for user_id in known & set(wanted)}
    return {user_id: one for user_id, one in told.items() if _meant(one, question)}


def _told(by_type: Mapping[str, Sums], question: PeopleQuestion) -> Told:
    total = sum(by_type.values(), Sums())
    watched = timedelta(milliseconds=total.watched_ms)
    return (
        total.sessions,
        total.plays,
        total.completed,
        total.watched_ms,
        viewer_type(watched, question.period, NOW, question.now),
        taste({content_type: one.watched_ms for content_type, one in by_type.items()}),
        question.silent_since >= NOW,
    )


def _meant(told: Told, question: PeopleQuestion) -> bool:
    _, plays, _, _, kind, likes, dormant = told
    activity = {
        None: True,
        Activity.ACTIVE: plays > 0,
        Activity.INACTIVE: plays == 0,
        Activity.DORMANT: dormant,
    }[question.activity]
    return activity and question.type in (None, kind) and question.taste in (None, likes)


FIGURES = ("sessions", "plays", "completed", "watched_ms", "type", "taste", "dormant")


async def walked(
    connection: Database, question: PeopleQuestion, zone: str
) -> list[Mapping[str, Any]]:
    """Return a whole list, a page at a time, of which there are as many as are counted."""
    rows: list[Mapping[str, Any]] = []
    page = PeoplePage(limit=1)
    while True:
        found = await page_people(connection, question, page, ZoneInfo(zone))
        if not found:
            assert await count_people(connection, question, ZoneInfo(zone)) == len(rows)
            return rows
        rows += found
        last = rows[-1]
        page = PeoplePage(1, after=(last["number"], last["label"], last["user_id"]))


async def compare_head(connection: Database, question: PeopleQuestion, zone: str) -> None:
    """Compare who watched most, also found by month and type, with the list that it is the head of."""
    by_time = replace(
        question, order=PeopleOrder.WATCHED, activity=None, type=None, taste=None, search=None
    )
    rows = await walked(connection, by_time, zone)
    head = await list_most_watching(connection, by_time, 2, ZoneInfo(zone))
    names = ("user_id", *FIGURES)
    expected = [row for row in rows if row["watched_ms"] > 0][:2]
    assert [[row[name] for name in names] for row in head] == [
        [row[name] for name in names] for row in expected
    ]
    found = await page_people(
        connection, by_time, PeoplePage(2), ZoneInfo(zone), few=0, depths=(1, 2)
    )
    assert [[row[name] for name in names] for row in found] == [
        [row[name] for name in names] for row in rows[:2]
    ]


async def compare(
    url: str, zone: str, played: list[tuple[int, Visit]], asked: list[PeopleQuestion]
) -> None:
    async with await Database.connect(url, row_factory=dict_row) as connection:
        try:
            history = History(connection, NIGHTS[0], zone)
            for night, visit in played:
                history.night = NIGHTS[night]
                await history.play(visit)
            await history.count()
            known = {visit.user for _, visit in played}
            for question in asked:
                rows = await walked(connection, question, zone)
                found = {row["user_id"]: tuple(row[name] for name in FIGURES) for row in rows}
                assert found == folded(history.facts(), question, known)
                assert len(rows) == len(found)
                numbers = [row["number"] for row in rows]
                assert numbers == sorted(numbers, reverse=True)
                await compare_head(connection, question, zone)
            ever = replace(asked[0], is_of_everything=True, filter=type(asked[0].filter)())
            await compare_head(connection, ever, zone)
            rows = await walked(connection, replace(ever, type=None, taste=None), zone)
            assert all(row["watched_ms"] == _ever(history.facts(), row["user_id"]) for row in rows)
        finally:
            await connection.rollback()


def _ever(facts: list[Fact], user_id: UUID) -> int:
    return sum(sum(fact.spread) for fact in facts if fact.user_id == user_id)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    zone=st.sampled_from(ZONES),
    played=st.lists(st.tuples(st.integers(0, 3), visits), min_size=1, max_size=6),
    asked=st.lists(questions, min_size=6, max_size=8),
)
def test_a_list_of_people_is_that_of_a_fold_however_it_is_asked_and_walked(
    common_url: str,
    loop: asyncio.Runner,
    zone: str,
    played: list[tuple[int, Visit]],
    asked: list[PeopleQuestion],
) -> None:
    loop.run(compare(common_url, zone, played, asked))
