"""Accounts that media servers list, in the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.store.database import Connection
from shared.store.queries import json_text, load

_SQL = load("accounts")


@dataclass(frozen=True, slots=True)
class Listed:
    """An account as its server lists it, and whose it is."""

    user_id: UUID
    account_id: str
    name: str | None
    email: str | None
    avatar: str | None


async def note_listed(
    connection: Connection,
    server_id: str,
    accounts: Sequence[Listed],
    *,
    missing_since: datetime,
    now: datetime,
) -> list[UUID]:
    """Note which accounts a server lists; return whom the end of theirs archived.

    Args:
        connection: in a transaction.
        server_id: as the server calls itself.
        accounts: all that it lists; none at all is not believed.
        missing_since: accounts that are missing since before then have ended.
        now: the present.
    """
    if not accounts:
        return []
    values = {
        "server_id": server_id,
        "rows": json_text(accounts),
        "missing_since": missing_since,
        "now": now,
    }
    for name in ("add_people", "unarchive_people", "list_accounts", "miss_accounts"):
        await connection.execute(_SQL[name], values)
    cursor = await connection.execute(_SQL["end_accounts"], values)
    return [row["user_id"] for row in await cursor.fetchall()]
