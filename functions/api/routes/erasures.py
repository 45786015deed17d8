"""Erasing people, and letting them in again."""

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
from shared.schemas.erasures import ErasureView, NewErasure, erasure_view, preview_view
from shared.schemas.pages import Page, PageParameters
from shared.services import erasures
from shared.services.erasures import Asked
from shared.store import erasures as store

USERS = "/api/v1/analytics/users"
PREFIX = "/api/v1/analytics/erasures"

router = APIRouter(tags=["privacy"], responses=PROBLEMS)

Manager = Annotated[Caller, Depends(Requires(Permission.PRIVACY_MANAGE))]


@router.post(
    f"{USERS}/{{user_id}}/erase",
    status_code=202,
    summary="Erase a person",
    responses={200: {"model": ErasureView, "description": "What a dry run says would go."}},
)
async def erase_user(
    user_id: UUID, wanted: NewErasure, context: Ctx, caller: Manager, response: Response
) -> ErasureView:
    """Delete all that is kept of a person, for good, as a job; nothing that comes late is recorded.

    Server-wide statistics no longer count them, and what others' rows say of them is taken out.
    """
    if wanted.dry_run:
        response.status_code = 200
        found = await context.database.run(lambda c: erasures.preview(c, user_id))
        return preview_view(user_id, found, actor=caller.name, now=context.now())

    async def work(deed: Act) -> Asked:
        asked = await erasures.ask(
            deed.connection, user_id, confirm=wanted.confirm, actor=caller.name, now=deed.now
        )
        if asked.is_new:
            await deed.note("user.erase", asked.row["id"])
        return asked

    view = erasure_view((await act(context, caller, work)).row)
    response.headers["Location"] = f"{PREFIX}/{view.id}"
    return view


@router.post(
    f"{USERS}/{{user_id}}/readmit", status_code=204, summary="Let an erased person in again"
)
async def readmit_user(user_id: UUID, context: Ctx, caller: Manager) -> None:
    """Record what a person does from now on; what was erased stays gone."""

    async def work(deed: Act) -> None:
        await erasures.readmit(deed.connection, user_id)
        await deed.note("user.readmit", user_id)

    await act(context, caller, work)


@router.get(PREFIX, summary="List erasures, latest first", responses=FILES)
@exported("erasures")
async def list_erasures(
    wanted: Annotated[PageParameters, Query()], context: Ctx, _: Manager
) -> Page[ErasureView]:
    """List who asked for an erasure when, and how far each is."""
    return await page_of(
        context,
        wanted,
        latest_first("requested_at"),
        rows=store.list_rows,
        count=store.count_rows,
        view=erasure_view,
    )


@router.get(f"{PREFIX}/{{erasure_id}}", summary="Show how far an erasure is")
async def get_erasure(erasure_id: UUID, context: Ctx, _: Manager) -> ErasureView:
    """Show how much is gone. Whom it is about is only known until it is done."""
    return erasure_view(await context.database.run(lambda c: erasures.find(c, erasure_id)))
