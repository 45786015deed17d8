"""What goes on, told as it happens (server-sent events)."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Header, Request

from functions.api.live.audience import Audience, audience_of
from functions.api.live.hub import Hub
from shared.domain.permissions import Caller, Permission
from shared.http.authentication import Requires, identify
from shared.http.context import Context, Ctx
from shared.http.event_stream import EventStream
from shared.http.problems import PROBLEMS

router = APIRouter(prefix="/api/v1/analytics", tags=["sessions"], responses=PROBLEMS)

LONGEST_ID = 64

_EXAMPLE = """\
id: 3f9a01c2-17
event: started
data: {"id": "019a9f40-6f00-7000-8000-000000000001", "state": "playing", "user_name": "ada"}

"""
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A stream that does not end by itself.",
        "content": {"text/event-stream": {"schema": {"type": "string"}, "example": _EXAMPLE}},
    }
}


@asynccontextmanager
async def tell_live(app: FastAPI, context: Context) -> AsyncGenerator[None]:
    """Have the app tell what goes on while it serves."""
    app.state.live = Hub(context.database, context.settings.analytics_live_clients, context.now)
    try:
        yield
    finally:
        await app.state.live.close()


async def hub_of(request: Request) -> Hub:
    """Return who tells what goes on."""
    hub: Hub = request.app.state.live
    return hub


@router.get(
    "/live",
    status_code=200,
    summary="What goes on, as it happens",
    responses=_STREAM,
    response_class=EventStream,
)
async def follow_live(
    request: Request,
    context: Ctx,
    hub: Annotated[Hub, Depends(hub_of)],
    caller: Annotated[Caller, Depends(Requires(Permission.SESSIONS_VIEW, Permission.OWN_VIEW))],
    last_event_id: Annotated[str | None, Header(max_length=LONGEST_ID)] = None,
) -> EventStream:
    """Tell who starts, goes on and stops, violations, and figures, within a second.

    The events `snapshot`, `started`, `updated`, `stopped`, `violation` and `statistics` carry what
    the lists show, masked alike; who may see no list of everybody's is told of its own sessions
    alone. A comment every 15 seconds shows that the stream lives. One that breaks goes on from
    `Last-Event-ID`, which browsers send by themselves, or begins with a snapshot.
    """
    audience = await audience_of(caller, context)
    await hub.admit()

    async def again() -> Audience:
        return await audience_of(await identify(request, context), context)

    return EventStream(hub.listen(audience, last_event_id, again))
