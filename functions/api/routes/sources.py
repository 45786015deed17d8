"""Webhook sources: listed, made and revoked."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from functions.api.acts import Act, act
from shared.domain.permissions import Caller, Permission
from shared.http.authentication import Requires
from shared.http.context import Ctx
from shared.http.problems import PROBLEMS
from shared.schemas.pages import Page, whole
from shared.schemas.sources import CreatedSource, NewSource, SourceView
from shared.services import sources

router = APIRouter(prefix="/api/v1/admin/webhook-sources", tags=["sources"], responses=PROBLEMS)

Manager = Annotated[Caller, Depends(Requires(Permission.SOURCES_MANAGE))]


@router.get("", summary="List the webhook sources")
async def list_sources(context: Ctx, _: Manager) -> Page[SourceView]:
    """List all sources, newest first, with what came from each; also those that were revoked."""
    return whole(await context.database.run(sources.list_sources))


@router.post("", status_code=201, summary="Make a webhook source")
async def make_source(
    wanted: NewSource, request: Request, context: Ctx, caller: Manager
) -> CreatedSource:
    """Make a source. Its token, and the URL to paste, are shown in this answer only.

    The URL begins with `ANALYTICS_PUBLIC_URL`, else with the address that was called.
    """
    base_url = context.settings.analytics_public_url or str(request.base_url)

    async def work(deed: Act) -> CreatedSource:
        made = await sources.make_source(deed.connection, wanted, base_url=base_url, now=deed.now)
        await deed.note("source.create", made.id, name=made.name, kind=made.kind)
        return made

    return await act(context, caller, work)


@router.delete("/{source_id}", status_code=204, summary="Revoke a webhook source")
async def revoke_source(source_id: UUID, context: Ctx, caller: Manager) -> None:
    """Revoke a source's token. Within ten seconds nothing accepts it any more."""

    async def work(deed: Act) -> None:
        await sources.revoke_source(deed.connection, source_id, now=deed.now)
        await deed.note("source.revoke", source_id)

    await act(context, caller, work)
