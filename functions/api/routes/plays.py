"""Plays: sessions chained into what a person would call watching something once."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from functions.api.asking import span_of
from functions.api.exporting import FILES, exported
from functions.api.watched import page_of_watched
from shared.domain.permissions import Caller, Permission
from shared.http.authentication import Requires
from shared.http.context import Ctx
from shared.http.problems import PROBLEMS
from shared.schemas.filters import SessionFilters
from shared.schemas.pages import Page
from shared.schemas.plays import ListedPlay, play_view
from shared.services.session_lists import count_plays
from shared.services.session_lists import list_plays as read_plays

router = APIRouter(prefix="/api/v1/analytics/plays", tags=["sessions"], responses=PROBLEMS)

Viewer = Annotated[Caller, Depends(Requires(Permission.SESSIONS_VIEW))]


@router.get("", summary="List plays", responses=FILES)
@exported("plays")
async def list_plays(
    wanted: Annotated[SessionFilters, Query()], context: Ctx, caller: Viewer
) -> Page[ListedPlay]:
    """List plays: sessions that went on, within a day, with what the one before left off.

    Filters are those of sessions. A play is listed once, where the first of its sessions that they
    let through began, and its times are those of the sessions that they let through. A chain that
    is too short to count as a play in statistics is listed, too.
    """
    shows_addresses = caller.may(Permission.ADDRESSES_VIEW)
    return await page_of_watched(
        context,
        caller,
        wanted,
        rows=read_plays,
        count=count_plays,
        view=lambda row: play_view(row, shows_addresses=shows_addresses),
        **span_of(wanted, context),
    )
