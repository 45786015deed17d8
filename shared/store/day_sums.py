"""Sums over days of the service's zone, each from the rollup of its dimension."""

from collections.abc import Mapping
from datetime import date
from typing import LiteralString

from psycopg.rows import DictRow

from shared.domain.calendar import day_of
from shared.domain.statistics.period import Interval, whole_months
from shared.domain.statistics.question import Question, Source
from shared.store.database import Connection
from shared.store.queries import load
from shared.store.statistics import filters_of

_SQL = load("day_sums")

_STATEMENTS: Mapping[Source, LiteralString] = {
    Source.FACETS: _SQL["sum_facets"],
    Source.QUALITIES: _SQL["sum_qualities"],
    Source.PLACES: _SQL["sum_places"],
    Source.RATES: _SQL["sum_rates"],
    Source.PEOPLE: _SQL["sum_person_days"],
}


async def sum_days(
    connection: Connection, source: Source, question: Question, days: tuple[date, date]
) -> list[DictRow]:
    """Return sums by part of the period and key.

    Args:
        connection: to read from.
        source: one that is kept by days.
        question: what is asked.
        days: the first day, and the day after the last.
    """
    first, after = days
    months = (after, after)
    if question.interval in (None, Interval.MONTH):
        months = whole_months(first, after)
    zone = question.period.zone
    cursor = await connection.execute(
        _STATEMENTS[source],
        {
            **filters_of(question.filter),
            "by": question.by,
            "edges": [day_of(edge, zone) for edge in question.period.edges(question.interval)],
            "first_day": first,
            "first_month": months[0],
            "month_after": months[1],
            "day_after": after,
        },
        prepare=False,  # so that each question is planned for the filters it has
    )
    return await cursor.fetchall()
