"""Statistics as they are read from the rollups. What each figure means: docs/statistics.md."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date, datetime
from uuid import UUID

from psycopg.rows import DictRow

from shared.domain.statistics.clock import clock_parts
from shared.domain.statistics.histogram import BIN_RATIO
from shared.domain.statistics.period import Interval, Period
from shared.domain.statistics.question import Filter, Question, Source, clock_source_of
from shared.domain.statistics.titles import TitleKind
from shared.store.database import Connection, one
from shared.store.queries import load

_SQL = load("statistics")


async def list_user_days(connection: Connection, user_id: UUID) -> list[DictRow]:
    """Return a user's days by content type: sessions, plays, and milliseconds watched."""
    return await (await connection.execute(_SQL["list_user_days"], {"user_id": user_id})).fetchall()


async def list_days(
    connection: Connection, *, start: date | None, end: date | None, limit: int
) -> list[DictRow]:
    """Return everybody's days together, latest first."""
    cursor = await connection.execute(
        _SQL["list_days"], {"start": start, "end": end, "limit": limit}
    )
    return await cursor.fetchall()


async def first_day(connection: Connection) -> date | None:
    """Return the first day of the service's zone on which anything was played."""
    return one(await (await connection.execute(_SQL["first_day"])).fetchone())["day"]


async def sum_quarter_hours(connection: Connection, question: Question) -> list[DictRow]:
    """Return sums over quarter hours, by part of the period and content type or decision."""
    return await _sums(connection, "sum_quarter_hours", question, **_edges(question))


async def sum_facts(connection: Connection, question: Question) -> list[DictRow]:
    """Return sums over the facts of sessions, by part of the period and key."""
    return await _sums(connection, "sum_facts", question, **_edges(question), bin_ratio=BIN_RATIO)


async def sum_clock(connection: Connection, period: Period, wanted: Filter) -> list[DictRow]:
    """Return sums by weekday (1 is Monday) and hour of the period's zone."""
    if clock_source_of(wanted) is Source.FACTS:
        narrowed = {**filters_of(wanted), **span_of(period), "zone": period.zone.key}
        found = await connection.execute(_SQL["sum_clock_of_facts"], narrowed, prepare=False)
        return await found.fetchall()
    clock = clock_parts(period)
    cursor = await connection.execute(
        _SQL["sum_clock"],
        {
            **filters_of(wanted),
            "zone": period.zone.key,
            "months": [month for month, _ in clock.months],
            "shifts": [shift for _, shift in clock.months],
            "starts": [start for start, _ in clock.gaps],
            "ends": [end for _, end in clock.gaps],
        },
        prepare=False,
    )
    return await cursor.fetchall()


async def list_peaks(
    connection: Connection, period: Period, interval: Interval | None
) -> list[DictRow]:
    """Return the most streams at one instant of each part of a period, by decision."""
    edges = list(period.edges(interval))
    cursor = await connection.execute(_SQL["list_peaks"], {**span_of(period), "edges": edges})
    return await cursor.fetchall()


async def list_recent_plays(
    connection: Connection, period: Period, past_start: datetime, wanted: Filter, of: TitleKind
) -> list[DictRow]:
    """Return how often titles were played in a period, and from a time before it until it began."""
    cursor = await connection.execute(
        _SQL["list_recent_plays"],
        {**filters_of(wanted), **span_of(period), "past_start": past_start, "of": of},
        prepare=False,
    )
    return await cursor.fetchall()


async def sum_people(connection: Connection, period: Period, wanted: Filter) -> list[DictRow]:
    """Return sums over the facts of sessions, by person and content type."""
    cursor = await connection.execute(
        _SQL["sum_people"], {**filters_of(wanted), **span_of(period)}, prepare=False
    )
    return await cursor.fetchall()


async def _sums(
    connection: Connection, statement: str, question: Question, **where: object
) -> list[DictRow]:
    # Unprepared, so that each question is planned for the filters it has.
    cursor = await connection.execute(
        _SQL[statement], {**filters_of(question.filter), **where, "by": question.by}, prepare=False
    )
    return await cursor.fetchall()


def _edges(question: Question) -> Mapping[str, object]:
    return {**span_of(question.period), "edges": list(question.period.edges(question.interval))}


def span_of(period: Period) -> Mapping[str, object]:
    """Return when a period begins and ends."""
    return {"start": period.start, "end": period.end}


def filters_of(wanted: Filter) -> Mapping[str, object]:
    """Return the lists that narrow anything; the others as null."""

    def known(value: Iterable[object] | bool) -> object:  # noqa: FBT001  (a value, no switch)
        return value if isinstance(value, bool) else (list(value) or None)

    return {field.name: known(getattr(wanted, field.name)) for field in fields(wanted)}
