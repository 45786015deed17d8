"""API keys: listed, made, rotated and revoked."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from functions.api.acts import Act, act
from shared.domain.permissions import Caller, Permission
from shared.http.authentication import Requires
from shared.http.context import Ctx
from shared.http.problems import PROBLEMS
from shared.schemas.keys import CreatedKey, KeyRotation, KeyView, NewKey, RotatedKey
from shared.schemas.pages import Page, whole
from shared.services import keys

router = APIRouter(prefix="/api/v1/admin/keys", tags=["keys"], responses=PROBLEMS)

Manager = Annotated[Caller, Depends(Requires(Permission.KEYS_MANAGE))]


@router.get("", summary="List the API keys")
async def list_keys(context: Ctx, _: Manager) -> Page[KeyView]:
    """List all keys, newest first, also those that were revoked or have expired."""
    return whole(await context.database.run(keys.list_keys))


@router.post("", status_code=201, summary="Make an API key")
async def make_key(wanted: NewKey, context: Ctx, caller: Manager) -> CreatedKey:
    """Make a key. It is shown in this answer only, and permits nothing its maker may not do."""

    async def work(deed: Act) -> CreatedKey:
        made = await keys.make_key(deed.connection, wanted, granter=caller, now=deed.now)
        await deed.note("key.create", made.id, name=made.name, permissions=made.permissions)
        return made

    return await act(context, caller, work)


@router.post("/{key_id}/rotate", summary="Give an API key another secret")
async def rotate_key(
    key_id: UUID, context: Ctx, caller: Manager, wanted: KeyRotation | None = None
) -> RotatedKey:
    """Change what opens a key. The new secret is shown in this answer only.

    The one before opens it too for `overlap_seconds` (a day, unless said otherwise), so that
    programs can be changed one after the other; what was signed in with it, ends with it.
    """

    async def work(deed: Act) -> RotatedKey:
        rotated = await keys.rotate_key(
            deed.connection, key_id, wanted or KeyRotation(), granter=caller, now=deed.now
        )
        await deed.note("key.rotate", key_id, former_until=rotated.former_until)
        return rotated

    return await act(context, caller, work)


@router.delete("/{key_id}", status_code=204, summary="Revoke an API key")
async def revoke_key(key_id: UUID, context: Ctx, caller: Manager) -> None:
    """Revoke a key. Within ten seconds nothing accepts it any more; it stays in the list."""

    async def work(deed: Act) -> None:
        await keys.revoke_key(deed.connection, key_id, revoker=caller, now=deed.now)
        await deed.note("key.revoke", key_id)

    await act(context, caller, work)
