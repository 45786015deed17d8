"""Network overrides: what operators know better than the databases do."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from functions.api.acts import Act, act
from functions.api.exporting import FILES, exported
from functions.api.lists import latest_first, page_of
from shared.domain.permissions import Caller, Permission
from shared.http.authentication import Requires
from shared.http.context import Ctx
from shared.http.problems import PROBLEMS
from shared.schemas.filters import OverrideFilters
from shared.schemas.networks import NewOverride, OverrideChange, OverrideView, override_view
from shared.schemas.pages import Page
from shared.services import overrides
from shared.services.overrides import Row
from shared.store import overrides as store

PREFIX = "/api/v1/analytics/network-overrides"

router = APIRouter(prefix=PREFIX, tags=["networks"], responses=PROBLEMS)

Viewer = Annotated[Caller, Depends(Requires(Permission.RULES_VIEW))]
Manager = Annotated[Caller, Depends(Requires(Permission.RULES_MANAGE))]


@router.get("", summary="List the network overrides, newest first", responses=FILES)
@exported("network-overrides")
async def list_overrides(
    wanted: Annotated[OverrideFilters, Query()], context: Ctx, caller: Viewer
) -> Page[OverrideView]:
    """List what operators say of networks; `address` asks for those that hold it."""
    return await page_of(
        context,
        wanted,
        latest_first("created_at"),
        rows=store.list_rows,
        count=store.count_rows,
        view=lambda row: _view(row, caller),
    )


@router.post("", status_code=201, summary="Give a network a place, a kind or a class")
async def make_override(
    wanted: NewOverride, context: Ctx, caller: Manager, response: Response
) -> OverrideView:
    """Say what a network is, whatever the databases say, now and for what was seen on it.

    Of several overrides that hold an address the one with the longest prefix wins, as a whole.
    """

    async def work(deed: Act) -> Row:
        row = await overrides.make_override(
            deed.connection, wanted, actor=caller.name, now=deed.now
        )
        said = wanted.model_dump(mode="json", exclude_none=True)
        await deed.note("override.create", row["id"], **said)
        return row

    view = _view(await act(context, caller, work), caller)
    response.headers["Location"] = f"{PREFIX}/{view.id}"
    return view


@router.get("/{override_id}", summary="Show a network override")
async def get_override(override_id: UUID, context: Ctx, caller: Viewer) -> OverrideView:
    """Show what is said of a network, by whom and why."""
    row = await context.database.run(
        lambda connection: overrides.find_override(connection, override_id)
    )
    return _view(row, caller)


@router.put("/{override_id}", name="put_override", summary="Change a network override (as PATCH)")
@router.patch("/{override_id}", summary="Change a network override")
async def change_override(
    override_id: UUID, change: OverrideChange, context: Ctx, caller: Manager
) -> OverrideView:
    """Change what is given; what is left out stays, and null takes it away."""

    async def work(deed: Act) -> Row:
        row = await overrides.change_override(deed.connection, override_id, change, deed.now)
        said = change.model_dump(mode="json", exclude_unset=True)
        await deed.note("override.change", override_id, **said)
        return row

    return _view(await act(context, caller, work), caller)


@router.delete("/{override_id}", status_code=204, summary="Delete a network override")
async def delete_override(override_id: UUID, context: Ctx, caller: Manager) -> None:
    """Delete an override: its networks are again what they were pinned as."""

    async def work(deed: Act) -> None:
        row = await overrides.delete_override(deed.connection, override_id, deed.now)
        await deed.note("override.delete", override_id, network=str(row["network"]))

    await act(context, caller, work)


def _view(row: Row, caller: Caller) -> OverrideView:
    return override_view(row, shows_addresses=caller.may(Permission.ADDRESSES_VIEW))
