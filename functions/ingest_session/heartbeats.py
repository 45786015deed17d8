"""The short way of a heartbeat: nearly every request is one, and its cost is the service's cost."""

from uuid import UUID

from fastapi import Request, Response
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials
from starlette.types import Message, Receive, Scope, Send

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

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the short way, or FastAPI's for what does not fit."""
        request = Request(scope, receive)
        headers = request.headers
        bearer = headers.get("authorization", "")
        plain = headers.get("content-type") == _JSON and not scope["query_string"]
        if scope["method"] != "PUT" or not plain or bearer[: len(_BEARER)].lower() != _BEARER:
            await super().handle(scope, receive, send)
            return
        body = await request.body()
        try:
            session_id = UUID(scope["path_params"]["session_id"])
            said = SessionChange.model_validate_json(body)
        except ValueError:
            await super().handle(scope, _again(body, receive), send)
            return
        context = await context_of(request)
        credentials = HTTPAuthorizationCredentials(
            scheme=_BEARER.strip(), credentials=bearer[len(_BEARER) :].strip()
        )
        caller = await producers(request, context, credentials)
        answer = await self.endpoint(session_id, said, context, caller)
        await Response(answer.model_dump_json(), media_type=_JSON)(scope, receive, send)


def _again(body: bytes, receive: Receive) -> Receive:
    """Return what receives a body that was read already, then what comes after it."""
    bodies = iter([body])

    async def receive_again() -> Message:
        for whole in bodies:
            return {"type": "http.request", "body": whole, "more_body": False}
        return await receive()

    return receive_again
