"""What plays now, as a page for a frame in somebody's own page."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from functions.api.browsers import page_headers
from shared.domain.permissions import EMBEDDED, Caller, Permission
from shared.errors import ForbiddenError
from shared.http.authentication import RequiresKeyFrom, demand
from shared.http.context import Ctx
from shared.http.problems import PROBLEMS
from shared.schemas.now_playing import NowPlayingParameters, page, security_policy
from shared.store import session_lists
from shared.store.database import Connection

router = APIRouter(prefix="/embed", tags=["integrations"], responses=PROBLEMS)


def _token(request: Request) -> str | None:
    return request.query_params.get("token")


@router.get("/now-playing", summary="What plays now, for a frame", response_class=HTMLResponse)
async def show_now_playing(
    wanted: Annotated[NowPlayingParameters, Query()],
    context: Ctx,
    caller: Annotated[Caller, Depends(RequiresKeyFrom(_token, Permission.EMBED_VIEW))],
) -> HTMLResponse:
    """Show what plays, the newest first, and load anew by itself; no script, no adult content.

    Whoever sees the page that frames it can read the token. One that permits more than this page
    is refused, so that none is given away there by mistake.
    """
    if wanted.token is not None and not caller.permissions <= EMBEDDED:
        raise ForbiddenError(
            f"{caller.name} permits more than this page: make a key for it alone.",
            code="token_permits_more",
        )
    if wanted.names:
        demand(caller, Permission.EMBED_NAMES)

    async def read(connection: Connection) -> str:
        filters = {"active": True, "adult": False, "limit": wanted.limit}
        rows = await session_lists.list_rows(connection, filters)
        counted = await session_lists.count_active(connection, adult=False)
        return page(rows, sum(row["streams"] for row in counted), wanted)

    ancestors = context.settings.analytics_embed_frame_ancestors
    return HTMLResponse(
        await context.database.run(read),
        headers=page_headers(security_policy(ancestors), cache="no-store")
        | {"X-Robots-Tag": "noindex"},
    )
