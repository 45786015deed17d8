"""The jobs of cleanup. Each answers with what it counted."""

from fastapi import APIRouter, Depends

from shared.http.callers import CallerOf, ScheduleTime
from shared.http.context import Ctx
from shared.http.problems import PROBLEMS
from shared.services.jobs import Counts, run_job
from shared.services.retention import close_stale_sessions, let_go

router = APIRouter(tags=["jobs"], responses=PROBLEMS, dependencies=[Depends(CallerOf("cleanup"))])


@router.post("/stale-sessions", summary="End sessions that fell silent")
async def stale_sessions(context: Ctx, scheduled_at: ScheduleTime) -> Counts:
    """End each at its last sign of life."""
    return await run_job(
        context.database,
        "close-stale",
        scheduled_at,
        lambda: close_stale_sessions(context.database, context.settings),
    )


@router.post("/partitions", summary="Make partitions ahead and apply retention")
async def partitions(context: Ctx, scheduled_at: ScheduleTime) -> Counts:
    """Make the coming months' partitions; drop what is no longer kept."""
    return await run_job(
        context.database,
        "partitions",
        scheduled_at,
        lambda: let_go(context.database, context.settings),
    )
