"""Who watched how much: answered from the smallest rollup that has it."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from shared.domain.calendar import month_of
from shared.domain.rules.inactivity import Inactivity
from shared.domain.statistics.heads import Figures, Look, bounds, last_of
from shared.domain.statistics.people import PeopleOrder, PeoplePage, PeopleQuestion
from shared.services import rules
from shared.services.heads import find_head
from shared.store import people_statistics as store
from shared.store.database import Connection
from shared.store.statistics import sum_people

Row = Mapping[str, Any]
Tell = Callable[[Connection, Sequence[UUID]], Awaitable[Sequence[Row]]]

# So many people are added up as fast as some of them are looked for.
FEW_PEOPLE = 2_000

# How many of each month and content type are looked at first, and then may be to settle it; else all
# people are.
DEPTHS = (50, 100, 200, 400, 800, 1_600)

# More people than there can be.
EVERYBODY = 2**31

# What the sums of people can be narrowed by.
_OF_PEOPLE = frozenset({"users", "groups", "content_types"})


async def silent_since(connection: Connection, now: datetime) -> datetime:
    """Return when who is dormant was last active: as the inactivity rule says, or would."""
    silence = await rules.shortest_silence(connection)
    return now - (silence or timedelta(days=Inactivity().inactive_days))


async def page_people(
    connection: Connection,
    question: PeopleQuestion,
    page: PeoplePage,
    zone: ZoneInfo,
    *,
    few: int = FEW_PEOPLE,
    depths: Sequence[int] = DEPTHS,
) -> Sequence[Row]:
    """Return a part of a list of people with what they watched.

    Args:
        connection: to read from.
        question: whom it is about.
        page: which part, one row more than is shown.
        zone: the service's own, whose days are kept.
        few: of up to so many people, all are added up.
        depths: how many of each month and content type are looked at first, and then may be.
    """
    read = await _reading(connection, question, zone)
    found = None
    if (
        _is_head(question, page)
        and read.is_of_sums
        and await store.count_some(connection, few + 1) > few
    ):
        found = await _find_among_heads(read, page, depths)
    if found is None:
        found = await read.find(question, page)
    return await read.tell([user_id for user_id, _ in found]) if found else []


async def find_people(
    connection: Connection, question: PeopleQuestion, zone: ZoneInfo
) -> tuple[Tell, Sequence[UUID]]:
    """Return all people of a list in its order, and what tells of some of them."""
    read = await _reading(connection, question, zone)
    found = await read.find(question, PeoplePage(EVERYBODY))

    async def tell(connection: Connection, some: Sequence[UUID]) -> Sequence[Row]:
        return await replace(read, connection=connection).tell(some)

    return tell, [user_id for user_id, _ in found]


async def count_people(connection: Connection, question: PeopleQuestion, zone: ZoneInfo) -> int:
    """Return how many people a list of them has."""
    return await (await _reading(connection, question, zone)).count()


async def list_most_watching(
    connection: Connection, question: PeopleQuestion, limit: int, zone: ZoneInfo
) -> Sequence[Row]:
    """Return the head of a list of people by watch time; who watched nothing is not among them."""
    rows = await page_people(connection, question, PeoplePage(limit), zone)
    return [row for row in rows if row["watched_ms"] > 0]


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a list of people is read from.

    Attributes:
        days: of the service's zone that are added up.
        given: sums that only sessions tell.
    """

    connection: Connection
    question: PeopleQuestion
    days: tuple[date, date] | None
    given: Sequence[dict[str, Any]]

    @property
    def is_of_sums(self) -> bool:
        """Whether sums are kept of all that is asked for."""
        return self.question.is_of_everything or self.days is not None

    @property
    def months(self) -> tuple[date, date] | None:
        """The first days of the first and the last month that it touches; None of all time."""
        if self.days is None:
            return None
        first, after = self.days
        return month_of(first), month_of(after - timedelta(days=1))

    async def find(self, question: PeopleQuestion, page: PeoplePage) -> list[tuple[UUID, int]]:
        return await store.find_people(
            self.connection, question, page, days=self.days, given=self.given
        )

    async def tell(self, some: Sequence[UUID]) -> Sequence[Row]:
        of_these = _among(self.question, some)
        known = {*some}
        given = [row for row in self.given if row["user_id"] in known]
        return await store.tell_people(self.connection, of_these, days=self.days, given=given)

    async def count(self) -> int:
        return await store.count_people(
            self.connection, self.question, days=self.days, given=self.given
        )


async def _reading(connection: Connection, question: PeopleQuestion, zone: ZoneInfo) -> _Reading:
    days = _days(question, zone)
    if question.is_of_everything or days:
        return _Reading(connection, question, days, ())
    given = await sum_people(connection, question.period, question.filter)
    return _Reading(connection, question, None, given)


def _is_head(question: PeopleQuestion, page: PeoplePage) -> bool:
    """Say whether a page is the first of those who watched most, of all or of some groups."""
    narrowed = question.activity or question.type or question.taste or question.search
    by_time = question.order is PeopleOrder.WATCHED and not question.filter.users
    return by_time and not narrowed and page.after is None and page.offset == 0


async def _find_among_heads(
    read: _Reading, page: PeoplePage, depths: Sequence[int]
) -> list[tuple[UUID, int]] | None:
    """Return who watched most, found among those who did in each month; None if that is not told."""

    async def look(depth: int) -> Look[list[tuple[UUID, int]]] | None:
        heads = await store.list_heads(read.connection, read.question, depth, months=read.months)
        if not heads:
            return None
        among = _among(read.question, {head["user_id"] for head in heads})
        found = await read.find(among, page)
        figures = [(number,) for _, number in found]
        return Look(found, [last_of(figures, page.limit)], _most(heads, [depth])[depth])

    async def tell(depths: Sequence[int]) -> Mapping[int, Sequence[Figures]]:
        heads = await store.list_heads(
            read.connection, read.question, max(depths), months=read.months, ranks=depths
        )
        return _most(heads, depths)

    return await find_head(look, tell, depths)


def _most(heads: Sequence[Row], depths: Sequence[int]) -> dict[int, Sequence[Figures]]:
    most = bounds(((head["rank"], head["watched_ms"]) for head in heads), depths)
    return {depth: [(figure,)] for depth, figure in most.items()}


def _among(question: PeopleQuestion, users: Iterable[UUID]) -> PeopleQuestion:
    """Return the same question about these people only."""
    return replace(question, filter=replace(question.filter, users=tuple(users)))


def _days(question: PeopleQuestion, zone: ZoneInfo) -> tuple[date, date] | None:
    """Return the days of the service's zone that a list is added up from, if it is."""
    if question.is_of_everything or not question.filter.given <= _OF_PEOPLE:
        return None
    return question.period.days_of(zone)
