"""What a request asks of the statistics: its period and its filter, checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from functions.api.persons import of_persons
from shared.domain.calendar import day_after, day_of, first_instant
from shared.domain.permissions import Caller, Permission
from shared.domain.statistics.period import WINDOW_DAYS, Interval, Period, Window, last_days
from shared.domain.statistics.question import Dimension, Filter, Question
from shared.domain.statistics.sums import Sums
from shared.domain.statistics.titles import Order, TitleKind
from shared.errors import FieldError
from shared.http.context import Context
from shared.http.problems import invalid
from shared.schemas.filters import HistoryParameters
from shared.schemas.periods import PeriodParameters, instant, too_long
from shared.schemas.statistics_query import FilterParameters, TrendingParameters
from shared.schemas.stream_filters import Filters
from shared.services.rankings import Row, rank_by_each
from shared.services.statistics import (
    Part,
    answer,
    answer_by_each,
    rank_keys,
    sums_of,
    window_period,
)
from shared.store.database import Connection
from shared.store.rankings import rank_titles_of_all_time
from shared.store.statistics import sum_clock


@dataclass(frozen=True, slots=True)
class Asked:
    """A request's question, and what it is answered from.

    Attributes:
        is_of_everything: whether all time and everybody is meant, of which sums are kept.
    """

    context: Context
    connection: Connection
    period: Period
    filter: Filter
    is_of_everything: bool = False

    async def parts(
        self, by: Dimension | None = None, interval: Interval | None = None
    ) -> list[Part]:
        """Return sums by time and by key."""
        question = Question(self.period, self.filter, interval, by)
        return await answer(self.connection, question, self.context.settings.zone)

    async def keys(self, by: Dimension) -> dict[str | None, Sums]:
        """Return sums by key."""
        return {part.key: part.sums for part in await self.parts(by)}

    async def rank_keys(self, by: Dimension, limit: int | None) -> list[str]:
        """Return lots of keys by watch time; of all of them without a limit."""
        question = Question(self.period, self.filter, by=by)
        return await rank_keys(self.connection, question, self.context.settings.zone, limit)

    async def clock(self) -> dict[tuple[int, int], Sums]:
        """Return sums by weekday (1 is Monday) and hour of the zone; those without any left out."""
        rows = await sum_clock(self.connection, self.period, self.filter)
        return {(row["weekday"], row["hour"]): sums_of(row) for row in rows}

    async def keys_of(self, *dimensions: Dimension) -> dict[Dimension, dict[str | None, Sums]]:
        """Return sums by the keys of each of several dimensions."""
        zone = self.context.settings.zone
        return await answer_by_each(self.connection, self.period, self.filter, dimensions, zone)

    async def rank(
        self, of: TitleKind | str, limit: int, order: Order | str = Order.POPULAR
    ) -> Sequence[Row]:
        """Return items, or what they are part of, in an order."""
        by = Order(order)
        return (await self.rank_by_each(TitleKind(of), limit, (by,)))[by]

    async def rank_by_each(
        self, of: TitleKind, limit: int, orders: Sequence[Order]
    ) -> Mapping[Order, Sequence[Row]]:
        """Return items, or what they are part of, in each of some orders."""
        if self.is_of_everything and not self.filter.given:
            adult = self.filter.adult
            return {
                order: await rank_titles_of_all_time(
                    self.connection, of=of, order=order, adult=adult, limit=limit
                )
                for order in orders
            }
        return await rank_by_each(
            self.connection, self.period, self.filter, of=of, orders=orders, limit=limit
        )

    def only_transcoded(self) -> "Asked":
        """Return the same question of sessions that were transcoded."""
        return replace(self, filter=replace(self.filter, stream_types=("transcode",)))


async def asked_by(
    wanted: FilterParameters, context: Context, connection: Connection, caller: Caller
) -> Asked:
    """Return what is asked.

    Raises:
        InvalidInputError: the period ends before it starts, or is too long.
    """
    period = await period_of(wanted, context, connection)
    narrowed = await filter_of(wanted, connection, caller)
    everything = wanted.window is Window.ALL and not narrowed.given
    return Asked(context, connection, period, narrowed, is_of_everything=everything)


async def filter_of(wanted: Filters, connection: Connection, caller: Caller) -> Filter:
    """Return which sessions count, and whose."""
    meant = await of_persons(connection, wanted)
    return meant.filter(adult=caller.may(Permission.LEGACY_READ))


async def period_of(
    wanted: PeriodParameters | TrendingParameters,
    context: Context,
    connection: Connection,
    *,
    usual: Window = Window.MONTH,
) -> Period:
    """Return the period that is meant; it ends with today unless said otherwise.

    Args:
        wanted: when it begins and ends, as far as that is said.
        context: the zone and the present.
        connection: to read when the first play was.
        usual: how long it is where nothing says that.

    Raises:
        InvalidInputError: it ends before it starts, or is too long.
    """
    now, own = context.now(), context.settings.zone
    zone = wanted.zone(own)
    if wanted.window is not None or (wanted.start is None and wanted.end is None):
        return await window_period(connection, wanted.window or usual, now, tz=zone, zone=own)
    tomorrow = first_instant(day_after(day_of(now, zone)), zone)
    end = tomorrow if wanted.end is None else instant(wanted.end, zone)
    # An end at midnight is no part of the period, so that the last of its days is the one before.
    before = last_days(WINDOW_DAYS[usual], end - timedelta.resolution, zone).start
    start = before if wanted.start is None else instant(wanted.start, zone)
    if start >= end:
        field, said = (
            ("start", "is in the future")
            if wanted.end is None
            else ("end", "is not after the start")
        )
        raise invalid([FieldError(field, said)])
    return checked(Period(start, end, zone))


def span_of(wanted: HistoryParameters, context: Context) -> dict[str, datetime]:
    """Return from when (`start`) until before when (`end`) sessions began, as far as that is said.

    Raises:
        InvalidInputError: the end is not after the start.
    """
    zone = wanted.zone(context.settings.zone)
    if wanted.window is not None and wanted.window is not Window.ALL:
        period = last_days(WINDOW_DAYS[wanted.window], context.now(), zone)
        return {"start": period.start, "end": period.end}
    said = {"start": wanted.start, "end": wanted.end}
    span = {name: instant(at, zone) for name, at in said.items() if at is not None}
    if len(span) == len(said) and span["start"] >= span["end"]:
        raise invalid([FieldError("end", "is not after the start")])
    return span


def checked(period: Period, interval: Interval | None = None) -> Period:
    """Return a period that can be answered for.

    Raises:
        InvalidInputError: it is too long, or has too many parts.
    """
    if (field := too_long(period, interval)) is not None:
        raise invalid([FieldError(field, "makes too long an answer: ask for less at once")])
    return period
