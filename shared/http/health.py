"""Health and metrics of a function."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.responses import PlainTextResponse

from shared.domain.permissions import Caller, Permission
from shared.errors import UnavailableError
from shared.geoip.lookup import PlaceFinder
from shared.http.authentication import Requires
from shared.http.context import Ctx
from shared.http.metrics import CONTENT_TYPE, Metrics
from shared.http.problems import PROBLEMS


def router(metrics: Metrics, *, reports_places: bool) -> APIRouter:
    """Return the routes that every function has; only one that looks places up reports on them."""
    routes = APIRouter(tags=["health"])

    @routes.get("/health/live", summary="Whether the process serves")
    async def live() -> dict[str, str]:
        """Answer, without asking the database: restarting us would not bring that back."""
        return {"status": "ok"}

    @routes.get("/health/startup", summary="Whether the process has started")
    async def startup() -> dict[str, str]:
        """Answer, as soon as there is somebody to answer."""
        return {"status": "ok"}

    @routes.get(
        "/health/ready",
        summary="Whether requests can be answered, and what is known of places",
        responses={503: {"description": "The database is away."}},
    )
    async def ready(context: Ctx, response: Response) -> dict[str, object]:
        """Ask the database for a sign of life; 503 while there is none."""
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

    @routes.get(
        "/metrics",
        summary="Counts and durations, for Prometheus",
        response_class=PlainTextResponse,
        responses=PROBLEMS,
    )
    async def read_metrics(
        _: Annotated[Caller, Depends(Requires(Permission.SYSTEM_VIEW))],
    ) -> Response:
        """Return what this instance has counted since it began, in Prometheus's text format."""
        return Response(metrics.text(), media_type=CONTENT_TYPE)

    return routes


def _places(finder: PlaceFinder) -> dict[str, object]:
    """Say what is known of places: without a city database they stay unknown, all else works."""
    states = finder.states()
    known = any(name.startswith("city") and s.status == "ready" for name, s in states.items())
    return {
        "status": "ok" if known else "unknown: set ANALYTICS_GEOIP_DB_PATH",
        "databases": place_databases(finder),
    }


def place_databases(finder: PlaceFinder) -> dict[str, dict[str, object]]:
    """Say of each database how it fares, but not where its file is."""
    return {
        name: {
            "status": state.status,
            "type": state.database_type,
            "built_at": state.built_at,
            "error": state.error,
        }
        for name, state in finder.states().items()
    }
