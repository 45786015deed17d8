"""The map: where things play and played, and between which places people are said to be at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from functions.api.persons import of_persons
from shared.domain.case import CaseState
from shared.domain.permissions import Caller, Permission
from shared.domain.rules.rule import RuleMode
from shared.domain.world_map import cells_across
from shared.errors import FieldError
from shared.http.authentication import Requires, demand
from shared.http.context import Ctx
from shared.http.problems import PROBLEMS, invalid
from shared.schemas.pages import MAX_LIMIT
from shared.schemas.world_map import (
    LONGEST,
    MOST_CELLS,
    USUAL,
    MapParameters,
    MapView,
    map_view,
)
from shared.services.judgement import find_case
from shared.services.media_servers import server_places
from shared.store import cases, world_map
from shared.store.database import Connection

router = APIRouter(prefix="/api/v1/analytics", tags=["map"], responses=PROBLEMS)

Viewer = Annotated[Caller, Depends(Requires(Permission.MAP_VIEW))]


@router.get("/map", summary="Show on a map where sessions play or played")
async def get_map(
    wanted: Annotated[MapParameters, Query()], context: Ctx, caller: Viewer
) -> MapView:
    """Return GeoJSON: points that grow together from afar, and lines between the places of cases.

    Who plays on the LAN of a server is where that server is. Lines take
    `analytics.violations.view`. Who may not see addresses gets everything to a tenth of a degree,
    about 11 km.
    """
    exact = caller.may(Permission.ADDRESSES_VIEW)
    period = _period(wanted, context.now())
    if wanted.case_id is not None:
        demand(caller, Permission.VIOLATIONS_VIEW)

    async def read(connection: Connection) -> MapView:
        meant = await of_persons(connection, wanted)
        filters = meant.model_dump(
            include={"live", "user_id", "server_id", "content_type"}, exclude_none=True
        )
        cells = await world_map.list_cells(
            connection,
            {**filters, **period, "adult": caller.may(Permission.LEGACY_READ)},
            servers=await server_places(connection, context.finder),
            cells=cells_across(wanted.zoom),
            box=wanted.box(),
            exact=exact,
            # One more says that there are more, and one is what has no place.
            limit=MOST_CELLS + 2,
        )
        found = await _cases(connection, meant, period, caller)
        return map_view(
            cells,
            found,
            zoom=wanted.zoom,
            exact=exact,
            tiles=context.settings.analytics_map_tiles,
        )

    return await context.database.run(read)


def _period(wanted: MapParameters, now: datetime) -> dict[str, datetime]:
    """Return which time is meant.

    Raises:
        InvalidInputError: it ends before it starts, or is too long.
    """
    end = wanted.end or now
    start = wanted.start or end - USUAL
    if start >= end:
        raise invalid([FieldError("end", "is not after the start")])
    if end - start > LONGEST:
        raise invalid([FieldError("start", f"is more than {LONGEST.days} days before the end")])
    return {"start": start, "end": end}


async def _cases(
    connection: Connection, wanted: MapParameters, period: dict[str, datetime], caller: Caller
) -> Sequence[Any]:
    """Return the cases whose places are joined by lines: one, or those that are open."""
    if wanted.case_id is not None:
        await find_case(connection, wanted.case_id)
        return await cases.list_lines(connection, {"id": wanted.case_id})
    if not wanted.arcs or not caller.may(Permission.VIOLATIONS_VIEW):
        return []
    open_cases = {"state": CaseState.OPEN, "mode": RuleMode.LIVE, "limit": MAX_LIMIT}
    whose = {} if wanted.user_id is None else {"user_id": wanted.user_id}
    when = {} if wanted.live else period
    return await cases.list_lines(connection, {**open_cases, **whose, **when})
