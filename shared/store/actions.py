"""Actions in the database.

Like a delivery, an action is worked on by whoever moves its lease: claimed before, recorded after.
Who is killed between the two leaves a lease that runs out, and the action is looked at again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import DictRow

from shared.domain.action_state import ActionKind, ActionState, Progress
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """An action that is ours to carry out until the lease ends.

    Attributes:
        lease: until when; it proves the claim.
        attempts: those begun before.
        asked_at: when it was asked for.
        told: whether people were told that it does not work.
    """

    id: UUID
    user_id: UUID
    lease: datetime
    progress: Progress
    attempts: int
    asked_at: datetime
    source: str
    session_id: UUID | None
    case_id: UUID | None
    rule_id: UUID | None
    finding_identity: str | None
    threshold: Threshold | None
    message: str | None
    told: bool


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


async def list_due(
    connection: Connection, *, now: datetime, per_source: int
) -> list[tuple[str, UUID]]:
    """Return (source, action) of what is to be looked at now, longest due first."""
    cursor = await connection.execute(_SQL["list_due"], {"now": now, "per_source": per_source})
    return [(row["source"], row["id"]) for row in await cursor.fetchall()]


async def claim(
    connection: Connection, action_id: UUID, *, now: datetime, lease_until: datetime
) -> Claimed | None:
    """Claim an action; ``None`` if there is nothing to do, or somebody else does it."""
    cursor = await connection.execute(
        _SQL["claim_action"], {"id": action_id, "now": now, "lease_until": lease_until}
    )
    row = await cursor.fetchone()
    return None if row is None else _claimed(row)


async def begin_attempt(connection: Connection, claimed: Claimed, *, verify_by: datetime) -> bool:
    """Count an attempt that is about to be made; say whether the action is still ours.

    ``verify_by`` is when its effect must be seen, if this is the first.
    """
    cursor = await connection.execute(
        _SQL["begin_attempt"], _held(claimed) | {"verify_by": verify_by}
    )
    return cursor.rowcount == 1


async def wait(connection: Connection, claimed: Claimed, *, at: datetime) -> None:
    """Look at an action again at an instant."""
    await connection.execute(_SQL["wait_action"], _held(claimed) | {"at": at})


async def end(
    connection: Connection,
    claimed: Claimed,
    *,
    state: ActionState,
    reason: str | None,
    tell: bool,
    now: datetime,
) -> bool:
    """Bring an action to an end; say whether it was ours to do so."""
    cursor = await connection.execute(
        _SQL["end_action"],
        _held(claimed) | {"state": state, "reason": reason, "tell": tell, "now": now},
    )
    return cursor.rowcount == 1


async def record_sent(
    connection: Connection,
    claimed: Claimed,
    *,
    state: ActionState,
    status: int | None,
    due_at: datetime | None,
    verify_by: datetime | None,
    now: datetime,
) -> None:
    """Note that an action was taken: it is sent and to be looked for, or done."""
    await connection.execute(
        _SQL["record_sent"],
        _held(claimed)
        | {"state": state, "status": status, "due_at": due_at, "verify_by": verify_by, "now": now},
    )


async def record_failure(
    connection: Connection,
    claimed: Claimed,
    *,
    error: str,
    status: int | None,
    next_attempt_at: datetime | None,
    tell: bool,
    now: datetime,
) -> bool:
    """Note why an action was not taken; without a next attempt it has failed.

    Returns whether it was ours to say so.
    """
    state = ActionState.FAILED if next_attempt_at is None else ActionState.DUE
    cursor = await connection.execute(
        _SQL["record_failure"],
        _held(claimed)
        | {
            "state": state,
            "attempts": claimed.attempts + 1,
            "due_at": next_attempt_at,
            "error": error,
            "status": status,
            "tell": tell,
            "now": now,
        },
    )
    return cursor.rowcount == 1


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
    """Withdraw what waits to be done to a person's account, unless it is being carried out."""
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
    """Return how many actions people asked for by hand, and one of these that is not over."""
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


def _held(claimed: Claimed) -> dict[str, object]:
    return {"user_id": claimed.user_id, "id": claimed.id, "lease": claimed.lease}


def _claimed(row: DictRow) -> Claimed:
    progress = Progress(
        kind=ActionKind(row["kind"]),
        state=ActionState(row["state"]),
        tried=row["attempts"] > 0,
        verify_by=row["verify_by"],
    )
    return Claimed(
        id=row["id"],
        user_id=row["user_id"],
        lease=row["claimed_until"],
        progress=progress,
        attempts=row["attempts"],
        asked_at=row["created_at"],
        source=row["source"],
        session_id=row["session_id"],
        case_id=row["case_id"],
        rule_id=row["rule_id"],
        finding_identity=row["finding_identity"],
        threshold=None if row["threshold"] is None else Threshold(row["threshold"]),
        message=row["message"],
        told=row["told_at"] is not None,
    )
