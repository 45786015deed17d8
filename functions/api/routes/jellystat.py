"""What programs made for Jellystat read: how much was played of what kind."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from functions.api.asking import Asked
from shared.domain.permissions import Caller, Permission
from shared.domain.statistics.period import last_days
from shared.domain.statistics.question import Dimension, Filter
from shared.http.authentication import RequiresKeyFrom
from shared.http.context import Ctx
from shared.http.problems import PROBLEMS
from shared.schemas.jellystat import ViewParameters, Views, views_of
from shared.store.database import Connection

router = APIRouter(prefix="/stats", tags=["integrations"], responses=PROBLEMS)


def _token(request: Request) -> str | None:
    return request.headers.get("X-API-Token")


@router.get("/getViewsByLibraryType", summary="Plays by kind, for readers of Jellystat")
async def count_views_by_library_type(
    wanted: Annotated[ViewParameters, Query()],
    context: Ctx,
    caller: Annotated[Caller, Depends(RequiresKeyFrom(_token, Permission.STATS_VIEW))],
) -> Views:
    """Count the plays of some days by tracks, films, episodes and all else."""

    async def read(connection: Connection) -> Views:
        period = last_days(wanted.days, context.now(), context.settings.zone)
        counted = Filter(adult=caller.may(Permission.LEGACY_READ))
        asked = Asked(context, connection, period, counted)
        return views_of(await asked.keys(Dimension.CONTENT_TYPE))

    return await context.database.run(read)
