"""Statistics as they are read from the rollups. What each figure means: docs/statistics.md."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg import sql
from psycopg.rows import DictRow

from shared.domain.statistics.clock import clock_parts
from shared.domain.statistics.histogram import BIN_RATIO
from shared.domain.statistics.period import Interval, Period
from shared.domain.statistics.question import Filter, Question, Source, clock_source_of
from shared.domain.statistics.titles import TitleKind
from shared.domain.statistics.trend import PAST_WINDOWS
from shared.store import lots
from shared.store.database import Connection, one
from shared.store.lots import Fetch, Found, Statement
from shared.store.queries import load
from shared.store.zones import clock_of

_SQL = load("statistics")

FILTERS = sql.SQL(_SQL["filters"])
"""Which facts of sessions count: of ``session_facts AS s`` and ``stream_facets AS f``."""

WITHIN = sql.SQL(_SQL["within"])
"""What sessions did within a period, from ``start`` until before ``end``."""

_OF_KEYS = sql.SQL(_SQL["of_keys"])
_RANK_KEYS = sql.SQL(_SQL["rank_keys"])

_OF_FACTS = {
    name: sql.SQL(statement).format(filters=FILTERS)
    for name, statement in _SQL.items()
    if "{filters}" in statement
}


async def list_user_days(connection: Connection, user_id: UUID) -> list[DictRow]:
    """Return a user's days by content type: sessions, plays, and milliseconds watched."""
    return await (await connection.execute(_SQL["list_user_days"], {"user_id": user_id})).fetchall()


async def list_days(
    connection: Connection, period: Period, wanted: Filter, zone: ZoneInfo
) -> list[DictRow]:
    """Return what was played on each day of a period and by how many, latest first.

    Args:
        connection: to read from.
        period: whose zone days are of.
        wanted: which sessions count.
        zone: the service's own: the one that days are kept in.
    """
    days = period.days_of(zone)
    if days is None or not wanted.given <= {"content_types"}:
        where = {**span_of(period), **clock_of(period.offsets)}
        return await _of_facts(connection, "list_days_of_facts", wanted, **where)
    kept = {**filters_of(wanted), "first_day": days[0], "day_after": days[1]}
    return await (await connection.execute(_SQL["list_days"], kept)).fetchall()


async def first_day(connection: Connection) -> date | None:
    """Return the first day of the service's zone on which anything was played."""
    return one(await (await connection.execute(_SQL["first_day"])).fetchone())["day"]


async def sum_quarter_hours(
    connection: Connection, question: Question, fetch: Fetch[Found]
) -> Found:
    """Return sums over quarter hours, by part of the period and content type or decision."""
    where = {**filters_of(question.filter), **_edges(question), "by": question.by}
    return await fetch(connection, sql.SQL(_SQL["sum_quarter_hours"]), where)


async def sum_facts(connection: Connection, question: Question, fetch: Fetch[Found]) -> Found:
    """Return sums over the facts of sessions, by part of the period and key."""
    where = {**_edges(question), "by": question.by, "bin_ratio": BIN_RATIO}
    return await fetch(connection, _OF_FACTS["sum_facts"], {**filters_of(question.filter), **where})


def of_keys(keys: Iterable[str | None], most: int) -> Fetch[list[DictRow]]:
    """Return what reads the sums of some keys, the first so many."""
    wanted = [key or "" for key in keys]

    async def fetch(
        connection: Connection, sums: Statement, values: Mapping[str, object]
    ) -> list[DictRow]:
        statement = _OF_KEYS.format(sums=sums)
        return await lots.fetch(connection, statement, {**values, "keys": wanted, "most": most})

    return fetch


def rank_keys(limit: int | None) -> Fetch[list[str]]:
    """Return what finds lots of keys by watch time, each with the sums of all of them (``all_``).

    Args:
        limit: how many keys, if not all.
    """

    async def fetch(
        connection: Connection, sums: Statement, values: Mapping[str, object]
    ) -> list[str]:
        return await lots.find(connection, _RANK_KEYS.format(sums=sums), {**values, "limit": limit})

    return fetch


async def sum_clock(connection: Connection, period: Period, wanted: Filter) -> list[DictRow]:
    """Return sums by weekday (1 is Monday) and hour of the period's zone."""
    clock = clock_parts(period)
    source = clock_source_of(wanted, clock)
    if source is Source.FACTS:
        where = {**span_of(period), **clock_of(period.offsets)}
        return await _of_facts(connection, "sum_clock_of_facts", wanted, **where)
    cursor = await connection.execute(
        _SQL["sum_clock_of_everybody" if source is Source.HOURS else "sum_clock"],
        {
            **filters_of(wanted),
            **clock_of(period.offsets),
            "months": [month for month, _ in clock.months],
            "shifts": [shift for _, shift in clock.months],
            "starts": [start for start, _ in clock.gaps],
            "ends": [end for _, end in clock.gaps],
        },
        prepare=False,
    )
    return await cursor.fetchall()


async def list_peaks(
    connection: Connection, period: Period, interval: Interval | None, wanted: Filter
) -> list[DictRow]:
    """Return the most streams at one instant of each part of a period, by decision."""
    where = {**span_of(period), "edges": list(period.edges(interval))}
    if wanted.given or (not wanted.adult and await _has_adult(connection, period)):
        return await _of_facts(connection, "list_peaks_of_facts", wanted, **where)
    return await (await connection.execute(_SQL["list_peaks"], where)).fetchall()


async def _has_adult(connection: Connection, period: Period) -> bool:
    cursor = await connection.execute(_SQL["has_adult"], span_of(period))
    return one(await cursor.fetchone())["found"]


async def list_rising(
    connection: Connection, period: Period, wanted: Filter, of: TitleKind, limit: int
) -> list[DictRow]:
    """Return what is on the rise, the most first, each with by how much its plays surprise.

    Items are to grow with their library, groups with all of their content type. What it means:
    ``shared/domain/statistics/trend.py``.
    """
    where = {
        **span_of(period),
        "past_start": period.start - PAST_WINDOWS * (period.end - period.start),
        "past_windows": PAST_WINDOWS,
        "of": of,
        "limit": limit,
    }
    return await _of_facts(connection, "list_rising", wanted, **where)


async def sum_people(connection: Connection, period: Period, wanted: Filter) -> list[DictRow]:
    """Return sums over the facts of sessions, by person and content type."""
    return await _of_facts(connection, "sum_people", wanted, **span_of(period))


async def _of_facts(
    connection: Connection, statement: str, wanted: Filter, **where: object
) -> list[DictRow]:
    # Unprepared, so that each question is planned for the filters it has.
    cursor = await connection.execute(
        _OF_FACTS[statement], {**filters_of(wanted), **where}, prepare=False
    )
    return await cursor.fetchall()


def _edges(question: Question) -> Mapping[str, object]:
    return {**span_of(question.period), "edges": list(question.period.edges(question.interval))}


def span_of(period: Period) -> Mapping[str, datetime]:
    """Return when a period begins and ends."""
    return {"start": period.start, "end": period.end}


def filters_of(wanted: Filter) -> Mapping[str, object]:
    """Return the lists that narrow anything; the others as null."""

    def known(value: Iterable[object] | bool) -> object:  # noqa: FBT001  (a value, no switch)
        return value if isinstance(value, bool) else (list(value) or None)

    return {field.name: known(getattr(wanted, field.name)) for field in fields(wanted)}
