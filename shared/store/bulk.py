"""What was done to many things alike, so that it can be taken back, in the database."""

from datetime import datetime
from uuid import UUID

from psycopg.rows import DictRow

from shared.domain.bulk import BulkKind
from shared.domain.identifiers import new_id
from shared.store.database import Connection
from shared.store.queries import load

_SQL = load("bulk")


async def add_operation(
    connection: Connection, kind: BulkKind, *, actor: str, now: datetime
) -> UUID:
    """Note that many things are about to be done alike; return under which id."""
    operation_id = new_id(now)
    await connection.execute(
        _SQL["add_operation"], {"id": operation_id, "kind": kind, "actor": actor, "now": now}
    )
    return operation_id


async def find_operation(connection: Connection, operation_id: UUID) -> DictRow | None:
    """Return what was done, if it is remembered."""
    return await (await connection.execute(_SQL["find_operation"], {"id": operation_id})).fetchone()


async def add_change(
    connection: Connection,
    operation_id: UUID,
    item_id: UUID,
    *,
    user_id: UUID | None,
    before: str,
) -> None:
    """Remember what was changed.

    Args:
        connection: with the transaction that changes it.
        operation_id: as part of what.
        item_id: what was changed.
        user_id: whose that is, if it is somebody's.
        before: what is to be known to take it back.
    """
    await connection.execute(
        _SQL["add_change"],
        {
            "operation_id": operation_id,
            "item_id": item_id,
            "user_id": user_id,
            "before": before,
        },
    )


async def list_changes(connection: Connection, operation_id: UUID) -> list[UUID]:
    """Return what was changed and is not taken back, in the order in which it was."""
    cursor = await connection.execute(_SQL["list_changes"], {"operation_id": operation_id})
    return [row["item_id"] for row in await cursor.fetchall()]


async def take_change(connection: Connection, operation_id: UUID, item_id: UUID) -> str | None:
    """Claim a change, to take it back in this transaction; ``None`` if somebody else did."""
    cursor = await connection.execute(
        _SQL["take_change"], {"operation_id": operation_id, "item_id": item_id}
    )
    row = await cursor.fetchone()
    return None if row is None else row["before"]


async def forget_operations(connection: Connection, *, before: datetime) -> int:
    """Forget what was done before an instant; return how many operations."""
    return (await connection.execute(_SQL["forget_operations"], {"before": before})).rowcount
