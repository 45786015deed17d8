"""What is watched most, and what is on the rise."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from functions.api.asking import asked_by, filter_of, period_of
from functions.api.exporting import FILES, exported
from shared.domain.permissions import Caller, Permission
from shared.domain.statistics.period import Window
from shared.domain.statistics.titles import TitleKind
from shared.errors import FieldError
from shared.http.authentication import Requires
from shared.http.context import Ctx
from shared.http.problems import PROBLEMS, invalid
from shared.schemas.statistics import (
    RankingView,
    TrendingView,
    period_view,
    popular,
    trending_item,
)
from shared.schemas.statistics_query import PopularParameters, TrendingParameters
from shared.store.database import Connection
from shared.store.statistics import list_rising

# A month, a day of which may have 25 hours; with the four before it, it is read from single sessions.
LONGEST_RISE = timedelta(days=31, hours=1)

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
        return RankingView(period=period_view(asked.period), data=popular(rows))

    return await context.database.run(read)


@router.get("/trending", summary="What is on the rise", responses=FILES)
@exported("trending")
async def list_trending(
    wanted: Annotated[TrendingParameters, Query()], context: Ctx, caller: Viewer
) -> TrendingView:
    """Rank items by how far their plays exceed what was to be expected of them."""

    async def read(connection: Connection) -> TrendingView:
        period = await period_of(wanted, context, connection, usual=Window.WEEK)
        if period.end - period.start > LONGEST_RISE:
            raise invalid([FieldError("start", "is more than 31 days before the end")])
        counted = await filter_of(wanted, connection, caller)
        of = TitleKind(wanted.of)
        rows = await list_rising(connection, period, counted, of, wanted.limit)
        return TrendingView(
            period=period_view(period),
            data=[trending_item(rank, row) for rank, row in enumerate(rows, 1)],
        )

    return await context.database.run(read)
