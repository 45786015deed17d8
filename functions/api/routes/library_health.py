"""What is amiss with libraries: items without metadata or files, and files without items."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Query

from functions.api.exporting import FILES, exported
from functions.api.shelves import shelves_of
from shared.domain.permissions import Caller, Permission
from shared.http.authentication import Requires
from shared.http.context import Context, Ctx
from shared.http.pages import BY_NAME, page_info
from shared.http.problems import PROBLEMS
from shared.schemas.library_query import ShelfCursorParameters, ShelfParameters
from shared.schemas.pages import Page
from shared.schemas.shelf_lists import (
    HealthView,
    LackingItem,
    LibraryHealth,
    OrphanedFile,
    ShelfItem,
    lacking_item,
    orphaned_file,
    shelf_item,
)
from shared.store import shelf_lists, standings
from shared.store.database import Connection

router = APIRouter(
    prefix="/api/v1/analytics/library/health", tags=["libraries"], responses=PROBLEMS
)

Viewer = Annotated[Caller, Depends(Requires(Permission.LIBRARY_VIEW))]
View = TypeVar("View")
Rows = Callable[[Connection, Mapping[str, object]], Awaitable[Sequence[dict[str, Any]]]]


@router.get("", summary="Count what is amiss with libraries", responses=FILES)
@exported("library-health")
async def get_library_health(
    wanted: Annotated[ShelfParameters, Query()], context: Ctx, caller: Viewer
) -> HealthView:
    """Count items without metadata, items without files, and files without items."""

    async def read(connection: Connection) -> HealthView:
        shelves = await shelves_of(wanted, connection, caller)
        rows = await shelf_lists.sum_standings(connection, shelves)
        orphans = await shelf_lists.count_orphans(connection, shelves)
        return HealthView(
            standings_at=await standings.last_run(connection),
            items=sum(row["items"] for row in rows),
            lacking_metadata=sum(row["lacking_metadata"] for row in rows),
            without_files=sum(row["without_files"] for row in rows),
            orphaned_files=orphans["files"],
            orphaned_bytes=orphans["size_bytes"],
            data=[LibraryHealth.model_validate(row, extra="ignore") for row in rows],
        )

    return await context.database.run(read)


@router.get("/lacking-metadata", summary="List items without metadata", responses=FILES)
@exported("library-lacking-metadata")
async def list_lacking_metadata(
    wanted: Annotated[ShelfCursorParameters, Query()], context: Ctx, caller: Viewer
) -> Page[LackingItem]:
    """List items of which something is not known that should be."""
    return await _page(context, wanted, caller, shelf_lists.list_lacking, lacking_item)


@router.get("/without-files", summary="List items without files", responses=FILES)
@exported("library-without-files")
async def list_items_without_files(
    wanted: Annotated[ShelfCursorParameters, Query()], context: Ctx, caller: Viewer
) -> Page[ShelfItem]:
    """List items that can be played but have no file."""
    return await _page(context, wanted, caller, shelf_lists.list_without_files, shelf_item)


@router.get("/orphaned-files", summary="List files without items", responses=FILES)
@exported("library-orphaned-files")
async def list_orphaned_files(
    wanted: Annotated[ShelfCursorParameters, Query()], context: Ctx, caller: Viewer
) -> Page[OrphanedFile]:
    """List files whose item is gone and whose path no other item has."""
    return await _page(context, wanted, caller, shelf_lists.list_orphans, orphaned_file)


async def _page(
    context: Context,
    wanted: ShelfCursorParameters,
    caller: Caller,
    rows: Rows,
    view: Callable[[Mapping[str, Any]], View],
) -> Page[View]:
    after = BY_NAME.read(wanted)

    async def read(connection: Connection) -> Sequence[dict[str, Any]]:
        shelves = await shelves_of(wanted, connection, caller)
        return await rows(
            connection, shelves.filters() | {"after_id": after, "limit": wanted.limit + 1}
        )

    found = await context.database.run(read)
    return Page(
        data=[view(row) for row in found[: wanted.limit]],
        page=page_info(found, wanted, end=lambda row: BY_NAME.write(row["id"])),
    )
