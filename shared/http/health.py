"""Health and metrics of a function."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from shared.domain.permissions import Caller, Permission
from shared.errors import UnavailableError
from shared.geoip.lookup import PlaceFinder
from shared.http.authentication import Requires
from shared.http.context import Ctx
from shared.http.metrics import CONTENT_TYPE, Metrics


def router(metrics: Metrics, *, reports_places: bool) -> APIRouter:
    """Return the routes that every function has; only one that looks places up reports on them."""
    routes = APIRouter(tags=["health"])

    @routes.get("/health/live", summary="Whether the process serves; never asks the database")
    async def live() -> dict[str, str]:
        return {"status": "ok"}

    @routes.get("/health/startup", summary="Whether the process has started")
    async def startup() -> dict[str, str]:
        return {"status": "ok"}

    @routes.get(
        "/health/ready",
        summary="Whether requests can be answered, and what is known of places",
        responses={503: {"description": "The database is away."}},
    )
    async def ready(context: Ctx, response: Response) -> dict[str, object]:
        database = "ok"
        try:
            await context.database.ping()
        except UnavailableError:
            database = "unavailable"
            response.status_code = 503
        report: dict[str, object] = {"status": database, "database": database}
        if reports_places:
            report["places"] = _places(context.finder)
        return report

    @routes.get("/metrics", summary="Counts and durations, for Prometheus")
    async def read_metrics(
        _: Annotated[Caller, Depends(Requires(Permission.SYSTEM_VIEW))],
    ) -> Response:
        return Response(metrics.text(), media_type=CONTENT_TYPE)

    return routes


def _places(finder: PlaceFinder) -> dict[str, object]:
    """Say what is known of places: without a city database they stay unknown, all else works."""
    states = finder.states()
    known = any(name.startswith("city") and s.status == "ready" for name, s in states.items())
    return {
        "status": "ok" if known else "unknown: set ANALYTICS_GEOIP_DB_PATH",
        "databases": {
            name: {
                "status": state.status,
                "type": state.database_type,
                "built_at": state.built_at,
                "error": state.error,
            }
            for name, state in states.items()
        },
    }
