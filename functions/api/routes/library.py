"""What libraries hold: how much, of what quality, and what is to come."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from functions.api.exporting import FILES, exported
from functions.api.shelves import held_period, last_days_of_parts, shelves_of
from shared.domain.calendar import day_of
from shared.domain.holdings import total
from shared.domain.permissions import Caller, Permission
from shared.domain.statistics.period import Period
from shared.http.authentication import Requires
from shared.http.context import Context, Ctx
from shared.http.problems import PROBLEMS
from shared.schemas.library_query import (
    GrowthParameters,
    QualityParameters,
    ShelfParameters,
)
from shared.schemas.library_statistics import (
    HeldView,
    LibraryOverview,
    QualityView,
    StorageView,
    forecast_view,
    growth,
    held,
    held_by_library,
    held_by_type,
    qualities,
)
from shared.schemas.statistics import period_view
from shared.services.holdings import foresee, held_by_day
from shared.store import holdings, shelf_lists, standings
from shared.store.database import Connection

router = APIRouter(prefix="/api/v1/analytics/library", tags=["libraries"], responses=PROBLEMS)

Viewer = Annotated[Caller, Depends(Requires(Permission.LIBRARY_VIEW))]


@router.get("/overview", summary="What libraries hold, and how that grew", responses=FILES)
@exported("library-overview")
async def get_library_overview(
    wanted: Annotated[GrowthParameters, Query()], context: Ctx, caller: Viewer
) -> LibraryOverview:
    """Count items, files and bytes by content type at the end of each part of a period."""

    async def read(connection: Connection) -> LibraryOverview:
        shelves = await shelves_of(wanted, connection, caller)
        period = await held_period(wanted, shelves, context, connection)
        days = _last_days(period, wanted, context)
        known = await held_by_day(connection, shelves, days, by="content_type")
        now = known[days[-1]] if len(days) > 1 else {}
        return LibraryOverview(
            period=period_view(period),
            total=HeldView(**held(total(now.values()))),
            content_types=held_by_type(now),
            libraries=held_by_library(await holdings.list_by_library(connection, shelves)),
            data=growth(known),
        )

    return await context.database.run(read)


@router.get("/quality", summary="What files are like, and how that changed", responses=FILES)
@exported("library-quality")
async def get_library_quality(
    wanted: Annotated[QualityParameters, Query()], context: Ctx, caller: Viewer
) -> QualityView:
    """Count files by resolution, codec, dynamic range, audio or container."""

    async def read(connection: Connection) -> QualityView:
        shelves = await shelves_of(wanted, connection, caller)
        period = await held_period(wanted, shelves, context, connection)
        _, *days = _last_days(period, wanted, context)
        known = await held_by_day(connection, shelves, days, by="value", of=wanted.by)
        return QualityView(period=period_view(period), by=wanted.by, data=qualities(known))

    return await context.database.run(read)


@router.get("/storage", summary="How much room libraries take, and will take", responses=FILES)
@exported("library-storage")
async def get_library_storage(
    wanted: Annotated[ShelfParameters, Query()], context: Ctx, caller: Viewer
) -> StorageView:
    """Say how many bytes there are, and will be in 30, 90 and 365 days, eight times in ten."""
    now, zone = context.now(), context.settings.zone
    today = day_of(now, zone)

    async def read(connection: Connection) -> StorageView:
        shelves = await shelves_of(wanted, connection, caller)
        there = (await held_by_day(connection, shelves, [today], by="content_type"))[today]
        stood = await shelf_lists.sum_standings(connection, shelves)
        copies = await shelf_lists.sum_duplicates(connection, shelves)
        return StorageView(
            standings_at=await standings.last_run(connection),
            duplicates=copies["groups"],
            reclaimable_bytes=copies["reclaimable_bytes"],
            stale_items=sum(row["stale_items"] for row in stood),
            stale_bytes=sum(row["stale_bytes"] for row in stood),
            total=HeldView(**held(total(there.values()))),
            content_types=held_by_type(there),
            data=[forecast_view(each) for each in await foresee(connection, shelves, now, zone)],
        )

    return await context.database.run(read)


def _last_days(period: Period, wanted: GrowthParameters, context: Context) -> list[date]:
    return last_days_of_parts(period, wanted.interval, context.now(), context.settings.zone)
