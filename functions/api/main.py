"""api: everything that is read, judged and set up, and the document that describes it."""

from starlette.requests import Request
from starlette.types import ASGIApp

from functions.api.routers import ROUTERS
from functions.api.routes.live import tell_live
from shared.http.service import Service, create_app

_service = Service(lambda: create_app("api", *ROUTERS, beside=tell_live))


async def api(request: Request) -> ASGIApp:
    """Answer a request with the function's app."""
    return await _service.respond(request)
