"""aggregate_stats: figures, rolled up from what changed."""

from starlette.requests import Request
from starlette.types import ASGIApp

from functions.aggregate_stats.routes import router
from shared.http.service import Service, create_app

_service = Service(lambda: create_app("aggregate_stats", router))


async def aggregate_stats(request: Request) -> ASGIApp:
    """Answer a request with the function's app."""
    return await _service.respond(request)
