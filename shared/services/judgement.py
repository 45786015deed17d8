"""What an operator makes of a case: seen and dealt with, a false alarm, or open after all.

What verdicts mean: docs/detection.md. A verdict has its consequences in one transaction, and a second time none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.domain.case import JUDGED_FROM, CaseState
from shared.errors import ConflictError, NotFoundError
from shared.services import trust
from shared.services.actions import follow_verdict
from shared.settings import Settings
from shared.store import cases, dirty
from shared.store.database import Connection

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Judged:
    """A case as somebody judged it, and what is to be nudged after COMMIT.

    Attributes:
        row: the case as it is now.
        changed: whether this verdict is what made it so.
        deliveries: alerts that it caused.
        actions: what is to be carried out because of it.
        looked_at: the person is to be looked at again.
    """

    row: Row
    changed: bool
    deliveries: tuple[UUID, ...] = ()
    actions: tuple[UUID, ...] = ()
    looked_at: bool = False


async def find_case(connection: Connection, case_id: UUID) -> Row:
    """Return a case with its evidence.

    Raises:
        NotFoundError: there is none of this id.
    """
    row = await cases.find_row(connection, case_id)
    if row is None:
        raise NotFoundError("There is no such violation.", code="violation_not_found")
    return row


async def judge(
    connection: Connection,
    case_id: UUID,
    verdict: CaseState,
    settings: Settings,
    *,
    actor: str,
    now: datetime,
) -> Judged:
    """Bring a case to a state, with all that follows; judging it so again changes nothing.

    1. Closed: what it still asks to be done is withdrawn.
    2. Dismissed: the trust it cost comes back, its behaviours are silent for a while, and an
       account that was suspended for it is let in again.
    3. Open again: what it cost counts again, if it was dismissed, and the person is looked at,
       since the detector passed over what was silent. Nothing is done to anybody by that alone.

    Raises:
        NotFoundError: there is none of this id.
        ConflictError: its state does not allow it, or another of its rule and person is open.
    """
    row = await find_case(connection, case_id)
    user_id = row["user_id"]
    before = await cases.judge(
        connection,
        user_id=user_id,
        case_id=case_id,
        before=JUDGED_FROM[verdict],
        state=verdict,
        actor=actor,
        now=now,
    )
    present = await find_case(connection, case_id)
    if before is None:
        _insist(CaseState(present["state"]), verdict)
        return Judged(present, changed=False)
    fallen = trust.Fallen()
    if verdict is CaseState.DISMISSED:
        fallen = await trust.give_back(connection, user_id, case_id, settings, now)
    elif before is CaseState.DISMISSED:
        fallen = await trust.charge_again(connection, user_id, case_id, settings, now)
    reopened = verdict is CaseState.OPEN
    if reopened:
        await dirty.mark_users(connection, [user_id], due_at=now, now=now)
    actions = await follow_verdict(connection, user_id, case_id, verdict, actor=actor, now=now)
    return Judged(
        present,
        changed=True,
        deliveries=fallen.deliveries,
        actions=tuple(actions),
        looked_at=reopened,
    )


def _insist(present: CaseState, verdict: CaseState) -> None:
    """Accept that somebody else gave the same verdict, and no other."""
    if present is not verdict:
        raise ConflictError(
            f"This violation is {present.value}: reopen it first.",
            code=f"violation_{present.value}",
        )
