"""People with accounts on several servers: merged, by hand or by suggestion, and split again."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from functions.api.acts import Act, act
from shared.domain.permissions import Caller, Permission
from shared.http.authentication import Requires
from shared.http.context import Ctx
from shared.http.problems import PROBLEMS
from shared.schemas.merges import (
    AccountView,
    MergeSuggestion,
    OtherUser,
    account_view,
    suggestion_view,
)
from shared.schemas.pages import Page, whole
from shared.services import merges
from shared.store.database import Connection

router = APIRouter(prefix="/api/v1/analytics/users", tags=["users"], responses=PROBLEMS)

Viewer = Annotated[Caller, Depends(Requires(Permission.SESSIONS_VIEW))]
Manager = Annotated[Caller, Depends(Requires(Permission.SOURCES_MANAGE))]


@router.get("/merge-suggestions", summary="List people who may be one")
async def list_merge_suggestions(context: Ctx, caller: Manager) -> Page[MergeSuggestion]:
    """List pairs with the same e-mail, then with the same name, on different servers."""
    found, names = await context.database.run(merges.suggest)
    shows = caller.may(Permission.ADDRESSES_VIEW)
    return whole([suggestion_view(one, names, shows_addresses=shows) for one in found])


@router.get("/{user_id}/accounts", summary="List a person's accounts")
async def list_user_accounts(user_id: UUID, context: Ctx, caller: Viewer) -> Page[AccountView]:
    """List a person's own accounts, and those of users that were merged into the person."""
    return await context.database.run(lambda connection: _accounts(connection, user_id, caller))


@router.post("/{user_id}/merge", summary="Merge another user into a person")
async def merge_user(
    user_id: UUID, other: OtherUser, context: Ctx, caller: Manager
) -> Page[AccountView]:
    """Let all that the other user did, and does from now on, be this person's; twice is once."""

    async def work(deed: Act) -> Page[AccountView]:
        if await merges.merge(
            deed.connection, other.user_id, user_id, context.settings, now=deed.now
        ):
            await deed.note("user.merge", user_id, user_id=str(other.user_id))
        return await _accounts(deed.connection, user_id, caller)

    return await act(context, caller, work)


@router.post("/{user_id}/split", summary="Split a merged user off a person")
async def split_user(
    user_id: UUID, other: OtherUser, context: Ctx, caller: Manager
) -> Page[AccountView]:
    """Let what the other user's accounts did, until now, be its own again; twice is once."""

    async def work(deed: Act) -> Page[AccountView]:
        if await merges.split(
            deed.connection, other.user_id, user_id, context.settings, now=deed.now
        ):
            await deed.note("user.split", user_id, user_id=str(other.user_id))
        return await _accounts(deed.connection, user_id, caller)

    return await act(context, caller, work)


async def _accounts(connection: Connection, user_id: UUID, caller: Caller) -> Page[AccountView]:
    rows = await merges.list_accounts(connection, user_id)
    shows = caller.may(Permission.ADDRESSES_VIEW)
    return whole([account_view(row, shows_addresses=shows) for row in rows])
