"""What is watched most, and what is on the rise."""

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query

from functions.api.asking import asked_by
from functions.api.exporting import FILES, exported
from shared.domain.permissions import Caller, Permission
from shared.domain.statistics.period import WINDOW_DAYS, Window, last_days
from shared.domain.statistics.titles import TitleKind
from shared.http.authentication import Requires
from shared.http.context import Ctx
from shared.http.problems import PROBLEMS
from shared.schemas.statistics import (
    RankingView,
    TrendingView,
    period_view,
    ranking,
    trending_item,
)
from shared.schemas.statistics_query import PopularParameters, TrendingParameters
from shared.services.statistics import trending
from shared.store.database import Connection

router = APIRouter(prefix="/api/v1/analytics", tags=["statistics"], responses=PROBLEMS)

Viewer = Annotated[Caller, Depends(Requires(Permission.STATS_VIEW))]


@router.get("/popular", summary="What is watched by the most people", responses=FILES)
@exported("popular")
async def list_popular(
    wanted: Annotated[PopularParameters, Query()],
    context: Ctx,
    caller: Viewer,
) -> RankingView:
    """Rank items, shows, artists, albums or channels of a period."""

    async def read(connection: Connection) -> RankingView:
        asked = await asked_by(wanted, context, connection, caller)
        rows = await asked.rank(wanted.of, wanted.limit, wanted.order)
        return RankingView(period=period_view(asked.period), data=ranking(rows))

    return await context.database.run(read)


@router.get("/trending", summary="What is on the rise", responses=FILES)
@exported("trending")
async def list_trending(
    wanted: Annotated[TrendingParameters, Query()], context: Ctx, caller: Viewer
) -> TrendingView:
    """Rank items by how far their plays exceed what was to be expected of them."""
    zone = context.settings.zone if wanted.tz is None else ZoneInfo(wanted.tz)
    period = last_days(WINDOW_DAYS[Window(wanted.window)], context.now(), zone)
    counted = wanted.filter(adult=caller.may(Permission.LEGACY_READ))
    found = await context.database.run(
        lambda connection: trending(connection, period, counted, wanted.limit, TitleKind(wanted.of))
    )
    return TrendingView(
        period=period_view(period),
        data=[trending_item(rank, *each) for rank, each in enumerate(found, 1)],
    )
