"""Whose day, week, month or year is summed up, and what is to be known of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from shared.domain.calendar import day_of
from shared.domain.statistics.favourites import by_artist, by_genre, by_item, by_show
from shared.domain.statistics.people import Activity, PeoplePage, PeopleQuestion
from shared.domain.statistics.period import Interval, Period
from shared.domain.statistics.question import Dimension, Filter, Question
from shared.domain.statistics.summary import Span
from shared.domain.statistics.sums import ALL_STREAMS, Sums
from shared.domain.statistics.titles import Order, TitleKind
from shared.schemas.people_statistics import person_figures
from shared.schemas.statistics import (
    Group,
    RankedItem,
    favourites,
    genre_figures,
    groups,
    ranking,
    total_of,
)
from shared.schemas.summaries import Audience, DeviceFigures, Favourites, PeakView, PlayView
from shared.services.people_statistics import count_people, page_people, silent_since
from shared.services.rankings import rank
from shared.services.statistics import Part, answer
from shared.store import statistics, summaries
from shared.store.database import Connection
from shared.store.favourites import list_items

TOP = 10


@dataclass(frozen=True, slots=True)
class Subject:
    """A person's time, or everybody's.

    Attributes:
        user_id: whose; None: everybody's.
        zone: the service's own, whose days are kept.
        now: until when people are known.
    """

    connection: Connection
    user_id: UUID | None
    span: Span
    period: Period
    zone: ZoneInfo
    now: datetime

    async def parts(
        self, by: Dimension | None = None, interval: Interval | None = None
    ) -> list[Part]:
        """Return sums of the period by time and key."""
        question = Question(self.period, self._filter, interval, by)
        return await answer(self.connection, question, self.zone)

    async def groups(self, by: Dimension) -> list[Group]:
        """Return the first keys by watch time."""
        return groups({part.key: part.sums for part in await self.parts(by)})[:TOP]

    async def total_before(self) -> Sums:
        """Return the sums of the day, week, month or year before."""
        tz = self.period.zone
        before = self.span.period(self.span.before(day_of(self.period.start, tz)), tz)
        found = await answer(self.connection, Question(before, self._filter), self.zone)
        return total_of(part.sums for part in found)

    async def clock(self) -> dict[tuple[int, int], int]:
        """Return the milliseconds watched by weekday (1 is Monday) and hour."""
        if self.user_id is None:
            rows = await statistics.sum_clock(self.connection, self.period, self._filter)
        else:
            rows = await summaries.sum_clock(self.connection, self.period, self.user_id)
        return {(row["weekday"], row["hour"]): row["watched_ms"] for row in rows}

    async def ends(self) -> list[PlayView]:
        """Return the first and the last play; none, if nothing was played."""
        rows = await summaries.find_ends(self.connection, self.period, self.user_id)
        return [PlayView.model_validate(self._by_the_clock(row, "started_at")) for row in rows]

    async def favourites(self) -> Favourites:
        """Return what was watched most."""
        items = await list_items(self.connection, self.period, self._filter)
        genres = genre_figures(by_genre(items)[:TOP])
        if self.user_id is None:
            return Favourites(
                items=await self._popular(TitleKind.ITEM),
                shows=await self._popular(TitleKind.SHOW),
                artists=await self._popular(TitleKind.ARTIST),
                genres=genres,
            )
        return Favourites(
            items=favourites(by_item(items)[:TOP]),
            shows=favourites(by_show(items)[:TOP]),
            artists=favourites(by_artist(items)[:TOP]),
            genres=genres,
        )

    async def devices(self) -> list[DeviceFigures]:
        """Return a person's devices by watch time; of everybody's none."""
        if self.user_id is None:
            return []
        names = await summaries.list_device_names(self.connection, self.user_id)
        return [
            DeviceFigures(
                device_id=group.key,
                name=None if group.key is None else names.get(group.key),
                sessions=group.sessions,
                plays=group.plays,
                watched_seconds=group.watched_seconds,
            )
            for group in await self.groups(Dimension.DEVICE)
        ]

    async def audience(self) -> Audience | None:
        """Return who was there, of everybody's time, those who watched most first."""
        if self.user_id is not None:
            return None
        question = PeopleQuestion(
            self.period,
            self._filter,
            await silent_since(self.connection, self.now),
            self.now,
            activity=Activity.ACTIVE,
        )
        rows = await page_people(self.connection, question, PeoplePage(TOP), self.zone)
        return Audience(
            active=await count_people(self.connection, question, self.zone),
            new=await summaries.count_new_people(self.connection, self.period),
            top=[person_figures(row) for row in rows],
        )

    async def peak(self) -> PeakView | None:
        """Return the most streams at once, of everybody's time."""
        if self.user_id is not None:
            return None
        rows = await statistics.list_peaks(self.connection, self.period, None, self._filter)
        for row in rows:
            if row["stream_type"] == ALL_STREAMS:
                told = self._by_the_clock(row, "at")
                return PeakView(streams=told["peak"], at=told["at"])
        return None

    @property
    def _filter(self) -> Filter:
        """Whose sessions count; adult content does not."""
        return Filter(users=() if self.user_id is None else (self.user_id,))

    async def _popular(self, of: TitleKind) -> list[RankedItem]:
        return ranking(
            await rank(
                self.connection,
                self.period,
                self._filter,
                of=of,
                order=Order.POPULAR,
                limit=TOP,
            )
        )

    def _by_the_clock(self, row: Mapping[str, Any], name: str) -> dict[str, Any]:
        return {**row, name: row[name].astimezone(self.period.zone)}
