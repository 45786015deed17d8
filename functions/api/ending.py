"""Ending a stream at somebody's request, however it is asked for."""

from uuid import UUID

from functions.api.acts import Act, act
from shared.domain.permissions import Caller
from shared.http.context import Context
from shared.services.actions import Row, end_stream, find_action


async def ask_to_end(
    context: Context, caller: Caller, session_id: UUID, message: str | None
) -> Row:
    """Ask the media server to end a stream; return the row of the action.

    Raises:
        NotFoundError: there is no such session.
        ConflictError: it has ended.
    """

    async def work(deed: Act) -> Row:
        action_id = await end_stream(
            deed.connection, session_id, message=message, actor=caller.name, now=deed.now
        )
        await deed.note("session.terminate", session_id, message=message)
        return await find_action(deed.connection, action_id)

    row = await act(context, caller, work)
    await context.nudges.act([row["id"]])
    return row
