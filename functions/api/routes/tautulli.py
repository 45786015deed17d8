"""What programs made for Tautulli call: its API (v2), answered from our lists and sums."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from functions.api.ending import ask_to_end
from functions.api.persons import of_persons
from functions.api.tautulli.call import Call
from functions.api.tautulli.commands import COMMANDS, NAMES, STATUS, TERMINATE
from shared.domain.permissions import Caller, Permission
from shared.errors import AppError, FieldError, ForbiddenError, UnknownCommandError
from shared.http.authentication import RequiresKeyFrom, demand
from shared.http.context import Context, Ctx
from shared.http.parameters import ANY_QUERY
from shared.http.problems import PROBLEMS, invalid, refused, respond
from shared.schemas.tautulli import TautulliAnswer, failed, succeeded
from shared.schemas.tautulli_query import TautulliParameters
from shared.store.database import Connection

# Not of the caller's roles: each command takes its own.
_ANY = (
    Permission.SESSIONS_VIEW,
    Permission.STATS_VIEW,
    Permission.LIBRARY_VIEW,
    Permission.SESSIONS_TERMINATE,
)


class TautulliRoute(APIRoute):
    """A route whose problems also say what went wrong as Tautulli does."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        """Return what answers requests."""
        answer = super().get_route_handler()

        async def answer_anyway(request: Request) -> Response:
            try:
                return await answer(request)
            except AppError as error:
                return respond(error, response=failed(error.detail))
            except RequestValidationError as error:
                problem = refused(error)
                return respond(problem, response=failed(problem.detail))

        return answer_anyway


router = APIRouter(tags=["integrations"], responses=PROBLEMS, route_class=TautulliRoute)


def _apikey(request: Request) -> str | None:
    return request.query_params.get("apikey")


@router.get("/api/v2", summary="A command of Tautulli's API", openapi_extra=ANY_QUERY)
async def call_tautulli(
    wanted: Annotated[TautulliParameters, Query()],
    context: Ctx,
    caller: Annotated[Caller, Depends(RequiresKeyFrom(_apikey, *_ANY))],
) -> TautulliAnswer:
    """Carry out the command `cmd`. Parameters that it does not know count for nothing.

    Lists of sessions take `analytics.sessions.view`, figures `analytics.stats.view`, libraries
    `analytics.library.view`, and ending a stream `analytics.sessions.terminate`.
    """
    name = wanted.cmd
    possible = f"Possible commands are: {', '.join(NAMES)}"
    if name is None:
        raise UnknownCommandError(f"Parameter cmd is required. {possible}")
    if name == STATUS:
        return succeeded({"result": "success", "message": "Ok"})
    if name == TERMINATE:
        await _terminate(context, caller, wanted)
        return succeeded({})
    if (command := COMMANDS.get(name)) is None:
        raise UnknownCommandError(f"Unknown command: {name}. {possible}")
    demand(caller, command.permission)

    async def read(connection: Connection) -> object:
        meant = await of_persons(connection, wanted)
        return await command.carry_out(Call(context, connection, caller, meant, context.now()))

    return succeeded(await context.database.run(read))


async def _terminate(context: Context, caller: Caller, wanted: TautulliParameters) -> None:
    """Ask for a stream to be ended: by key alone, as a page of another site can have a browser GET."""
    if caller.sign_in_id is not None:
        raise ForbiddenError("A browser's sign-in ends no stream here: send a key.")
    demand(caller, Permission.SESSIONS_TERMINATE)
    if wanted.session is None:
        raise invalid([FieldError("session_id", "is missing")])
    await ask_to_end(context, caller, wanted.session, wanted.message)
