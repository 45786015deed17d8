"""Sums over days of the service's zone, each from the rollup of its dimension."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import LiteralString
from zoneinfo import ZoneInfo

from psycopg import sql
from psycopg.rows import DictRow

from shared.domain.calendar import day_of
from shared.domain.statistics.period import Interval, Period, whole_months
from shared.domain.statistics.question import Dimension, Filter, Question, Source, source_of
from shared.store.database import Connection
from shared.store.lots import Fetch, Found
from shared.store.queries import load
from shared.store.statistics import FILTERS, filters_of, span_of

_SQL = load("day_sums")

_COUNT_COMPATIBILITY = sql.SQL(_SQL["count_compatibility"]).format(filters=FILTERS)

_STATEMENTS: Mapping[Source, LiteralString] = {
    Source.FACETS: _SQL["sum_facets"],
    Source.QUALITIES: _SQL["sum_qualities"],
    Source.PLACES: _SQL["sum_places"],
    Source.RATES: _SQL["sum_rates"],
    Source.PEOPLE: _SQL["sum_person_days"],
}


async def sum_days(
    connection: Connection,
    source: Source,
    question: Question,
    days: tuple[date, date],
    fetch: Fetch[Found],
) -> Found:
    """Return sums by part of the period and key.

    Args:
        connection: to read from.
        source: one that is kept by days.
        question: what is asked.
        days: the first day, and the day after the last.
        fetch: reads them.
    """
    zone = question.period.zone
    where = {
        **filters_of(question.filter),
        "by": question.by,
        "edges": [day_of(edge, zone) for edge in question.period.edges(question.interval)],
        **grains_of(days, question.interval),
    }
    return await fetch(connection, sql.SQL(_STATEMENTS[source]), where)


async def sum_facets_by_each(
    connection: Connection,
    wanted: Filter,
    dimensions: Iterable[Dimension],
    days: tuple[date, date],
) -> list[DictRow]:
    """Return sums by each of several dimensions (``by``) and its keys.

    Args:
        connection: to read from.
        wanted: which sessions count: all that facets can be filtered by.
        dimensions: of facets.
        days: of the service's zone: the first, and the day after the last.
    """
    cursor = await connection.execute(
        _SQL["sum_facets_by_each"],
        {**filters_of(wanted), **grains_of(days, None), "by": list(dimensions)},
        prepare=False,
    )
    return await cursor.fetchall()


async def count_compatibility(
    connection: Connection,
    period: Period,
    wanted: Filter,
    by: Dimension,
    *,
    zone: ZoneInfo,
    fewest: int,
) -> list[DictRow]:
    """Return sessions, direct plays and transcodes by kind of player, and by what the source was.

    Args:
        connection: to read from.
        period: when sessions began.
        wanted: which sessions count.
        by: what kinds of players are told apart by.
        zone: the service's own: the one that days are kept in.
        fewest: leave out what fewer sessions tell of.
    """
    source = source_of(Question(period, wanted, by=Dimension.CONTAINER), zone)
    days = period.days_of(zone) if source is Source.QUALITIES else None
    cursor = await connection.execute(
        _COUNT_COMPATIBILITY,
        {
            **filters_of(wanted),
            **span_of(period),
            **grains_of(days or (date.min, date.min), None),
            "by": by,
            "by_days": days is not None,
            "fewest": fewest,
        },
        prepare=False,
    )
    return await cursor.fetchall()


def grains_of(days: tuple[date, date], interval: Interval | None) -> Mapping[str, object]:
    """Cut days into whole months, where months may stand together, and the days around these."""
    first, after = days
    months = whole_months(first, after) if interval in (None, Interval.MONTH) else (after, after)
    return {
        "first_day": first,
        "first_month": months[0],
        "month_after": months[1],
        "day_after": after,
    }
