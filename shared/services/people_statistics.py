"""Who watched how much: answered from the smallest rollup that has it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
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
    if question.is_of_everything:
        return await store.page_people(connection, question, page)
    days = question.period.days
    if days and question.period.zone.key == zone.key and question.filter.given <= _OF_PEOPLE:
        return await store.page_people(connection, question, page, days=days)
    given = await sum_people(connection, question.period, question.filter)
    return await store.page_people(connection, question, page, given=given)
