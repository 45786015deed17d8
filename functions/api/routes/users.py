"""A person, their networks and devices: shown, and networks pinned anew or let go of."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query

from functions.api.acts import Act, act
from functions.api.exporting import FILES, exported
from functions.api.persons import person_id
from shared.domain.permissions import Caller, Permission
from shared.http.authentication import Requires
from shared.http.context import Context, Ctx
from shared.http.pages import BY_SIGHT, page_info
from shared.http.problems import PROBLEMS
from shared.schemas.networks import DeviceView, NetworkView, Pinning, network_view
from shared.schemas.pages import CursorParameters, Page
from shared.schemas.users import UserView, user_view
from shared.services import users
from shared.services.users import Row

router = APIRouter(prefix="/api/v1/analytics/users", tags=["users"], responses=PROBLEMS)

Viewer = Annotated[Caller, Depends(Requires(Permission.SESSIONS_VIEW))]
Manager = Annotated[Caller, Depends(Requires(Permission.TRUST_MANAGE))]
Keeper = Annotated[Caller, Depends(Requires(Permission.PRIVACY_MANAGE))]
NetworkKey = Annotated[
    str,
    Path(
        max_length=50,
        description="An IPv4 address, or an IPv6 prefix with its length, as lists give it.",
        examples=["81.2.69.160", "2a02:c7f:0:10::/64"],
    ),
]


@router.get("/{user_id}", summary="Show a person")
async def get_user(user_id: UUID, context: Ctx, caller: Viewer) -> UserView:
    """Show who it is, with groups and a stream limit of their own; `PUT` sets them."""
    row = await context.database.run(lambda connection: users.find_user(connection, user_id))
    return user_view(row, shows_addresses=caller.may(Permission.ADDRESSES_VIEW))


@router.post("/{user_id}/archive", summary="Archive a person")
async def archive_user(user_id: UUID, context: Ctx, caller: Keeper) -> UserView:
    """Hide somebody who is gone from lists of people; all that is known of them stays.

    Nobody archived is dormant. Who plays again is back in the lists by that.
    """
    return await _archive(user_id, context, caller, archived=True)


@router.post("/{user_id}/unarchive", summary="Take back that a person is archived")
async def unarchive_user(user_id: UUID, context: Ctx, caller: Keeper) -> UserView:
    """Show somebody in lists of people again."""
    return await _archive(user_id, context, caller, archived=False)


@router.get(
    "/{user_id}/networks", summary="List the networks that a person was seen on", responses=FILES
)
@exported("networks")
async def list_user_networks(
    user_id: UUID, wanted: Annotated[CursorParameters, Query()], context: Ctx, caller: Viewer
) -> Page[NetworkView]:
    """List networks, the latest seen first, each where it is pinned or an override has it."""
    after, person = BY_SIGHT.read(wanted), await person_id(context, user_id)
    rows = await context.database.run(
        lambda connection: users.list_networks(
            connection, person, after=after, limit=wanted.limit + 1, now=context.now()
        )
    )
    return Page(
        data=[_view(row, caller) for row in rows[: wanted.limit]],
        page=page_info(
            rows, wanted, end=lambda row: BY_SIGHT.write((row["last_seen_at"], row["network_key"]))
        ),
    )


@router.get("/{user_id}/devices", summary="List a person's devices", responses=FILES)
@exported("devices")
async def list_user_devices(
    user_id: UUID, wanted: Annotated[CursorParameters, Query()], context: Ctx, _: Viewer
) -> Page[DeviceView]:
    """List devices, the latest seen first."""
    after, person = BY_SIGHT.read(wanted), await person_id(context, user_id)
    rows = await context.database.run(
        lambda connection: users.list_devices(
            connection, person, after=after, limit=wanted.limit + 1, now=context.now()
        )
    )
    return Page(
        data=[
            DeviceView.model_validate({name: row[name] for name in DeviceView.model_fields})
            for row in rows[: wanted.limit]
        ],
        page=page_info(
            rows, wanted, end=lambda row: BY_SIGHT.write((row["last_seen_at"], row["device_id"]))
        ),
    )


@router.put("/{user_id}/networks/{network_key:path}", summary="Pin a person's network anew")
async def pin_user_network(
    user_id: UUID, network_key: NetworkKey, wanted: Pinning, context: Ctx, caller: Manager
) -> NetworkView:
    """Pin a network where it is said to be, or, where nothing is said, look it up afresh.

    It is this person's pin; an override moves a network for everybody, and beats users.
    """

    async def work(deed: Act) -> Row:
        row = await users.pin_anew(
            deed.connection,
            user_id,
            network_key,
            wanted,
            finder=context.finder,
            own_addresses=await context.own_addresses.read(deed.connection),
            now=deed.now,
        )
        said = wanted.model_dump(mode="json", exclude_none=True)
        await deed.note("network.pin", user_id, network_key=network_key, **said)
        return row

    return _view(await act(context, caller, work), caller)


@router.delete(
    "/{user_id}/networks/{network_key:path}", status_code=204, summary="Let go of a network's pin"
)
async def unpin_user_network(
    user_id: UUID, network_key: NetworkKey, context: Ctx, caller: Manager
) -> None:
    """Let go of a pin: the network is unknown until it is seen again and looked up afresh."""

    async def work(deed: Act) -> None:
        await users.let_go(deed.connection, user_id, network_key, deed.now)
        await deed.note("network.unpin", user_id, network_key=network_key)

    await act(context, caller, work)


async def _archive(user_id: UUID, context: Context, caller: Caller, *, archived: bool) -> UserView:
    async def work(deed: Act) -> Row:
        row = await users.archive(deed.connection, user_id, archived=archived, now=deed.now)
        if row["was_archived"] != archived:
            await deed.note("user.archive" if archived else "user.unarchive", user_id)
        return row

    row = await act(context, caller, work)
    return user_view(row, shows_addresses=caller.may(Permission.ADDRESSES_VIEW))


def _view(row: Row, caller: Caller) -> NetworkView:
    return network_view(row, shows_addresses=caller.may(Permission.ADDRESSES_VIEW))
