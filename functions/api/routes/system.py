"""The system's own state."""

from typing import Annotated

from fastapi import APIRouter, Depends

from shared.domain.permissions import Caller, Permission
from shared.http.authentication import Requires
from shared.http.context import Ctx
from shared.http.problems import PROBLEMS
from shared.schemas.system import SystemHealth, misconfigured_sources, system_health
from shared.store import backlog, jobs, source_addresses
from shared.store.database import Connection

router = APIRouter(prefix="/api/v1/system", tags=["system"], responses=PROBLEMS)


@router.get("/health", summary="What waits to be done, and how the jobs fare")
async def get_system_health(
    context: Ctx, caller: Annotated[Caller, Depends(Requires(Permission.SYSTEM_VIEW))]
) -> SystemHealth:
    """Show what waits, what was given up, each job's latest run, and sources to be mended."""

    async def read(connection: Connection) -> SystemHealth:
        now = context.now()
        waiting = await backlog.count(connection, now=now)
        runs = await jobs.list_latest(connection)
        sources = misconfigured_sources(
            await source_addresses.list_misconfigured(connection),
            shows_addresses=caller.may(Permission.ADDRESSES_VIEW),
        )
        return system_health(waiting, runs, sources, now)

    return await context.database.run(read)
