"""detect_sharing: people whose timelines changed, looked at by every rule."""

from starlette.requests import Request
from starlette.types import ASGIApp

from functions.detect_sharing.routes import router
from shared.http.service import Service, create_app

_service = Service(lambda: create_app("detect_sharing", router))


async def detect_sharing(request: Request) -> ASGIApp:
    """Answer a request with the function's app."""
    return await _service.respond(request)
