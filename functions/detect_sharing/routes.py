"""The ways in which the detector is set to work: swept, or asked about one person."""

from uuid import UUID

from fastapi import APIRouter, Depends

from shared.http.callers import CallerOf, ScheduleTime
from shared.http.context import Ctx
from shared.http.problems import PROBLEMS
from shared.services.jobs import Counts, run_job
from shared.services.sweeps import Sweep, look_for_dormant

router = APIRouter(
    tags=["jobs"], responses=PROBLEMS, dependencies=[Depends(CallerOf("detect_sharing"))]
)


@router.post("/sweep", summary="Look at everybody whose timeline changed")
async def sweep(context: Ctx) -> Counts:
    """Look at each person who is due. Claims are per person, so that sweeps may overlap."""
    return await Sweep(context.database, context.settings, context.nudges).run()


@router.post("/users/{user_id}", summary="Look at one person")
async def detect_user(user_id: UUID, context: Ctx) -> Counts:
    """Look at one person, if something of theirs changed since they were last looked at."""
    return await Sweep(context.database, context.settings, context.nudges).look_at([user_id])


@router.post("/inactivity", summary="Look for people who have gone silent")
async def inactivity(context: Ctx, scheduled_at: ScheduleTime) -> Counts:
    """Mark those who are silent long enough; the sweep looks at them."""
    return await run_job(
        context.database,
        "detect-inactivity",
        scheduled_at,
        lambda: look_for_dormant(context.database),
    )
