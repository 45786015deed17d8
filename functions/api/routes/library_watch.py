"""How libraries are watched: how far, when, in a row, and what most and least."""

from collections.abc import AsyncGenerator, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from functions.api.asking import Asked, period_of
from functions.api.exporting import FILES, exported
from functions.api.lists import latest_first, page_of
from functions.api.lots import tell_all, tell_each
from functions.api.shelves import sessions_in, shelves_of
from shared.domain.permissions import Caller, Permission
from shared.domain.statistics.period import Interval, Period
from shared.domain.statistics.question import Dimension
from shared.http.authentication import Requires
from shared.http.context import Context, Ctx
from shared.http.problems import PROBLEMS
from shared.schemas.library_query import (
    BingeParameters,
    LibraryPeriodParameters,
    WatchedItemsParameters,
)
from shared.schemas.library_watch import (
    BingeView,
    WatchedItem,
    WatchedItemsView,
    WatchView,
    binge_sums,
    binge_view,
    hours,
    watched_item,
    weekdays,
)
from shared.schemas.media import EngagementView
from shared.schemas.pages import Page
from shared.schemas.statistics import (
    Figures,
    SeriesPoint,
    cells,
    figures,
    groups,
    period_view,
    total_of,
)
from shared.store import shelf_lists, watching
from shared.store.database import Connection
from shared.store.holdings import Shelves

router = APIRouter(prefix="/api/v1/analytics/library/watch", tags=["libraries"], responses=PROBLEMS)

Viewer = Annotated[Caller, Depends(Requires(Permission.STATS_VIEW))]


@router.get("", summary="How libraries are watched", responses=FILES)
@exported("library-watch")
async def get_library_watch(
    wanted: Annotated[LibraryPeriodParameters, Query()], context: Ctx, caller: Viewer
) -> WatchView:
    """Sum up completion, how far plays came, months, weekdays and hours of the zone, and binges."""

    async def read(connection: Connection) -> WatchView:
        shelves = await shelves_of(wanted, connection, caller)
        period = await period_of(wanted, context, connection)
        asked = Asked(context, connection, period, sessions_in(shelves))
        types = await asked.keys(Dimension.CONTENT_TYPE)
        clock = await asked.clock()
        return WatchView(
            period=period_view(period),
            total=Figures(**figures(total_of(types.values()))),
            content_types=groups(types),
            months=[
                SeriesPoint(
                    start=part.start.astimezone(period.zone), key=None, **figures(part.sums)
                )
                for part in await asked.parts(interval=Interval.MONTH)
            ],
            weekdays=weekdays(clock),
            hours=hours(clock),
            engagement=await _engagement(asked, shelves),
            binges=binge_sums(
                await watching.sum_binges(
                    connection, _during(period) | shelves.filters_of_sessions()
                )
            ),
            data=cells(clock),
        )

    return await context.database.run(read)


@router.get("/binges", summary="List binges", responses=FILES)
@exported("library-binges")
async def list_library_binges(
    wanted: Annotated[BingeParameters, Query()], context: Ctx, caller: Viewer
) -> Page[BingeView]:
    """List where somebody watched three episodes of a show in a row or more, the latest first."""

    async def narrow(connection: Connection) -> dict[str, object]:
        shelves = await shelves_of(wanted, connection, caller)
        return _during(await period_of(wanted, context, connection)) | shelves.filters_of_sessions()

    also = await context.database.run(narrow)

    async def count(connection: Connection, _: dict[str, object]) -> int:
        return (await watching.sum_binges(connection, also))["binges"]

    return await page_of(
        context,
        wanted,
        latest_first("started_at"),
        rows=watching.list_binges,
        count=count,
        view=binge_view,
        also=also,
    )


async def _find_items(
    wanted: WatchedItemsParameters, connection: Connection, caller: Caller
) -> list[str]:
    shelves = await shelves_of(wanted, connection, caller)
    least = wanted.order == "least"
    return await shelf_lists.find_watched(connection, shelves, least=least, limit=wanted.most)


async def _walk_items(
    wanted: WatchedItemsParameters, context: Context, caller: Caller
) -> AsyncGenerator[Sequence[WatchedItem]]:
    lots = await context.database.run(lambda c: _find_items(wanted, c, caller))
    async for rows in tell_each(context, lots, shelf_lists.tell_items, watched_item):
        yield rows


@router.get("/items", summary="List what is watched most and least", responses=FILES)
@exported("library-watched", _walk_items)
async def list_watched_items(
    wanted: Annotated[WatchedItemsParameters, Query()], context: Ctx, caller: Viewer
) -> WatchedItemsView:
    """Rank items that are there by how long their works were ever watched."""

    async def read(connection: Connection) -> WatchedItemsView:
        lots = await _find_items(wanted, connection, caller)
        rows = await tell_all(connection, lots, shelf_lists.tell_items)
        return WatchedItemsView(data=[watched_item(row) for row in rows])

    return await context.database.run(read)


async def _engagement(asked: Asked, shelves: Shelves) -> EngagementView:
    connection, period = asked.connection, asked.period
    days = period.days_of(asked.context.settings.zone)
    found = await watching.count_engagement(connection, period, shelves, days=days)
    rewatched_by = await watching.count_rewatching(connection, period, shelves)
    return EngagementView(**found, rewatched_by=rewatched_by)


def _during(period: Period) -> dict[str, object]:
    return {"start": period.start, "end": period.end}
