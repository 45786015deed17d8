"""Many things done alike, by ids or by a filter, tried first if wanted, and taken back."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from functions.api.bulk import Deed, do_to_many, find_operation, undo_for_many
from functions.api.bulk_deeds import (
    PERMISSIONS,
    DeletingSessions,
    EndingStreams,
    Judging,
    ResettingTrust,
    SwitchingRules,
    undoable,
)
from functions.api.visibility import insist_on_shown
from shared.domain.bulk import BulkKind
from shared.domain.permissions import Caller, Permission
from shared.http.authentication import Requires, demand
from shared.http.context import Context, Ctx
from shared.http.problems import PROBLEMS
from shared.schemas.bulk import (
    Bulk,
    BulkAnswer,
    RuleBulk,
    SessionBulk,
    StreamBulk,
    TrustBulk,
    ViolationBulk,
)

router = APIRouter(prefix="/api/v1/analytics/bulk", tags=["bulk"], responses=PROBLEMS)
violations = APIRouter(
    prefix="/api/v1/analytics/violations", tags=["violations"], responses=PROBLEMS
)
sessions = APIRouter(prefix="/api/v1/analytics/sessions", tags=["sessions"], responses=PROBLEMS)

MIXED: dict[int | str, dict[str, Any]] = {
    207: {"model": BulkAnswer, "description": "Some could not be done."}
}

Judge = Annotated[Caller, Depends(Requires(Permission.VIOLATIONS_MANAGE))]
TrustManager = Annotated[Caller, Depends(Requires(Permission.TRUST_MANAGE))]
Remover = Annotated[Caller, Depends(Requires(Permission.SESSIONS_DELETE))]
Terminator = Annotated[Caller, Depends(Requires(Permission.SESSIONS_TERMINATE))]
RuleManager = Annotated[Caller, Depends(Requires(Permission.RULES_MANAGE))]
AnyManager = Annotated[Caller, Depends(Requires(*sorted(set(PERMISSIONS.values()))))]


@violations.post("/bulk-acknowledge", name="acknowledge_violations", responses=MIXED)
@router.post("/acknowledge", summary="Close violations that were right", responses=MIXED)
async def bulk_acknowledge(
    said: ViolationBulk, context: Ctx, caller: Judge, response: Response
) -> BulkAnswer:
    """Acknowledge violations; each gets an answer, and one that fails stops no other."""
    return await _do(
        context, caller, Judging(BulkKind.ACKNOWLEDGE, context.settings), said, response
    )


@violations.post("/bulk-dismiss", name="dismiss_violations", responses=MIXED)
@router.post("/dismiss", summary="Close violations that were false alarms", responses=MIXED)
async def bulk_dismiss(
    said: ViolationBulk, context: Ctx, caller: Judge, response: Response
) -> BulkAnswer:
    """Dismiss violations; each gets an answer, and one that fails stops no other."""
    return await _do(context, caller, Judging(BulkKind.DISMISS, context.settings), said, response)


@violations.post("/bulk-reopen", name="reopen_violations", responses=MIXED)
@router.post("/reopen", summary="Open violations again", responses=MIXED)
async def bulk_reopen(
    said: ViolationBulk, context: Ctx, caller: Judge, response: Response
) -> BulkAnswer:
    """Reopen violations; each gets an answer, and one that fails stops no other."""
    return await _do(context, caller, Judging(BulkKind.REOPEN, context.settings), said, response)


@router.post("/reset-trust", summary="Set people's trust back to 100", responses=MIXED)
async def bulk_reset_trust(
    said: TrustBulk, context: Ctx, caller: TrustManager, response: Response
) -> BulkAnswer:
    """Set scores to 100; undone, each is what it would be without that, by what came since."""
    return await _do(context, caller, ResettingTrust(context.settings, said.reason), said, response)


@sessions.post("/bulk-delete", name="delete_sessions", responses=MIXED)
@router.post("/delete-sessions", summary="Delete records of ended sessions", responses=MIXED)
async def bulk_delete_sessions(
    said: SessionBulk, context: Ctx, caller: Remover, response: Response
) -> BulkAnswer:
    """Delete sessions that have ended, for good: this cannot be undone. Try it with `dry_run`.

    Statistics are counted anew, violations keep their evidence, and late events stay out.
    """
    _insist_on_shown(said, caller)
    return await _do(
        context, caller, DeletingSessions(_adult(caller), context.now()), said, response
    )


@router.post("/terminate", summary="Have streams ended by their media servers", responses=MIXED)
async def bulk_terminate(
    said: StreamBulk, context: Ctx, caller: Terminator, response: Response
) -> BulkAnswer:
    """Ask media servers to end streams, which cannot be undone; the actions tell what came of it."""
    _insist_on_shown(said, caller)
    return await _do(
        context, caller, EndingStreams(_adult(caller), context.now(), said.message), said, response
    )


@router.post("/enable-rules", summary="Enable sharing rules", responses=MIXED)
async def bulk_enable_rules(
    said: RuleBulk, context: Ctx, caller: RuleManager, response: Response
) -> BulkAnswer:
    """Enable rules, and have everybody whom they concern looked at."""
    deed = SwitchingRules(BulkKind.ENABLE_RULES, context.settings)
    return await _do(context, caller, deed, said, response)


@router.post("/disable-rules", summary="Disable sharing rules", responses=MIXED)
async def bulk_disable_rules(
    said: RuleBulk, context: Ctx, caller: RuleManager, response: Response
) -> BulkAnswer:
    """Disable rules; what they found stays."""
    deed = SwitchingRules(BulkKind.DISABLE_RULES, context.settings)
    return await _do(context, caller, deed, said, response)


@router.post("/{operation_id}/undo", summary="Take back what was done to many", responses=MIXED)
async def undo_bulk(
    operation_id: UUID, context: Ctx, caller: AnyManager, response: Response
) -> BulkAnswer:
    """Take back what an answer of up to seven days ago says was changed, under the same permission.

    What was changed otherwise since stays as it is, with a problem that says so. Deleted sessions
    and ended streams do not come back.
    """
    kind = await find_operation(context, operation_id)
    demand(caller, PERMISSIONS[kind])
    answer = await undo_for_many(context, caller, undoable(kind, context.settings), operation_id)
    return _told(answer, response)


async def _do(
    context: Context, caller: Caller, deed: Deed, said: Bulk[Any], response: Response
) -> BulkAnswer:
    return _told(await do_to_many(context, caller, deed, said), response)


def _told(answer: BulkAnswer, response: Response) -> BulkAnswer:
    if answer.failed:
        response.status_code = 207
    return answer


def _adult(caller: Caller) -> bool:
    return caller.may(Permission.LEGACY_READ)


def _insist_on_shown(said: SessionBulk | StreamBulk, caller: Caller) -> None:
    if said.filter is not None:
        insist_on_shown(said.filter.network, caller)
