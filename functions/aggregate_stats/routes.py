"""The jobs of aggregate_stats. Each answers with what it counted."""

from shared.http.context import Context
from shared.http.jobs import add_job, job_router
from shared.services.holdings import count_changes
from shared.services.households import learn_everybody
from shared.services.jobs import Counts
from shared.services.reports import make_reports
from shared.services.rollups import roll_up_changes
from shared.services.standings import work_out
from shared.services.system_metrics import note_system
from shared.services.trust import recover_everybody

router = job_router("aggregate_stats")


async def _roll_up(context: Context) -> Counts:
    return await roll_up_changes(context.database, context.settings)


add_job(router, "/daily", "aggregate", _roll_up, summary="Complete the daily statistics")
add_job(
    router,
    "/recent",
    "aggregate-recent",
    _roll_up,
    summary="Bring the statistics up to now, between the daily runs",
)
add_job(
    router,
    "/trust-recovery",
    "trust-recovery",
    lambda context: recover_everybody(context.database, context.settings),
    summary="Give back the trust that clean days earned",
)
add_job(
    router,
    "/households",
    "learn-households",
    lambda context: learn_everybody(context.database, context.settings),
    summary="Learn where people's accounts live, and score what speaks for sharing",
)
add_job(
    router,
    "/reports",
    "reports",
    lambda context: make_reports(context.database, context.settings),
    summary="Sum up days, weeks, months and years that are over, or that late events changed",
)
add_job(
    router,
    "/system-metrics",
    "system-metrics",
    lambda context: note_system(context.database),
    summary="Note how the system fares, hour by hour",
)
add_job(
    router,
    "/holdings",
    "count-holdings",
    lambda context: count_changes(context.database, context.settings),
    summary="Count what libraries hold, where something changed",
)
add_job(
    router,
    "/standings",
    "library-standings",
    lambda context: work_out(context.database),
    summary="Work out which items are one, what nobody plays, and what there is too much of",
)
