"""How the system fared, hour by hour."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from functions.api.exporting import FILES, exported
from shared.domain.permissions import Caller, Permission
from shared.http.authentication import Requires
from shared.http.context import Ctx
from shared.http.problems import PROBLEMS
from shared.schemas.pages import Page, whole
from shared.schemas.system_metrics import HoursParameters, SystemHour, system_hour
from shared.store import system_metrics

router = APIRouter(prefix="/api/v1/admin/analytics", tags=["system"], responses=PROBLEMS)

Viewer = Annotated[Caller, Depends(Requires(Permission.SYSTEM_VIEW))]


@router.get("/system", summary="How the system fared, hour by hour", responses=FILES)
@exported("system")
async def list_system_metrics(
    wanted: Annotated[HoursParameters, Query()], context: Ctx, _: Viewer
) -> Page[SystemHour]:
    """List hours, earliest first; those in which nothing was sampled are left out."""
    after = context.now() - timedelta(hours=wanted.hours)
    rows = await context.database.run(
        lambda connection: system_metrics.list_hours(connection, after=after)
    )
    return whole([system_hour(row) for row in rows])
