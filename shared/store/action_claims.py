"""Working on actions: claimed before, recorded after.

Like a delivery, an action is worked on by whoever moves its lease. Who is killed between the two
leaves a lease that runs out, and the action is looked at again.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import DictRow

from shared.domain.action_state import ActionKind, ActionState, Progress
from shared.domain.trust import Threshold
from shared.store.database import Connection
from shared.store.queries import load

_SQL = load("action_claims")


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


async def let_go(connection: Connection, claimed: Claimed) -> None:
    """Let go of an action that was withdrawn meanwhile: what is to be done instead may begin."""
    await connection.execute(_SQL["let_go"], _held(claimed))


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
