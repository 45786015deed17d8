"""The short way of a heartbeat: nearly every request is one, and its cost is the service's cost."""

from collections.abc import Callable, Coroutine
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials

from shared.domain.permissions import Permission
from shared.http.authentication import Requires
from shared.http.context import context_of
from shared.schemas.session_events import SessionChange

producers = Requires(Permission.SESSIONS_INGEST)

_BEARER = "bearer "
_JSON = "application/json"


class HeartbeatRoute(APIRoute):
    """A route for which FastAPI's handling, as dear as storing the heartbeat, is left out.

    What the endpoint declares still documents it. A request that is as it should be is read here:
    the same check of the caller, the same model, the same endpoint. Any other goes FastAPI's way
    unchanged, and is told there what is wrong with it.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the short way, with FastAPI's for what does not fit."""
        by_fastapi = super().get_route_handler()

        async def handle(request: Request) -> Response:
            headers = request.headers
            bearer = headers.get("authorization", "")
            plain = headers.get("content-type") == _JSON and not request.scope["query_string"]
            if not plain or bearer[: len(_BEARER)].lower() != _BEARER:
                return await by_fastapi(request)
            try:
                session_id = UUID(request.path_params["session_id"])
                said = SessionChange.model_validate_json(await request.body())
            except ValueError:
                return await by_fastapi(request)
            context = await context_of(request)
            credentials = HTTPAuthorizationCredentials(
                scheme=_BEARER.strip(), credentials=bearer[len(_BEARER) :].strip()
            )
            caller = await producers(request, context, credentials)
            answer = await self.endpoint(session_id, said, context, caller)
            return Response(answer.model_dump_json(), media_type=_JSON)

        return handle
