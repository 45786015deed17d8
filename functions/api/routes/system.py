"""The system's own state."""

from typing import Annotated

from fastapi import APIRouter, Depends

from shared.domain.permissions import Caller, Permission
from shared.http.authentication import Requires
from shared.http.context import Ctx
from shared.http.health import place_databases
from shared.http.problems import PROBLEMS
from shared.schemas.server_health import server_health
from shared.schemas.system import SystemHealth, misconfigured_sources, system_health
from shared.store import backlog, jobs, server_states, source_addresses
from shared.store.database import Connection

router = APIRouter(prefix="/api/v1/system", tags=["system"], responses=PROBLEMS)


@router.get("/health", summary="What waits to be done, and how the jobs fare")
async def get_system_health(
    context: Ctx, caller: Annotated[Caller, Depends(Requires(Permission.SYSTEM_VIEW))]
) -> SystemHealth:
    """Show what waits, what was given up, each job's latest run, and how the sources fare."""

    async def read(connection: Connection) -> SystemHealth:
        now = context.now()
        waiting = await backlog.count(connection, now=now)
        runs = await jobs.list_latest(connection)
        sources = misconfigured_sources(
            await source_addresses.list_misconfigured(connection),
            shows_addresses=caller.may(Permission.ADDRESSES_VIEW),
        )
        servers = [server_health(row, now) for row in await server_states.list_states(connection)]
        databases = place_databases(context.finder)
        return system_health(waiting, runs, sources, servers, databases, now=now)

    return await context.database.run(read)
