"""A FastAPI app as the target of the functions framework.

The framework awaits what a target returns as an ASGI app, body unread. So a target can hand over
a whole app; three things need care, and get it here: what the framework's own router left in the
scope, the app's lifespan, and errors after an answer has begun.
"""

import asyncio
import gc
import logging
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

from fastapi import APIRouter, Depends, FastAPI
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import logs
from shared.clock import utc_now
from shared.geoip.lookup import PlaceFinder
from shared.http import health, problems
from shared.http.allowance import TellAllowance
from shared.http.body_limit import BodyLimit
from shared.http.context import Context
from shared.http.methods import Methods, refuse_other_methods
from shared.http.metrics import MeasureRequests, Metrics
from shared.http.parameters import refuse_unclear_parameters
from shared.services.access import Access
from shared.services.ingest_writes import Ingest
from shared.services.lanes import Lanes
from shared.services.limits import Limits
from shared.services.own_addresses import OwnAddresses
from shared.services.vault import Vault
from shared.settings import Settings, SettingsError, settings
from shared.store.database import Database
from shared.tasks.nudges import nudger

_log = logging.getLogger(__name__)

Beside = Callable[[FastAPI, Context], AbstractAsyncContextManager[None]]

# What the framework's router adds to a scope; left there, our own router trips over it.
_OUTER_ROUTING = ("router", "endpoint", "path_params", "route")


@asynccontextmanager
async def open_context(current: Settings) -> AsyncGenerator[Context]:
    """Open what a function needs while it serves, and close it after."""
    database = Database(current)
    finder = PlaceFinder(
        city=current.analytics_geoip_db_path,
        asn=current.analytics_geoip_asn_db_path,
        anonymous=current.analytics_geoip_anonymous_db_path,
    )
    own_addresses = OwnAddresses(current)
    lanes = Lanes(database, Ingest(finder, current, own_addresses), utc_now)
    await database.open()
    try:
        yield Context(
            settings=current,
            database=database,
            finder=finder,
            own_addresses=own_addresses,
            access=Access(current, database),
            limits=Limits(current, database, utc_now),
            lanes=lanes,
            vault=Vault(current.revenge_encryption_key),
            nudges=nudger(current),
            now=utc_now,
        )
    finally:
        await lanes.close()
        await database.close()


def create_app(
    name: str,
    *routers: APIRouter,
    reports_places: bool = False,
    metrics: Metrics | None = None,
    streams: tuple[str, ...] = (),
    beside: Beside | None = None,
) -> FastAPI:
    """Return a function's app: its routes, health, metrics, limits and error answers.

    Opens nothing: that happens in the app's lifespan, after the server has forked.

    Args:
        name: the function's.
        routers: its routes.
        reports_places: whether its health tells of places.
        metrics: where the routes count, if they count anything of their own.
        streams: see ``BodyLimit``.
        beside: what the app does besides answering, from its first request to its end.
    """
    metrics = metrics or Metrics()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        current = settings()
        logs.configure(current.analytics_log_level)
        async with AsyncExitStack() as stack:
            context = await stack.enter_async_context(open_context(current))
            app.state.context = context
            if beside is not None:
                await stack.enter_async_context(beside(app, context))
            yield

    app = FastAPI(
        title=f"Revenge Analytics: {name}",
        version="1",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        # Ours are in ``shared.http.metrics``; whether FastAPI has any takes it a while to find out.
        telemetry={"tracing": False, "metrics": False, "logs": False},
        dependencies=[Depends(refuse_other_methods), Depends(refuse_unclear_parameters)],
    )
    app.state.methods = Methods(app)
    app.add_middleware(TellAllowance)
    app.add_middleware(BodyLimit, streams=streams)
    app.add_middleware(MeasureRequests, metrics=metrics)
    problems.install(app)
    for router in (health.router(metrics, reports_places=reports_places), *routers):
        app.include_router(router)
    return app


class Service:
    """An app whose lifespan begins with the first request of a worker and ends with it."""

    def __init__(self, make_app: Callable[[], FastAPI]) -> None:
        _stop_on_wrong_settings()
        self._app = make_app()
        self._lock: asyncio.Lock | None = None
        self._stack: AsyncExitStack | None = None

    @property
    def app(self) -> FastAPI:
        """The app, for what describes its routes."""
        return self._app

    async def respond(self, _: Request) -> ASGIApp:
        """Return the app for a request of the framework's."""
        if self._stack is None:
            await self._start()
        return self._serve

    async def close(self) -> None:
        """End the app's lifespan; the next request begins a new one."""
        stack, self._stack, self._lock = self._stack, None, None
        if stack is not None:
            await stack.aclose()

    async def _start(self) -> None:
        if self._lock is None:
            self._lock = asyncio.Lock()
        async with self._lock:
            if self._stack is None:
                stack = AsyncExitStack()
                await stack.enter_async_context(self._app.router.lifespan_context(self._app))
                self._stack = stack
                _leave_to_stay()

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        inner: Scope = {k: v for k, v in scope.items() if k not in _OUTER_ROUTING}
        started = False

        async def noting(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(inner, receive, noting)
        except Exception:
            if not started:
                raise
            # A second answer on top of a begun one would reset the connection for others.
            route = getattr(inner.get("route"), "path", "an unknown path")
            _log.exception("%s failed after its answer had begun", route)


def _leave_to_stay() -> None:
    """Have the garbage collector pass over what is loaded by now, which lives as long as we do.

    Walking through all of it holds up requests for some 30 ms, again and again.
    """
    if not gc.get_freeze_count():
        gc.freeze()


def _stop_on_wrong_settings() -> None:
    """End the process with one line that names the setting, before it serves anything."""
    try:
        settings()
    except SettingsError as error:
        sys.exit(f"Settings: {error}")
