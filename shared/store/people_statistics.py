"""What people watched, as it is read from the rollups."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta
from uuid import UUID

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
from shared.store.database import Connection
from shared.store.queries import json_text, load, patterns

_SQL = load("people_statistics")

_NO_DAYS = (date.min, date.min)
_MILLISECOND = timedelta(milliseconds=1)


async def page_people(
    connection: Connection,
    question: PeopleQuestion,
    page: PeoplePage,
    *,
    days: tuple[date, date] | None = None,
    given: Sequence[DictRow] = (),
) -> tuple[list[DictRow], int]:
    """Return a part of a list of people, and how many there are in all of it.

    Args:
        connection: to read from.
        question: whom it is about.
        page: which part.
        days: of the service's zone that are added up.
        given: sums by person and content type that are added up as well.
    """
    number, label, after_id = page.after or (None, None, None)
    cursor = await connection.execute(
        _SQL["page_people"],
        {
            **_figures(question),
            **_spans(question, days),
            "given": json_text(given),
            "after_number": number,
            "after_label": label,
            "after_id": after_id,
            "limit": page.limit,
            "offset": page.offset,
        },
        prepare=False,
    )
    rows = await cursor.fetchall()
    return [row for row in rows if row["user_id"] is not None], rows[0]["total"]


async def list_most_watching(
    connection: Connection,
    question: PeopleQuestion,
    limit: int,
    *,
    days: tuple[date, date] | None = None,
) -> list[UUID]:
    """Return who watched most, the most first; who watched nothing is not among them."""
    cursor = await connection.execute(
        _SQL["list_most_watching"],
        {**_figures(question), **_spans(question, days), "limit": limit},
        prepare=False,
    )
    return [row["user_id"] for row in await cursor.fetchall()]


def _spans(question: PeopleQuestion, days: tuple[date, date] | None) -> dict[str, object]:
    return {**asdict(grains(*(days or _NO_DAYS))), "is_ever": question.is_of_everything}


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
