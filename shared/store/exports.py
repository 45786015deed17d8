"""What is said of people in rows that are not theirs, as an export has it."""

from uuid import UUID

from psycopg.rows import DictRow

from shared.store.database import Connection
from shared.store.queries import load

_SQL = load("exports")

SECTIONS = {"rules": "list_rules", "audit": "list_audit"}
"""Sections of an export, and the statements that read them."""


async def list_mentions(
    connection: Connection,
    section: str,
    user_id: UUID,
    *,
    own: bool,
    after: UUID | None,
    limit: int,
) -> list[DictRow]:
    """Return rows that name a person, by id: each with its id and as JSON.

    Args:
        connection: any.
        section: of the export.
        user_id: of the person.
        own: the person asks, and is not told of others.
        after: the id of the row before the first.
        limit: how many at most.
    """
    values = {"user_id": user_id, "own": own, "after": after, "limit": limit}
    return await (await connection.execute(_SQL[SECTIONS[section]], values)).fetchall()
