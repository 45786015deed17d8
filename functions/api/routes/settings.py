"""The settings that are in force."""

from typing import Annotated

from fastapi import APIRouter, Depends

from shared.domain.permissions import Caller, Permission
from shared.http.authentication import Requires
from shared.http.context import Ctx
from shared.http.problems import PROBLEMS
from shared.schemas.pages import Page, whole
from shared.schemas.settings import SettingView, setting_views

router = APIRouter(prefix="/api/v1/admin/settings", tags=["system"], responses=PROBLEMS)


@router.get("", summary="Show the settings that are in force")
async def list_settings(
    context: Ctx, caller: Annotated[Caller, Depends(Requires(Permission.SYSTEM_VIEW))]
) -> Page[SettingView]:
    """Show every setting, and whether environment, file or default gave it; secrets never.

    Settings are read when a function starts: change them there, and start it anew. Rules, channels,
    trusted entries and overrides, which are changed while it runs, have endpoints of their own.
    """
    shows = caller.may(Permission.ADDRESSES_VIEW)
    return whole(setting_views(context.settings, shows_addresses=shows))
