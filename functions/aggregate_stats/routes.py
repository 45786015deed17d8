"""The jobs of aggregate_stats. Each answers with what it counted."""

from fastapi import APIRouter, Depends

from shared.http.callers import CallerOf, ScheduleTime
from shared.http.context import Ctx
from shared.http.problems import PROBLEMS
from shared.services.jobs import Counts, run_job
from shared.services.statistics import roll_up_changes
from shared.services.trust import recover_everybody

router = APIRouter(
    tags=["jobs"], responses=PROBLEMS, dependencies=[Depends(CallerOf("aggregate_stats"))]
)


@router.post("/daily", summary="Complete the daily statistics")
async def daily(context: Ctx, scheduled_at: ScheduleTime) -> Counts:
    """Count anew every day that changed since it was last counted."""
    return await run_job(
        context.database,
        "aggregate",
        scheduled_at,
        lambda: roll_up_changes(context.database, context.settings),
    )


@router.post("/recent", summary="Bring the statistics up to now")
async def recent(context: Ctx, scheduled_at: ScheduleTime) -> Counts:
    """Do the same between the daily runs, so that today is always included."""
    return await run_job(
        context.database,
        "aggregate-recent",
        scheduled_at,
        lambda: roll_up_changes(context.database, context.settings),
    )


@router.post("/trust-recovery", summary="Give back trust for clean days")
async def trust_recovery(context: Ctx, scheduled_at: ScheduleTime) -> Counts:
    """Give every person below 100 the points that clean days earned."""
    return await run_job(
        context.database,
        "trust-recovery",
        scheduled_at,
        lambda: recover_everybody(context.database, context.settings),
    )
