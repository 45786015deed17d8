"""Libraries: what there is, and how far it has been read."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from functions.api.exporting import FILES, exported
from shared.domain.permissions import Caller, Permission
from shared.http.authentication import Requires
from shared.http.context import Ctx
from shared.http.problems import PROBLEMS
from shared.schemas.exports import Exportable
from shared.schemas.libraries import LibraryView, library_view
from shared.schemas.pages import Page, whole
from shared.store import libraries

router = APIRouter(prefix="/api/v1/analytics/libraries", tags=["libraries"], responses=PROBLEMS)


@router.get("", summary="List the libraries", responses=FILES)
@exported("libraries")
async def list_libraries(
    wanted: Annotated[Exportable, Query()],  # noqa: ARG001  (read by what exports)
    context: Ctx,
    caller: Annotated[Caller, Depends(Requires(Permission.LIBRARY_VIEW))],
) -> Page[LibraryView]:
    """List all libraries by server and name, with what is in them and their latest scan."""
    adult = caller.may(Permission.LEGACY_READ)
    rows = await context.database.run(lambda c: libraries.list_libraries(c, adult=adult))
    return whole([library_view(row) for row in rows])
