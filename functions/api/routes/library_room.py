"""What takes room in libraries: copies, what nobody plays, and what is worth it."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from functions.api.asking import Asked, period_of
from functions.api.exporting import FILES, exported
from functions.api.lists import Order, page_of
from functions.api.lots import Row, Tell, tell_all, tell_each
from functions.api.shelves import sessions_in, shelves_of
from shared.domain.permissions import Caller, Permission
from shared.domain.statistics.period import Period, Window
from shared.domain.statistics.question import Dimension
from shared.http.authentication import Requires
from shared.http.context import Context, Ctx
from shared.http.pages import BY_SIGHT, BY_SIZE
from shared.http.problems import PROBLEMS
from shared.schemas.library_query import (
    RoiParameters,
    ShelfPageParameters,
    StaleParameters,
    StaleSumParameters,
)
from shared.schemas.pages import Page
from shared.schemas.shelf_lists import (
    DuplicateView,
    RoiRow,
    RoiView,
    ShelfItem,
    StaleSums,
    StaleSumsView,
    duplicate_view,
    roi_row,
    shelf_item,
)
from shared.schemas.statistics import period_view
from shared.store import holdings, shelf_lists, standings
from shared.store.database import Connection
from shared.store.holdings import Shelves

router = APIRouter(prefix="/api/v1/analytics/library", tags=["libraries"], responses=PROBLEMS)

Viewer = Annotated[Caller, Depends(Requires(Permission.LIBRARY_VIEW))]

BY_RECLAIMABLE = Order(BY_SIZE, ("reclaimable_bytes", "id"), ("after_size", "after_id"))
LARGEST_FIRST = Order(BY_SIZE, ("size_bytes", "id"), ("after_size", "after_id"))
LATEST_FIRST = Order(BY_SIGHT, ("added_at", "id"), ("after_at", "after_id"))


@router.get(
    "/storage/duplicates", summary="List what there is more of than needed", responses=FILES
)
@exported("library-duplicates")
async def list_duplicates(
    wanted: Annotated[ShelfPageParameters, Query()], context: Ctx, caller: Viewer
) -> Page[DuplicateView]:
    """List cuts of works with more than one copy, those that give back most first."""
    shelves = await context.database.run(lambda c: shelves_of(wanted, c, caller))

    async def count(connection: Connection, _: dict[str, object]) -> int:
        return (await shelf_lists.sum_duplicates(connection, shelves))["groups"]

    return await page_of(
        context,
        wanted,
        BY_RECLAIMABLE,
        rows=shelf_lists.list_duplicates,
        count=count,
        view=duplicate_view,
        also=shelves.filters(),
    )


@router.get("/storage/stale", summary="List what nobody plays", responses=FILES)
@exported("library-stale")
async def list_stale(
    wanted: Annotated[StaleParameters, Query()], context: Ctx, caller: Viewer
) -> Page[ShelfItem]:
    """List items on disk that were not played for some days, the largest first."""
    shelves = await context.database.run(lambda c: shelves_of(wanted, c, caller))
    before = context.now() - timedelta(days=wanted.days)

    async def count(connection: Connection, _: dict[str, object]) -> int:
        rows = await shelf_lists.sum_stale(connection, shelves, before=before)
        return sum(row["never_played" if wanted.never else "items"] for row in rows)

    return await page_of(
        context,
        wanted,
        LARGEST_FIRST,
        rows=shelf_lists.list_stale,
        count=count,
        view=shelf_item,
        also=shelves.filters() | {"before": before, "never": wanted.never},
    )


@router.get("/storage/stale/sums", summary="Sum up what nobody plays", responses=FILES)
@exported("library-stale-sums")
async def get_stale_sums(
    wanted: Annotated[StaleSumParameters, Query()], context: Ctx, caller: Viewer
) -> StaleSumsView:
    """Say what would be gained if all went that was not played for some days; nothing is deleted."""
    before = context.now() - timedelta(days=wanted.days)

    async def read(connection: Connection) -> StaleSumsView:
        shelves = await shelves_of(wanted, connection, caller)
        return StaleSumsView(
            standings_at=await standings.last_run(connection),
            data=[
                StaleSums.model_validate(row)
                for row in await shelf_lists.sum_stale(connection, shelves, before=before)
            ],
        )

    return await context.database.run(read)


_TELL: Mapping[str, Tell] = {"item": shelf_lists.tell_items, "show": shelf_lists.tell_shows}


async def _find_worth(
    wanted: RoiParameters, connection: Connection, shelves: Shelves, period: Period
) -> list[str]:
    return await shelf_lists.find_worth(
        connection,
        shelves,
        None if wanted.window is Window.ALL else period,
        of=wanted.by,
        worst=wanted.order == "worst",
        limit=wanted.most,
    )


async def _walk_roi(
    wanted: RoiParameters, context: Context, caller: Caller
) -> AsyncGenerator[Sequence[RoiRow]]:
    if wanted.by == "library":
        yield (await _rank_roi(wanted, context, caller)).data
        return

    async def find(connection: Connection) -> list[str]:
        shelves = await shelves_of(wanted, connection, caller)
        period = await period_of(wanted, context, connection)
        return await _find_worth(wanted, connection, shelves, period)

    lots = await context.database.run(find)
    async for rows in tell_each(context, lots, _TELL[wanted.by], roi_row):
        yield rows


@router.get("/storage/roi", summary="Rank by hours watched per GB", responses=FILES)
@exported("library-roi", _walk_roi)
async def get_library_roi(
    wanted: Annotated[RoiParameters, Query()], context: Ctx, caller: Viewer
) -> RoiView:
    """Rank items, shows or libraries by how long they were watched for what they take."""
    return await _rank_roi(wanted, context, caller)


async def _rank_roi(wanted: RoiParameters, context: Context, caller: Caller) -> RoiView:
    async def read(connection: Connection) -> RoiView:
        shelves = await shelves_of(wanted, connection, caller)
        period = await period_of(wanted, context, connection)
        if wanted.by == "library":
            asked = Asked(context, connection, period, sessions_in(shelves))
            rows = await _libraries(asked, shelves, worst=wanted.order == "worst")
        else:
            lots = await _find_worth(wanted, connection, shelves, period)
            rows = await tell_all(connection, lots, _TELL[wanted.by])
        data = [roi_row(row) for row in rows[: wanted.most]]
        return RoiView(period=period_view(period), data=data)

    return await context.database.run(read)


@router.get("/recent", summary="List what came last", responses=FILES)
@exported("library-recent")
async def list_recently_added(
    wanted: Annotated[ShelfPageParameters, Query()], context: Ctx, caller: Viewer
) -> Page[ShelfItem]:
    """List items by when they were added, the latest first."""
    shelves = await context.database.run(lambda c: shelves_of(wanted, c, caller))

    async def count(connection: Connection, _: dict[str, object]) -> int:
        rows = await shelf_lists.sum_standings(connection, shelves)
        return sum(row["items"] for row in rows)

    return await page_of(
        context,
        wanted,
        LATEST_FIRST,
        rows=shelf_lists.list_recent,
        count=count,
        view=shelf_item,
        also=shelves.filters(),
    )


async def _libraries(asked: Asked, shelves: Shelves, *, worst: bool) -> Sequence[Row]:
    """Return libraries by what was watched of them in a period, per what they take now."""
    watched = await asked.keys(Dimension.LIBRARY)
    rows: dict[str, dict[str, Any]] = {}
    for held in await holdings.list_by_library(asked.connection, shelves):
        row = rows.setdefault(
            held["library_id"],
            {
                "id": held["library_id"],
                "library_id": held["library_id"],
                "content_type": None,
                "title": held["name"],
                "show_title": None,
                "size_bytes": 0,
            },
        )
        row["size_bytes"] += held["size_bytes"]
    for library_id, row in rows.items():
        sums = watched.get(library_id)
        row["watched_ms"] = 0 if sums is None else sums.watched_ms
        size = row["size_bytes"]
        row["roi"] = row["watched_ms"] / 3_600_000 / (size / 1e9) if size else None
    known = [row for row in rows.values() if row["roi"] is not None]
    known.sort(key=lambda row: (row["roi"] if worst else -row["roi"], row["id"]))
    return [row | {"rank": rank} for rank, row in enumerate(known, 1)]
