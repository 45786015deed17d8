"""cleanup: what is over is ended, what is no longer kept is let go."""

from starlette.requests import Request
from starlette.types import ASGIApp

from functions.cleanup.routes import router
from shared.http.service import Service, create_app

_service = Service(lambda: create_app("cleanup", router))


async def cleanup(request: Request) -> ASGIApp:
    """Answer a request with the function's app."""
    return await _service.respond(request)
