"""What an operator makes of a case: seen and dealt with, or a false alarm (DETECTION section 4)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.domain.case import CaseState
from shared.errors import ConflictError, NotFoundError
from shared.services import trust
from shared.store import cases
from shared.store.database import Connection

Row = Mapping[str, Any]


async def find_case(connection: Connection, case_id: UUID) -> Row:
    """Return a case with its evidence.

    Raises:
        NotFoundError: there is none of this id.
    """
    row = await cases.find_row(connection, case_id)
    if row is None:
        raise NotFoundError("There is no such violation.", code="violation_not_found")
    return row


async def acknowledge(connection: Connection, case_id: UUID, *, actor: str, now: datetime) -> bool:
    """Close a case that was right; ``False`` if somebody did that already.

    Raises:
        NotFoundError: there is none of this id.
        ConflictError: it was dismissed.
    """
    row = await find_case(connection, case_id)
    return await _close(connection, row, CaseState.ACKNOWLEDGED, actor, now)


async def dismiss(connection: Connection, case_id: UUID, *, actor: str, now: datetime) -> bool:
    """Close a case as a false alarm and give back the trust it cost; ``False`` if that is done.

    Raises:
        NotFoundError: there is none of this id.
        ConflictError: it was acknowledged.
    """
    row = await find_case(connection, case_id)
    if not await _close(connection, row, CaseState.DISMISSED, actor, now):
        return False
    await trust.give_back(connection, row["user_id"], case_id, now=now)
    return True


async def _close(
    connection: Connection, row: Row, state: CaseState, actor: str, now: datetime
) -> bool:
    """Close a case, unless somebody else did meanwhile: what counts is how it is then."""
    closed = await cases.close(
        connection, user_id=row["user_id"], case_id=row["id"], state=state, actor=actor, now=now
    )
    if closed:
        return True
    present = (await find_case(connection, row["id"]))["state"]
    if present != state:
        raise ConflictError(
            f"This violation is {present}: only an open one can be {state.value}.",
            code=f"violation_{present}",
        )
    return False
