"""ingest_session: what players do, written down."""

from starlette.requests import Request
from starlette.types import ASGIApp

from functions.ingest_session import routes, users
from shared.http.service import Service, create_app

_service = Service(
    lambda: create_app("ingest_session", routes.router, users.router, reports_places=True)
)


async def ingest_session(request: Request) -> ASGIApp:
    """Answer a request with the function's app."""
    return await _service.respond(request)
