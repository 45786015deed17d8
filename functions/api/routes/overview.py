"""The service at a glance, for those who run it."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Mapping, Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from functions.api.asking import Asked, asked_by
from functions.api.exporting import FILES, exported
from shared.domain.permissions import Caller, Permission
from shared.domain.statistics.people import PeoplePage, PeopleQuestion
from shared.domain.statistics.period import Period
from shared.domain.statistics.question import Dimension
from shared.domain.statistics.sums import Sums
from shared.domain.statistics.titles import TitleKind
from shared.http.authentication import Requires
from shared.http.context import Context, Ctx
from shared.http.pages import BY_FIGURE, page_info
from shared.http.problems import PROBLEMS
from shared.schemas.pages import MAX_LIMIT
from shared.schemas.people_statistics import OverviewView, PeopleView, PersonFigures, person_figures
from shared.schemas.statistics import Figures, figures, groups, period_view, ranking, total_of
from shared.schemas.statistics_query import FilterParameters, PeopleParameters
from shared.services.people_statistics import (
    Row,
    Tell,
    count_people,
    find_people,
    list_most_watching,
    page_people,
    silent_since,
)
from shared.store.database import Connection

TOP = 10

router = APIRouter(prefix="/api/v1/admin/analytics", tags=["statistics"], responses=PROBLEMS)

Keys = Mapping[Dimension, Mapping[str | None, Sums]]
Viewer = Annotated[Caller, Depends(Requires(Permission.STATS_VIEW))]


@router.get("/overview", summary="What was watched, by whom and on what")
async def get_overview(
    wanted: Annotated[FilterParameters, Query()], context: Ctx, caller: Viewer
) -> OverviewView:
    """Sum up a period, with the items, shows, people, platforms and libraries at its head."""

    async def sum_up(connection: Connection) -> tuple[Period, Keys, Sequence[Row]]:
        asked = await asked_by(wanted, context, connection, caller)
        told = await asked.keys_of(Dimension.CONTENT_TYPE, Dimension.PLATFORM, Dimension.LIBRARY)
        question = await _question(asked, PeopleParameters())
        zone = context.settings.zone
        return asked.period, told, await list_most_watching(connection, question, TOP, zone)

    def first(of: TitleKind) -> Awaitable[Sequence[Row]]:
        async def rank(connection: Connection) -> Sequence[Row]:
            return await (await asked_by(wanted, context, connection, caller)).rank(of, TOP)

        return context.database.run(rank)

    # Three questions that take about as long, each by a connection of its own.
    (period, told, people), items, shows = await asyncio.gather(
        context.database.run(sum_up), first(TitleKind.ITEM), first(TitleKind.SHOW)
    )
    return OverviewView(
        period=period_view(period),
        total=Figures(**figures(total_of(told[Dimension.CONTENT_TYPE].values()))),
        content_types=groups(told[Dimension.CONTENT_TYPE]),
        platforms=groups(told[Dimension.PLATFORM])[:TOP],
        libraries=groups(told[Dimension.LIBRARY])[:TOP],
        users=[person_figures(row) for row in people],
        items=ranking(items),
        shows=ranking(shows),
    )


async def _walk_people(
    wanted: PeopleParameters, context: Context, caller: Caller
) -> AsyncGenerator[Sequence[PersonFigures]]:
    async def find(connection: Connection) -> tuple[Tell, Sequence[UUID]]:
        asked = await asked_by(wanted, context, connection, caller)
        question = await _question(asked, wanted)
        return await find_people(connection, question, context.settings.zone)

    tell, people = await context.database.run(find)

    async def told(some: Sequence[UUID]) -> Sequence[Row]:
        return await context.database.run_freely(lambda connection: tell(connection, some))

    for start in range(0, len(people), MAX_LIMIT):
        yield [person_figures(row) for row in await told(people[start : start + MAX_LIMIT])]


@router.get("/users", summary="People by what they watched", responses=FILES)
@exported("people", _walk_people)
async def list_people(
    wanted: Annotated[PeopleParameters, Query()], context: Ctx, caller: Viewer
) -> PeopleView:
    """List people with what they watched in a period, also those who watched nothing.

    Each is told to be active in the period or not, dormant by now or not, a heavy, regular or light
    viewer, and what they like most.
    """
    after = BY_FIGURE.read(wanted)

    async def read(connection: Connection) -> PeopleView:
        asked = await asked_by(wanted, context, connection, caller)
        question = await _question(asked, wanted)
        page = PeoplePage(wanted.limit + 1, wanted.offset, after)
        zone = context.settings.zone
        rows = await page_people(connection, question, page, zone)
        total = await count_people(connection, question, zone) if wanted.total else None
        return PeopleView(
            period=period_view(asked.period),
            data=[person_figures(row) for row in rows[: wanted.limit]],
            page=page_info(rows, wanted, end=_position, total=total),
        )

    return await context.database.run(read)


async def _question(asked: Asked, wanted: PeopleParameters) -> PeopleQuestion:
    now = asked.context.now()
    return PeopleQuestion(
        asked.period,
        asked.filter,
        await silent_since(asked.connection, now),
        now,
        order=wanted.order,
        activity=wanted.activity,
        type=wanted.type,
        taste=wanted.taste,
        search=wanted.search,
        archived=wanted.archived,
        is_of_everything=asked.is_of_everything,
    )


def _position(row: Row) -> str:
    return BY_FIGURE.write((row["number"], row["label"], row["user_id"]))
