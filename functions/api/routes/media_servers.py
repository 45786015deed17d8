"""Media servers that we ask: connected, tried out, changed and taken away."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from functions.api.acts import Act, act
from shared.domain.permissions import Caller, Permission
from shared.http.authentication import Requires
from shared.http.context import Ctx
from shared.http.problems import PROBLEMS
from shared.schemas.media_servers import (
    CreatedMediaServer,
    MediaServerChange,
    MediaServerView,
    NewMediaServer,
)
from shared.schemas.pages import Page, whole
from shared.services import media_servers

PREFIX = "/api/v1/admin/sources"

router = APIRouter(prefix=PREFIX, tags=["sources"], responses=PROBLEMS)

Manager = Annotated[Caller, Depends(Requires(Permission.SOURCES_MANAGE))]


@router.get("", summary="List the media servers")
async def list_media_servers(context: Ctx, _: Manager) -> Page[MediaServerView]:
    """List all media servers by name, without their secrets."""
    return whole(
        await context.database.run(
            lambda connection: media_servers.list_servers(
                connection, vault=context.vault, finder=context.finder
            )
        )
    )


@router.post("", status_code=201, summary="Connect a media server")
async def add_media_server(
    new: NewMediaServer, context: Ctx, caller: Manager, response: Response
) -> CreatedMediaServer:
    """Connect a media server and try it out; its view tells what came of that, a moment later.

    A signing secret that is made here is shown in this answer only.
    """

    async def work(deed: Act) -> CreatedMediaServer:
        created = await media_servers.add_server(
            deed.connection, new, vault=context.vault, finder=context.finder, now=deed.now
        )
        await deed.note("media_server.create", created.id, name=new.name, kind=new.config.kind)
        return created

    created = await act(context, caller, work)
    response.headers["Location"] = f"{PREFIX}/{created.id}"
    return created


@router.get("/{server_id}", summary="Show a media server")
async def get_media_server(server_id: UUID, context: Ctx, _: Manager) -> MediaServerView:
    """Show a media server, and whether it works."""
    return await context.database.run(
        lambda connection: media_servers.get_server(
            connection, server_id, vault=context.vault, finder=context.finder
        )
    )


@router.put("/{server_id}", name="put_media_server", summary="Change a media server (as PATCH)")
@router.patch("/{server_id}", summary="Change a media server")
async def change_media_server(
    server_id: UUID, change: MediaServerChange, context: Ctx, caller: Manager
) -> MediaServerView:
    """Change what is given; what is left out stays. It is tried out again."""

    async def work(deed: Act) -> MediaServerView:
        view = await media_servers.update_server(
            deed.connection,
            server_id,
            change,
            vault=context.vault,
            finder=context.finder,
            now=deed.now,
        )
        await deed.note("media_server.change", server_id, changed=sorted(change.model_fields_set))
        return view

    return await act(context, caller, work)


@router.delete("/{server_id}", status_code=204, summary="Disconnect a media server")
async def delete_media_server(server_id: UUID, context: Ctx, caller: Manager) -> None:
    """Forget a media server and its secret. What waits to be asked of it fails, and says so.

    Its libraries and what is in them are gone within minutes; its sessions stay, and so do the plays
    of its items. Added again, it is read anew.
    """

    async def work(deed: Act) -> None:
        await media_servers.delete_server(deed.connection, server_id, now=deed.now)
        await deed.note("media_server.delete", server_id)

    await act(context, caller, work)


@router.post("/{server_id}/test", status_code=202, summary="Try a media server out")
async def test_media_server(server_id: UUID, context: Ctx, caller: Manager) -> MediaServerView:
    """Have a media server tried out; its view tells what came of that, a moment later."""

    async def work(deed: Act) -> MediaServerView:
        view = await media_servers.try_server(
            deed.connection, server_id, vault=context.vault, finder=context.finder, now=deed.now
        )
        await deed.note("media_server.test", server_id)
        return view

    return await act(context, caller, work)
