"""People as the playback service describes them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from shared.domain.permissions import Caller, Permission
from shared.http.authentication import Requires
from shared.http.context import Ctx
from shared.http.problems import PROBLEMS
from shared.schemas.users import UserChange, UserView, user_view
from shared.services.users import erased_user
from shared.store import audit, dirty, people
from shared.store.database import Connection

# What decides how a person is judged; the rest only describes them.
_RULING = {"groups", "stream_limit", "archived"}

router = APIRouter(prefix="/api/v1/analytics/users", tags=["ingest"], responses=PROBLEMS)


@router.put("/{user_id}", summary="Tell what is known of a person")
async def set_user(
    user_id: UUID,
    said: UserChange,
    context: Ctx,
    caller: Annotated[Caller, Depends(Requires(Permission.SESSIONS_INGEST))],
) -> UserView:
    """Write it, and have the person looked at: a limit or a group may change what is found.

    Another limit or other groups than before are noted in the audit log, and so is archiving.
    """
    now = context.now()
    values = said.model_dump() | {
        "user_id": user_id,
        "sets_stream_limit": "stream_limit" in said.model_fields_set,
        "now": now,
    }

    async def work(connection: Connection) -> UserView:
        row = await people.set_user(connection, values)
        if row is None:
            raise erased_user()
        person = row["merged_into"] or user_id
        if row["is_ruled_anew"]:
            await audit.add(
                connection,
                actor=caller.name,
                action="user.change",
                subject=str(user_id),
                now=now,
                details=said.model_dump(include=_RULING, exclude_unset=True),
            )
        await dirty.mark_users(connection, [person], due_at=now, now=now)
        return user_view(row, shows_addresses=True)

    return await context.database.run(work)
