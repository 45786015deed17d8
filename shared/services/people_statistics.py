"""Who watched how much: answered from the smallest rollup that has it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from shared.domain.rules.inactivity import Inactivity
from shared.domain.statistics.people import PeoplePage, PeopleQuestion
from shared.services import rules
from shared.store import people_statistics as store
from shared.store.database import Connection
from shared.store.statistics import sum_people

Row = Mapping[str, Any]

# What the sums of people can be narrowed by.
_OF_PEOPLE = frozenset({"users", "groups", "content_types"})


async def silent_since(connection: Connection, now: datetime) -> datetime:
    """Return when who is dormant was last active: as the inactivity rule says, or would."""
    silence = await rules.shortest_silence(connection)
    return now - (silence or timedelta(days=Inactivity().inactive_days))


async def page_people(
    connection: Connection, question: PeopleQuestion, page: PeoplePage, zone: ZoneInfo
) -> tuple[Sequence[Row], int]:
    """Return a part of a list of people with what they watched, and how many all of it has.

    Args:
        connection: to read from.
        question: whom it is about.
        page: which part, one row more than is shown.
        zone: the service's own, whose days are kept.
    """
    days = _days(question, zone)
    if question.is_of_everything or days:
        return await store.page_people(connection, question, page, days=days)
    given = await sum_people(connection, question.period, question.filter)
    return await store.page_people(connection, question, page, given=given)


async def list_most_watching(
    connection: Connection, question: PeopleQuestion, limit: int, zone: ZoneInfo
) -> Sequence[Row]:
    """Return the head of a list of people by watch time: of many, only these are looked at closely.

    Args:
        connection: to read from.
        question: whom it is about, by nothing but what was watched.
        limit: how many at most; who watched nothing is not among them.
        zone: the service's own, whose days are kept.
    """
    days = _days(question, zone)
    if question.is_of_everything or days:
        first = await store.list_most_watching(connection, question, limit, days=days)
        if not first:
            return []
        question = replace(question, filter=replace(question.filter, users=tuple(first)))
    rows, _ = await page_people(connection, question, PeoplePage(limit), zone)
    return [row for row in rows if row["watched_ms"] > 0]


def _days(question: PeopleQuestion, zone: ZoneInfo) -> tuple[date, date] | None:
    """Return the days of the service's zone that a list is added up from, if it is."""
    if question.is_of_everything or not question.filter.given <= _OF_PEOPLE:
        return None
    return question.period.days_of(zone)
