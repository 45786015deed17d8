"""Trust: scores, ledgers, and a fresh start."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from functions.api.acts import Act, act
from functions.api.exporting import FILES, exported
from functions.api.lists import BY_POINTS, page_of
from functions.api.persons import person_id
from shared.domain.permissions import Caller, Permission
from shared.http.authentication import Requires
from shared.http.context import Ctx
from shared.http.problems import PROBLEMS
from shared.schemas.filters import TrustFilters
from shared.schemas.pages import Page
from shared.schemas.trust import TrustDetail, TrustReset, TrustView, trust_view
from shared.services.trust import reset_score, show_trust
from shared.store import trust as store

router = APIRouter(prefix="/api/v1/analytics/trust", tags=["trust"], responses=PROBLEMS)

Viewer = Annotated[Caller, Depends(Requires(Permission.TRUST_VIEW))]
Manager = Annotated[Caller, Depends(Requires(Permission.TRUST_MANAGE))]


@router.get("", summary="List people by trust, lowest first", responses=FILES)
@exported("trust")
async def list_trust(
    wanted: Annotated[TrustFilters, Query()], context: Ctx, _: Viewer
) -> Page[TrustView]:
    """List scores from 0 to 100; who never gave cause has 100."""
    return await page_of(
        context,
        wanted,
        BY_POINTS,
        rows=store.list_rows,
        count=store.count_rows,
        view=trust_view,
    )


@router.get("/{user_id}", summary="Show a person's trust and what made it")
async def get_trust(user_id: UUID, context: Ctx, _: Viewer) -> TrustDetail:
    """Show the score with the latest entries of its ledger, newest first."""
    person = await person_id(context, user_id)
    return await context.database.run(lambda connection: show_trust(connection, person))


@router.put("/{user_id}/reset", summary="Set a person's trust back to 100")
async def reset_trust(
    user_id: UUID, said: TrustReset, context: Ctx, caller: Manager
) -> TrustDetail:
    """Write an entry that sets the score to 100; what was before stays in the ledger."""

    async def work(deed: Act) -> TrustDetail:
        await show_trust(deed.connection, user_id)
        done = await reset_score(
            deed.connection, user_id, context.settings, reason=said.reason, now=deed.now
        )
        await deed.note("trust.reset", user_id, reason=said.reason, score_before=done.before)
        return await show_trust(deed.connection, user_id)

    return await act(context, caller, work)
