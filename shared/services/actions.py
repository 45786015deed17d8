"""Actions that people ask for, decide on, and take back by judging the case that they are for.

What is asked for is a row; carrying it out is ``shared.services.execution``.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.domain.action_state import ActionKind, ActionState
from shared.domain.case import CaseState
from shared.errors import ConflictError, NotFoundError
from shared.store import actions as store
from shared.store import sessions
from shared.store.actions import Wanted
from shared.store.database import Connection

Row = Mapping[str, Any]


async def end_stream(
    connection: Connection, session_id: UUID, *, message: str | None, actor: str, now: datetime
) -> UUID:
    """Ask, as a person, for a stream to be ended; return the action, an unfinished one again.

    Raises:
        NotFoundError: there is no such session.
        ConflictError: it has ended.
    """
    found = (await sessions.load_by_ids(connection, {session_id})).get(session_id)
    if found is None:
        raise NotFoundError("There is no such session.", code="session_not_found")
    session = found.record.session
    if not session.is_active:
        raise ConflictError("This session has ended already.", code="session_ended")
    wanted = Wanted(
        user_id=session.user_id,
        kind=ActionKind.TERMINATE_STREAM,
        requested_by=actor,
        session_id=session_id,
        message=message,
        due_at=now,
    )
    return await _ask_by_hand(connection, wanted, now)


async def change_account(
    connection: Connection,
    user_id: UUID,
    kind: ActionKind,
    *,
    message: str | None,
    actor: str,
    now: datetime,
) -> UUID:
    """Ask, as a person, for an account to be suspended, or let in again; return the action.

    What waits to be done to the contrary is withdrawn.
    """
    opposite = opposite_of(kind)
    if opposite is not None:
        await store.withdraw_of_kind(
            connection, user_id, opposite, reason=f"{actor} asked for the opposite.", now=now
        )
    wanted = Wanted(user_id=user_id, kind=kind, requested_by=actor, message=message, due_at=now)
    return await _ask_by_hand(connection, wanted, now)


def opposite_of(kind: ActionKind) -> ActionKind | None:
    """Return what undoes an action, if anything does."""
    match kind:
        case ActionKind.SUSPEND_ACCOUNT:
            return ActionKind.UNSUSPEND_ACCOUNT
        case ActionKind.UNSUSPEND_ACCOUNT:
            return ActionKind.SUSPEND_ACCOUNT
        case ActionKind.TERMINATE_STREAM:
            return None


async def follow_verdict(
    connection: Connection,
    user_id: UUID,
    case_id: UUID,
    verdict: CaseState,
    *,
    actor: str,
    now: datetime,
) -> list[UUID]:
    """Do to a case's actions what its closing means; return actions to be carried out.

    What it still asks for is withdrawn. If it was a false alarm, an account that was suspended, or
    may have been, for it is let in again; whether something else keeps it suspended is looked at
    when that is carried out.
    """
    if verdict is CaseState.OPEN:
        return []
    said = f"The violation was {verdict.value}."
    await store.withdraw_of_case(connection, user_id, case_id, reason=said, now=now)
    if verdict is not CaseState.DISMISSED:
        return []
    ended: list[UUID | None] = []
    for suspension_id in await store.list_suspensions_of_case(connection, user_id, case_id):
        wanted = Wanted(
            user_id=user_id,
            kind=ActionKind.UNSUSPEND_ACCOUNT,
            occasion=f"unsuspend_account:{suspension_id}",
            requested_by=actor,
            case_id=case_id,
            due_at=now,
        )
        ended.append(await store.add(connection, wanted, now=now))
    return [action_id for action_id in ended if action_id is not None]


async def has_ended(connection: Connection, user_id: UUID, session_id: UUID | None) -> bool:
    """Say whether the stream that an action is about, if it is about one, has ended."""
    if session_id is None:
        return False
    return not await sessions.is_active(connection, user_id, session_id)


async def find_action(connection: Connection, action_id: UUID) -> Row:
    """Return an action.

    Raises:
        NotFoundError: there is none of this id.
    """
    row = await store.find_row(connection, action_id)
    if row is None:
        raise NotFoundError("There is no such action.", code="action_not_found")
    return row


async def approve(connection: Connection, action_id: UUID, *, actor: str, now: datetime) -> bool:
    """Let an action be carried out; ``False`` if somebody let it already.

    One whose stream has ended meanwhile is withdrawn instead, and says so.

    Raises:
        NotFoundError: there is none of this id.
        ConflictError: it never waited for approval, or it was refused or withdrawn.
    """
    row = await find_action(connection, action_id)
    state, reason = ActionState.DUE, None
    if await has_ended(connection, row["user_id"], row["session_id"]):
        state, reason = ActionState.WITHDRAWN, "The stream had ended before this was approved."
    decided = await store.decide(
        connection, row["user_id"], action_id, state=state, actor=actor, reason=reason, now=now
    )
    if not decided:
        present = await find_action(connection, action_id)
        closed = (ActionState.REFUSED, ActionState.WITHDRAWN)
        if present["decided_by"] is None or present["state"] in closed:
            raise _not_waiting(present)
    return decided


async def refuse(
    connection: Connection, action_id: UUID, *, reason: str | None, actor: str, now: datetime
) -> bool:
    """Let an action never be carried out; ``False`` if somebody refused it already.

    Raises:
        NotFoundError: there is none of this id.
        ConflictError: it does not wait for approval any more, or never did.
    """
    row = await find_action(connection, action_id)
    decided = await store.decide(
        connection,
        row["user_id"],
        action_id,
        state=ActionState.REFUSED,
        actor=actor,
        reason=reason,
        now=now,
    )
    if not decided:
        present = await find_action(connection, action_id)
        if present["state"] != ActionState.REFUSED:
            raise _not_waiting(present)
    return decided


async def _ask_by_hand(connection: Connection, wanted: Wanted, now: datetime) -> UUID:
    """Ask for an action, unless the same was asked for and is not over; return which it is."""
    asked, unfinished = await store.count_by_hand(
        connection, wanted.user_id, wanted.kind, wanted.session_id
    )
    if unfinished is not None:
        return unfinished
    occasion = f"{wanted.kind}:by_hand:{wanted.session_id or ''}:{asked}"
    action_id = await store.add(connection, replace(wanted, occasion=occasion), now=now)
    # None, if somebody else asked at the same moment: theirs is then found.
    return action_id or await _ask_by_hand(connection, wanted, now)


def _not_waiting(row: Row) -> ConflictError:
    words = str(row["state"]).replace("_", " ")
    return ConflictError(
        f"This action is {words}: only one that waits for approval can be decided on.",
        code="action_not_waiting",
    )
