"""The system's own state."""

from typing import Annotated

from fastapi import APIRouter, Depends

from shared.domain.permissions import Caller, Permission
from shared.http.authentication import Requires
from shared.http.context import Ctx
from shared.http.problems import PROBLEMS
from shared.schemas.system import SystemHealth, system_health
from shared.store import backlog, jobs
from shared.store.database import Connection

router = APIRouter(prefix="/api/v1/system", tags=["system"], responses=PROBLEMS)


@router.get("/health", summary="What waits to be done, and how the jobs fare")
async def get_system_health(
    context: Ctx, _: Annotated[Caller, Depends(Requires(Permission.SYSTEM_VIEW))]
) -> SystemHealth:
    """Show the work that waits, deliveries that were given up, and each job's latest run."""

    async def read(connection: Connection) -> SystemHealth:
        now = context.now()
        waiting = await backlog.count(connection, now=now)
        return system_health(waiting, await jobs.list_latest(connection), now)

    return await context.database.run(read)
