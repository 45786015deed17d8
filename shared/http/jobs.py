"""Routes of scheduled jobs: for the scheduler alone, once per planned time, answered in counts."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Depends

from shared.http.callers import CallerOf, ScheduleTime
from shared.http.context import Context, Ctx
from shared.http.problems import PROBLEMS
from shared.services.jobs import Counts, run_job

Work = Callable[[Context], Awaitable[Counts]]


def job_router(function: str, *, is_public: bool = False) -> APIRouter:
    """Return a router that lets only the scheduler and the task queue through to a function.

    ``is_public`` says whether the function has other routes, which anybody may reach.
    """
    guard = Depends(CallerOf(function, is_public=is_public))
    return APIRouter(
        tags=["jobs"], responses=PROBLEMS, dependencies=[guard], include_in_schema=False
    )


def add_job(router: APIRouter, path: str, job: str, work: Work, *, summary: str) -> None:
    """Add a job: a POST that does the work unless this planned run is done, or being done."""

    async def run(context: Ctx, scheduled_at: ScheduleTime) -> Counts:
        return await run_job(context.database, job, scheduled_at, lambda: work(context))

    router.add_api_route(path, run, methods=["POST"], name=job, summary=summary)
