"""What is watched most, and what is on the rise."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from functions.api.asking import asked_by
from shared.domain.permissions import Caller, Permission
from shared.http.authentication import Requires
from shared.http.context import Ctx
from shared.http.problems import PROBLEMS
from shared.schemas.statistics import RankingView, period_view, ranking
from shared.schemas.statistics_query import PopularParameters
from shared.store.database import Connection

router = APIRouter(prefix="/api/v1/analytics", tags=["statistics"], responses=PROBLEMS)


@router.get("/popular", summary="What is watched by the most people")
async def list_popular(
    wanted: Annotated[PopularParameters, Query()],
    context: Ctx,
    caller: Annotated[Caller, Depends(Requires(Permission.STATS_VIEW))],
) -> RankingView:
    """Rank items, shows, artists, albums or channels of a period."""

    async def read(connection: Connection) -> RankingView:
        asked = await asked_by(wanted, context, connection, caller)
        rows = await asked.rank(wanted.of, wanted.limit, wanted.order)
        return RankingView(period=period_view(asked.period), data=ranking(rows))

    return await context.database.run(read)
