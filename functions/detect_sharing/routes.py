"""The ways in which the detector is set to work: swept, or asked about one person."""

from uuid import UUID

from shared.http.context import Ctx
from shared.http.jobs import add_job, job_router
from shared.services.jobs import Counts
from shared.services.sweeps import Sweep, look_for_dormant

router = job_router("detect_sharing")


@router.post("/sweep", summary="Look at everybody whose timeline changed")
async def sweep(context: Ctx) -> Counts:
    """Look at each person who is due. Claims are per person, so that sweeps may overlap."""
    return await Sweep(context.database, context.settings, context.nudges).run()


@router.post("/users/{user_id}", summary="Look at one person")
async def detect_user(user_id: UUID, context: Ctx) -> Counts:
    """Look at one person, if something of theirs changed since they were last looked at."""
    return await Sweep(context.database, context.settings, context.nudges).look_at([user_id])


add_job(
    router,
    "/inactivity",
    "detect-inactivity",
    lambda context: look_for_dormant(context.database),
    summary="Mark people who have gone silent, for the sweep to look at",
)
