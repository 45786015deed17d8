"""The ways in which the detector is set to work: swept, or asked about one person."""

from uuid import UUID

from shared.http.context import Ctx
from shared.http.jobs import add_job, job_router
from shared.services.backtest_workers import run_waiting
from shared.services.jobs import Counts
from shared.services.shadow import tell_last_week
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


@router.post("/backtests", summary="Work at the backtests that are asked for")
async def work_at_backtests(context: Ctx) -> Counts:
    """Work at portions of backtests. Claims are per portion, so that calls may overlap."""
    return await run_waiting(context.database)


@router.post("/backtests/{backtest_id}", summary="Work at backtests, nudged by one")
async def work_at_backtest(backtest_id: UUID, context: Ctx) -> Counts:
    """Do the same at once: whoever asked first is served first."""
    del backtest_id
    return await run_waiting(context.database)


@router.post("/shadow-account", summary="Tell what rules in shadow would have done last week")
async def tell_shadow_account(context: Ctx) -> Counts:
    """Write an event about the week that is over, once per week however often it is called."""
    deliveries = await context.database.run(
        lambda connection: tell_last_week(connection, context.settings, context.now())
    )
    await context.nudges.deliver(deliveries or [])
    return {"told": int(deliveries is not None)}


add_job(
    router,
    "/inactivity",
    "detect-inactivity",
    lambda context: look_for_dormant(context.database),
    summary="Mark people who have gone silent, for the sweep to look at",
)
