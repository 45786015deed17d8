"""Answering what is asked of the statistics, each figure from the smallest rollup that has it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from shared.domain import media
from shared.domain.calendar import day_after, day_of, first_instant
from shared.domain.statistics.period import WINDOW_DAYS, Period, Window, last_days
from shared.domain.statistics.question import Dimension, Filter, Question, Source, source_of
from shared.domain.statistics.sums import Sums
from shared.store import day_sums, lots, statistics
from shared.store.database import Connection
from shared.store.lots import Fetch, Found


@dataclass(frozen=True, slots=True)
class Part:
    """Sums of one part of a period, and of one value of what they are told apart by."""

    start: datetime
    key: str | None
    sums: Sums


async def window_period(
    connection: Connection, window: Window, now: datetime, *, tz: ZoneInfo, zone: ZoneInfo
) -> Period:
    """Return the period of a window that ends with today; all time begins with the first play.

    Args:
        connection: to read when that was.
        window: how long a time.
        now: when it ends.
        tz: the zone whose days count.
        zone: the service's own, by whose days it is known when the first play was.
    """
    if window is not Window.ALL:
        return last_days(WINDOW_DAYS[window], now, tz)
    today = day_of(now, tz)
    kept = await statistics.first_day(connection)
    first = today if kept is None else min(day_of(first_instant(kept, zone), tz), today)
    return Period(first_instant(first, tz), first_instant(day_after(today), tz), tz)


async def answer(connection: Connection, question: Question, zone: ZoneInfo) -> list[Part]:
    """Return the sums that are asked for, by time and then by key; those of nothing are left out.

    Args:
        connection: to read from.
        question: what is asked.
        zone: the service's own.
    """
    edges = list(question.period.edges(question.interval))
    return [_part(edges, row) for row in await _read(connection, question, zone, lots.fetch)]


async def answer_of_keys(
    connection: Connection,
    question: Question,
    zone: ZoneInfo,
    keys: Iterable[str | None],
    most: int,
) -> list[Part]:
    """Return the first so many of the same, of some keys."""
    edges = list(question.period.edges(question.interval))
    fetch = statistics.of_keys(keys, most)
    return [_part(edges, row) for row in await _read(connection, question, zone, fetch)]


async def answer_in_lots(
    connection: Connection, question: Question, zone: ZoneInfo, most: int | None = None
) -> list[str]:
    """Return the same in lots, of which ``parts_in`` tells; the first so many, if that is said."""
    fetch = lots.find if most is None else lots.find_most(most)
    return await _read(connection, question, zone, fetch)


def parts_in(lot: str, question: Question) -> list[Part]:
    """Return the parts of a lot of ``answer_in_lots``."""
    edges = list(question.period.edges(question.interval))
    return [_part(edges, row) for row in lots.read(lot)]


async def rank_keys(
    connection: Connection, question: Question, zone: ZoneInfo, limit: int | None
) -> list[str]:
    """Return lots of keys by watch time, of which ``keys_in`` tells; all of them without a limit."""
    return await _read(connection, question, zone, statistics.rank_keys(limit))


def keys_in(lot: str) -> tuple[dict[str | None, Sums], Sums]:
    """Return the sums of the keys of a lot of ``rank_keys``, and those of all keys there are."""
    rows = lots.read(lot)
    total = {field.name: rows[0][f"all_{field.name}"] for field in fields(Sums)}
    return {row["key"]: sums_of(row) for row in rows}, Sums(**total)


def by_reason(parts: Iterable[Part]) -> list[Part]:
    """Return sums by single reasons of transcodes; what has several counts for each of them.

    Args:
        parts: sums by the reasons that sessions have together.

    Returns:
        By time and then by reason, what has none last; together more than there was.
    """
    sums: dict[tuple[datetime, str | None], Sums] = defaultdict(Sums)
    for part in parts:
        for reason in media.reasons(part.key) or (None,):
            sums[part.start, reason] += part.sums
    ordered = sorted(sums, key=lambda each: (each[0], each[1] is None, each[1] or ""))
    return [Part(start, reason, sums[start, reason]) for start, reason in ordered]


async def answer_by_each(
    connection: Connection,
    period: Period,
    wanted: Filter,
    dimensions: Sequence[Dimension],
    zone: ZoneInfo,
) -> dict[Dimension, dict[str | None, Sums]]:
    """Return sums by the keys of each of several dimensions, from one look where one has them all.

    Args:
        connection: to read from.
        period: when sessions were.
        wanted: which of them count.
        dimensions: by what they are told apart.
        zone: the service's own.
    """
    days = period.days_of(zone)
    questions = {by: Question(period, wanted, by=by) for by in dimensions}
    if days and all(source_of(one, zone) is Source.FACETS for one in questions.values()):
        found: dict[Dimension, dict[str | None, Sums]] = {by: {} for by in dimensions}
        for row in await day_sums.sum_facets_by_each(connection, wanted, dimensions, days):
            found[Dimension(row["by"])][row["key"]] = sums_of(row)
        return found
    return {
        by: {part.key: part.sums for part in await answer(connection, one, zone)}
        for by, one in questions.items()
    }


def sums_of(row: dict[str, Any]) -> Sums:
    """Return the sums of a row."""
    return Sums(
        row["sessions"],
        row["plays"],
        row["completed"],
        row["watched_ms"],
        row["buffered_ms"],
        row["bits"],
    )


def _part(edges: Sequence[datetime], row: dict[str, Any]) -> Part:
    return Part(edges[int(row["part"]) - 1], row["key"], sums_of(row))


async def _read(
    connection: Connection, question: Question, zone: ZoneInfo, fetch: Fetch[Found]
) -> Found:
    days = question.period.days
    source = source_of(question, zone)
    if source is Source.FACTS:
        return await statistics.sum_facts(connection, question, fetch)
    if source is Source.QUARTER_HOURS or days is None:
        return await statistics.sum_quarter_hours(connection, question, fetch)
    return await day_sums.sum_days(connection, source, question, days, fetch)
