"""What people watched, as it is read from the rollups."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import LiteralString
from uuid import UUID

from psycopg import sql
from psycopg.rows import DictRow

from shared.domain.statistics.people import (
    HEAVY_WEEK,
    REGULAR_WEEK,
    TASTE_PERCENT,
    WEEK,
    PeoplePage,
    PeopleQuestion,
)
from shared.domain.statistics.period import grains
from shared.store.database import Connection, one
from shared.store.queries import json_text, load, patterns

_SQL = load("people_statistics")
_PEOPLE = sql.SQL(_SQL["people"])
_FIND = sql.SQL(_SQL["find_people"]).format(people=_PEOPLE)
_TELL = sql.SQL(_SQL["tell_people"]).format(people=_PEOPLE)
_COUNT = sql.SQL(_SQL["count_people"]).format(people=_PEOPLE)

_NO_DAYS = (date.min, date.min)
_MILLISECOND = timedelta(milliseconds=1)


async def find_people(
    connection: Connection,
    question: PeopleQuestion,
    page: PeoplePage,
    *,
    days: tuple[date, date] | None = None,
    given: Sequence[DictRow] = (),
) -> list[tuple[UUID, int]]:
    """Return who is on a page of people in an order, each with the figure that this is by.

    Args:
        connection: to read from.
        question: whom it is about.
        page: which part.
        days: of the service's zone that are added up.
        given: sums by person and content type that are added up as well.
    """
    number, label, after_id = page.after or (None, None, None)
    rows = await _read(
        connection,
        _FIND,
        {
            **_counted(question, days, given),
            "after_number": number,
            "after_label": label,
            "after_id": after_id,
            "limit": page.limit,
            "offset": page.offset,
        },
    )
    return [(row["user_id"], row["number"]) for row in rows]


async def tell_people(
    connection: Connection,
    question: PeopleQuestion,
    *,
    days: tuple[date, date] | None = None,
    given: Sequence[DictRow] = (),
) -> list[DictRow]:
    """Return what people watched, in an order; for the rest see ``find_people``."""
    return await _read(connection, _TELL, _counted(question, days, given))


async def count_people(
    connection: Connection,
    question: PeopleQuestion,
    *,
    days: tuple[date, date] | None = None,
    given: Sequence[DictRow] = (),
) -> int:
    """Return how many people there are; for the rest see ``find_people``."""
    (row,) = await _read(connection, _COUNT, _counted(question, days, given))
    return row["people"]


async def count_some(connection: Connection, most: int) -> int:
    """Return how many people there are, or how many at most are counted."""
    cursor = await connection.execute(_SQL["count_some"], {"most": most})
    return int(one(await cursor.fetchone())["people"])


async def list_heads(
    connection: Connection,
    question: PeopleQuestion,
    depth: int,
    *,
    months: tuple[date, date] | None,
    ranks: Sequence[int] | None = None,
) -> list[DictRow]:
    """Return who watched longest, by content type, and whose rank that is, from 1.

    Args:
        connection: to read from.
        question: what counts.
        depth: how many of each content type, and each month.
        months: the first days of the first and the last month; None: of all time.
        ranks: which of these; all, if it is not given.
    """
    first, last = months or _NO_DAYS
    values = {
        **_figures(question),
        "first": first,
        "last": last,
        "is_ever": months is None,
        "depth": depth,
        "ranks": ranks and list(ranks),
    }
    return await _read(connection, _SQL["list_heads"], values)


async def _read(
    connection: Connection, statement: LiteralString | sql.Composed, values: Mapping[str, object]
) -> list[DictRow]:
    # Unprepared, so that each question is planned for what it asks.
    cursor = await connection.execute(statement, values, prepare=False)
    return await cursor.fetchall()


def _counted(
    question: PeopleQuestion, days: tuple[date, date] | None, given: Sequence[DictRow]
) -> dict[str, object]:
    return {
        **_figures(question),
        **asdict(grains(*(days or _NO_DAYS))),
        "is_ever": question.is_of_everything,
        "given": json_text(given),
    }


def _figures(question: PeopleQuestion) -> dict[str, object]:
    counted = question.filter
    return {
        "users": list(counted.users) or None,
        "archived": question.archived,
        "words": question.search and patterns(question.search),
        "groups": list(counted.groups) or None,
        "content_types": list(counted.content_types) or None,
        "adult": counted.adult,
        "start": question.period.start,
        "until": min(question.period.end, question.now),
        "silent_since": question.silent_since,
        "order": question.order,
        "activity": question.activity,
        "type": question.type,
        "taste": question.taste,
        "week_seconds": int(WEEK.total_seconds()),
        "heavy_ms": HEAVY_WEEK // _MILLISECOND,
        "regular_ms": REGULAR_WEEK // _MILLISECOND,
        "taste_percent": TASTE_PERCENT,
    }
