"""ingest_session: what players do, written down."""

from fastapi import FastAPI
from starlette.requests import Request
from starlette.types import ASGIApp

from functions.ingest_session import jobs, libraries, routes, users, webhooks
from shared.http.metrics import Metrics
from shared.http.service import Service, create_app
from shared.schemas.sources import WEBHOOKS_PATH


def _create_app() -> FastAPI:
    metrics = Metrics()
    app = create_app(
        "ingest_session",
        routes.router,
        users.router,
        libraries.router,
        webhooks.router(metrics),
        jobs.router,
        metrics=metrics,
        reports_places=True,
        streams=(f"{WEBHOOKS_PATH}/", f"{libraries.PREFIX}/"),
    )
    routes.add_heartbeats(app)
    return app


_service = Service(_create_app)


async def ingest_session(request: Request) -> ASGIApp:
    """Answer a request with the function's app."""
    return await _service.respond(request)
