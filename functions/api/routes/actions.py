"""Actions: listed, approved and refused, and accounts suspended and let in again by a person."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from functions.api.acts import Act, act
from functions.api.exporting import FILES, exported
from functions.api.lists import latest_first, page_of
from shared.domain.action_state import ActionKind
from shared.domain.permissions import Caller, Permission
from shared.http.authentication import Requires, demand
from shared.http.context import Context, Ctx
from shared.http.problems import PROBLEMS
from shared.schemas.actions import AccountMessage, ActionView, Refusal, action_view
from shared.schemas.filters import ActionFilters
from shared.schemas.pages import Page
from shared.services.actions import Row, approve, change_account, find_action, refuse
from shared.services.trust import show_trust
from shared.store import actions as store

router = APIRouter(prefix="/api/v1/analytics", tags=["actions"], responses=PROBLEMS)

Viewer = Annotated[Caller, Depends(Requires(Permission.VIOLATIONS_VIEW))]
Judge = Annotated[
    Caller, Depends(Requires(Permission.SESSIONS_TERMINATE, Permission.VIOLATIONS_MANAGE))
]
Manager = Annotated[Caller, Depends(Requires(Permission.TRUST_MANAGE))]


@router.get(
    "/actions", summary="List what is, or was, done about people, latest first", responses=FILES
)
@exported("actions")
async def list_actions(
    wanted: Annotated[ActionFilters, Query()], context: Ctx, caller: Viewer
) -> Page[ActionView]:
    """List actions; `state=awaiting_approval` is the queue that waits for somebody's decision."""
    return await page_of(
        context,
        wanted,
        latest_first("created_at"),
        rows=store.list_rows,
        count=store.count_rows,
        view=lambda row: _view(row, caller),
    )


@router.get("/actions/{action_id}", summary="Show an action")
async def get_action(action_id: UUID, context: Ctx, caller: Viewer) -> ActionView:
    """Show what is, or was, to be done, how far it is, and why it ended as it did."""
    row = await context.database.run(lambda connection: find_action(connection, action_id))
    return _view(row, caller)


@router.put("/actions/{action_id}/approve", summary="Let an action be carried out")
async def approve_action(action_id: UUID, context: Ctx, caller: Judge) -> ActionView:
    """Approve an action that waits for it. If its stream has ended, it is withdrawn and says so.

    That of an account takes `analytics.violations.manage`.
    """

    async def work(deed: Act) -> Row:
        await _check(deed, action_id)
        if await approve(deed.connection, action_id, actor=caller.name, now=deed.now):
            await deed.note("action.approve", action_id)
        return await find_action(deed.connection, action_id)

    row = await act(context, caller, work)
    await context.nudges.act([action_id])
    return _view(row, caller)


@router.put("/actions/{action_id}/refuse", summary="Let an action never be carried out")
async def refuse_action(
    action_id: UUID, context: Ctx, caller: Judge, said: Refusal | None = None
) -> ActionView:
    """Refuse an action that waits for approval.

    That of an account takes `analytics.violations.manage`.
    """
    reason = None if said is None else said.reason

    async def work(deed: Act) -> Row:
        await _check(deed, action_id)
        refused = await refuse(
            deed.connection, action_id, reason=reason, actor=caller.name, now=deed.now
        )
        if refused:
            await deed.note("action.refuse", action_id, reason=reason)
        return await find_action(deed.connection, action_id)

    return _view(await act(context, caller, work), caller)


@router.post("/users/{user_id}/suspend", status_code=202, summary="Suspend an account")
async def suspend_user(
    user_id: UUID, context: Ctx, caller: Manager, said: AccountMessage | None = None
) -> ActionView:
    """Ask the playback services to lock a person out; the action tells what came of it."""
    return await _change(context, caller, user_id, ActionKind.SUSPEND_ACCOUNT, said)


@router.post("/users/{user_id}/unsuspend", status_code=202, summary="Let an account in again")
async def unsuspend_user(
    user_id: UUID, context: Ctx, caller: Manager, said: AccountMessage | None = None
) -> ActionView:
    """Ask the playback services to let a person in again, whatever the suspension was for."""
    return await _change(context, caller, user_id, ActionKind.UNSUSPEND_ACCOUNT, said)


async def _change(
    context: Context,
    caller: Caller,
    user_id: UUID,
    kind: ActionKind,
    said: AccountMessage | None,
) -> ActionView:
    message = None if said is None else said.message

    async def work(deed: Act) -> Row:
        await show_trust(deed.connection, user_id)
        action_id = await change_account(
            deed.connection, user_id, kind, message=message, actor=caller.name, now=deed.now
        )
        await deed.note(f"user.{kind.value.removesuffix('_account')}", user_id, message=message)
        return await find_action(deed.connection, action_id)

    row = await act(context, caller, work)
    await context.nudges.act([row["id"]])
    return _view(row, caller)


async def _check(deed: Act, action_id: UUID) -> None:
    """Insist on the permission to manage violations for what concerns an account."""
    row = await find_action(deed.connection, action_id)
    if row["kind"] != ActionKind.TERMINATE_STREAM:
        demand(deed.caller, Permission.VIOLATIONS_MANAGE)


def _view(row: Row, caller: Caller) -> ActionView:
    return action_view(row, shows_adult=caller.may(Permission.LEGACY_READ))
