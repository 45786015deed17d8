"""Actions in the database: asked for, decided on, listed. ``action_claims`` works on them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import DictRow

from shared.domain.action_state import ActionKind, ActionState
from shared.domain.identifiers import new_id
from shared.domain.trust import Threshold
from shared.store.database import Connection, one
from shared.store.queries import load

_SQL = load("actions")

_UNFILTERED: Mapping[str, object] = {
    "id": None,
    "user_id": None,
    "case_id": None,
    "session_id": None,
    "kind": None,
    "state": None,
    "after_at": None,
    "after_id": None,
    "limit": 1,
    "offset": 0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An action that is asked for.

    Attributes:
        occasion: what it is for; of two actions of a person with one occasion there is one.
        requested_by: the rule, the threshold or the person that asks, by name.
    """

    user_id: UUID
    kind: ActionKind
    requested_by: str
    occasion: str = ""
    session_id: UUID | None = None
    case_id: UUID | None = None
    rule_id: UUID | None = None
    finding_identity: str | None = None
    threshold: Threshold | None = None
    message: str | None = None
    needs_approval: bool = False
    due_at: datetime


async def add(connection: Connection, wanted: Wanted, *, now: datetime) -> UUID | None:
    """Ask for an action; ``None`` if one of this occasion was asked for already."""
    state = ActionState.AWAITING_APPROVAL if wanted.needs_approval else ActionState.DUE
    cursor = await connection.execute(
        _SQL["add_action"],
        {
            "user_id": wanted.user_id,
            "id": new_id(now),
            "kind": wanted.kind,
            "occasion": wanted.occasion,
            "state": state,
            "case_id": wanted.case_id,
            "rule_id": wanted.rule_id,
            "finding_identity": wanted.finding_identity,
            "threshold": wanted.threshold,
            "requested_by": wanted.requested_by,
            "session_id": wanted.session_id,
            "message": wanted.message,
            "now": now,
            "due_at": wanted.due_at,
        },
    )
    row = await cursor.fetchone()
    return None if row is None else row["id"]


async def decide(
    connection: Connection,
    user_id: UUID,
    action_id: UUID,
    *,
    state: ActionState,
    actor: str,
    reason: str | None,
    now: datetime,
) -> bool:
    """Approve (DUE), refuse or withdraw an action that waits for it; say whether it did."""
    cursor = await connection.execute(
        _SQL["decide"],
        {
            "user_id": user_id,
            "id": action_id,
            "state": state,
            "actor": actor,
            "reason": reason,
            "now": now,
        },
    )
    return cursor.rowcount == 1


async def withdraw_of_case(
    connection: Connection, user_id: UUID, case_id: UUID, *, reason: str, now: datetime
) -> None:
    """Withdraw what a case still asks for, unless it is being carried out."""
    await connection.execute(
        _SQL["withdraw_of_case"],
        {"user_id": user_id, "case_id": case_id, "reason": reason, "now": now},
    )


async def withdraw_of_kind(
    connection: Connection, user_id: UUID, kind: ActionKind, *, reason: str, now: datetime
) -> None:
    """Withdraw what is to be done to a person's account; what is being tried is tried no more."""
    await connection.execute(
        _SQL["withdraw_of_kind"],
        {"user_id": user_id, "kind": kind, "reason": reason, "now": now},
    )


async def list_suspensions_of_case(
    connection: Connection, user_id: UUID, case_id: UUID
) -> list[UUID]:
    """Return the suspensions for which a case is the reason, and which may have taken hold."""
    cursor = await connection.execute(
        _SQL["list_suspensions_of_case"], {"user_id": user_id, "case_id": case_id}
    )
    return [row["id"] for row in await cursor.fetchall()]


async def suspended_at(
    connection: Connection, user_id: UUID, *, any_reason: bool = True
) -> datetime | None:
    """Return since when a person's account is suspended, if it is.

    With ``any_reason`` false, suspensions whose case turned out a false alarm do not count.
    """
    cursor = await connection.execute(
        _SQL["find_suspension"], {"user_id": user_id, "any_reason": any_reason}
    )
    row = await cursor.fetchone()
    return None if row is None else row["finished_at"]


async def is_in_flight(
    connection: Connection, user_id: UUID, kind: ActionKind, *, now: datetime
) -> bool:
    """Say whether somebody is carrying out an action of this kind for a person right now."""
    cursor = await connection.execute(
        _SQL["find_in_flight"], {"user_id": user_id, "kind": kind, "now": now}
    )
    return await cursor.fetchone() is not None


async def count_by_hand(
    connection: Connection, user_id: UUID, kind: ActionKind, session_id: UUID | None
) -> tuple[int, UUID | None]:
    """Return the number of the next action asked for by hand, and one of these that is not over."""
    cursor = await connection.execute(
        _SQL["count_by_hand"], {"user_id": user_id, "kind": kind, "session_id": session_id}
    )
    row = one(await cursor.fetchone())
    return row["asked"], row["unfinished"]


async def list_rows(connection: Connection, filters: Mapping[str, object]) -> list[DictRow]:
    """Return actions with the names of person and rule, latest first.

    ``filters`` holds what is asked for: parameters of ``list_actions``, each optional.
    """
    # Unprepared, so that each question is planned for the filters it has.
    cursor = await connection.execute(
        _SQL["list_actions"], {**_UNFILTERED, **filters}, prepare=False
    )
    return await cursor.fetchall()


async def count_rows(connection: Connection, filters: Mapping[str, object]) -> int:
    """Return how many actions there are; ``filters`` as for ``list_rows``."""
    cursor = await connection.execute(
        _SQL["count_actions"], {**_UNFILTERED, **filters}, prepare=False
    )
    return one(await cursor.fetchone())["actions"]


async def find_row(connection: Connection, action_id: UUID) -> DictRow | None:
    """Return one action as lists show it."""
    rows = await list_rows(connection, {"id": action_id})
    return rows[0] if rows else None
