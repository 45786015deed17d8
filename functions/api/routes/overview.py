"""The service at a glance, for those who run it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from functions.api.asking import Asked, asked_by
from functions.api.exporting import FILES, exported
from shared.domain.permissions import Caller, Permission
from shared.domain.statistics.question import Dimension
from shared.http.authentication import Requires
from shared.http.context import Ctx
from shared.http.problems import PROBLEMS
from shared.schemas.statistics import (
    Figures,
    OverviewView,
    PeopleView,
    figures,
    groups,
    people_of_all_time,
    people_of_period,
    period_view,
    ranking,
    total_of,
)
from shared.schemas.statistics_query import FilterParameters, PeopleParameters
from shared.store import statistics as store
from shared.store.database import Connection

TOP = 10

router = APIRouter(prefix="/api/v1/admin/analytics", tags=["statistics"], responses=PROBLEMS)

Viewer = Annotated[Caller, Depends(Requires(Permission.STATS_VIEW))]


@router.get("/overview", summary="What was watched, by whom and on what")
async def get_overview(
    wanted: Annotated[FilterParameters, Query()], context: Ctx, caller: Viewer
) -> OverviewView:
    """Sum up a period, with the items, shows, people, platforms and libraries at its head."""

    async def read(connection: Connection) -> OverviewView:
        asked = await asked_by(wanted, context, connection, caller)
        by_type = await asked.keys(Dimension.CONTENT_TYPE)
        return OverviewView(
            period=period_view(asked.period),
            total=Figures(**figures(total_of(by_type.values()))),
            content_types=groups(by_type),
            platforms=groups(await asked.keys(Dimension.PLATFORM))[:TOP],
            libraries=groups(await asked.keys(Dimension.LIBRARY))[:TOP],
            users=(await _people(asked, TOP)).data,
            items=ranking(await asked.rank("item", TOP)),
            shows=ranking(await asked.rank("show", TOP)),
        )

    return await context.database.run(read)


@router.get("/users", summary="People by what they watched", responses=FILES)
@exported("people")
async def list_people(
    wanted: Annotated[PeopleParameters, Query()], context: Ctx, caller: Viewer
) -> PeopleView:
    """List those who watched most in a period."""

    async def read(connection: Connection) -> PeopleView:
        return await _people(await asked_by(wanted, context, connection, caller), wanted.limit)

    return await context.database.run(read)


async def _people(asked: Asked, limit: int) -> PeopleView:
    """Return the most active people: of all time from their sums, else from their sessions."""
    if asked.is_of_everything:
        rows = await store.list_users(asked.connection, adult=asked.filter.adult, limit=limit)
        people = people_of_all_time(rows)
    else:
        found = await asked.keys(Dimension.USER)
        sums = sorted(
            ((UUID(key), sums) for key, sums in found.items() if key is not None),
            key=lambda pair: (-pair[1].watched_ms, pair[0]),
        )[:limit]
        names = await store.list_names(asked.connection, (user_id for user_id, _ in sums))
        people = people_of_period(sums, names)
    return PeopleView(period=period_view(asked.period), data=people)
