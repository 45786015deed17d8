"""The audit log in the database: entries are added to the end of its chain, and read."""

import secrets
from collections.abc import Mapping
from datetime import datetime

from psycopg.rows import DictRow

from shared.domain.audit import SALT_BYTES, Content, Entry, Link, digest, sealed, storable
from shared.domain.identifiers import new_id
from shared.store.database import Connection, one
from shared.store.queries import json_text, load

_SQL = load("audit")

_UNFILTERED: Mapping[str, object] = {
    "actor": None,
    "action": None,
    "subject": None,
    "start": None,
    "end": None,
    "after_at": None,
    "after_id": None,
    "limit": 1,
    "offset": 0,
}


async def add(
    connection: Connection,
    *,
    actor: str,
    action: str,
    subject: str,
    now: datetime,
    details: Mapping[str, object] | None = None,
) -> None:
    """Note who did what, in the transaction that does it.

    From here to the transaction's end, whoever else notes something waits: to be done last.
    """
    content = Content(actor, subject, storable(details or {}))
    entry_id, salt = new_id(now), secrets.token_bytes(SALT_BYTES)
    seal = sealed(salt, content)
    await connection.execute(
        _SQL["add_entry"],
        {
            "id": entry_id,
            "at": now,
            "actor": actor,
            "action": action,
            "subject": subject,
            "details": json_text(content.details),
            "salt": salt,
            "seal": seal,
            "digest": digest(entry_id, now, action, seal),
        },
    )


async def list_rows(connection: Connection, filters: Mapping[str, object]) -> list[DictRow]:
    """Return entries, latest first; ``filters`` are parameters of ``list_entries``."""
    cursor = await connection.execute(
        _SQL["list_entries"], {**_UNFILTERED, **filters}, prepare=False
    )
    return await cursor.fetchall()


async def count_rows(connection: Connection, filters: Mapping[str, object]) -> int:
    """Return how many entries there are; ``filters`` as for ``list_rows``."""
    cursor = await connection.execute(
        _SQL["count_entries"], {**_UNFILTERED, **filters}, prepare=False
    )
    return one(await cursor.fetchone())["entries"]


async def find_end(connection: Connection) -> Link:
    """Return the end of the chain."""
    row = one(await (await connection.execute(_SQL["find_end"])).fetchone())
    return Link(row["number"], row["hash"])


async def list_chained(connection: Connection, *, after: int, last: int, limit: int) -> list[Entry]:
    """Return entries in the chain's order, after one number and up to another."""
    cursor = await connection.execute(
        _SQL["list_chained"], {"after": after, "last": last, "limit": limit}
    )
    return [_entry(row) for row in await cursor.fetchall()]


async def count_unchained(connection: Connection) -> int:
    """Return how many entries are from before there was a chain."""
    return one(await (await connection.execute(_SQL["count_unchained"])).fetchone())["entries"]


def _entry(row: DictRow) -> Entry:
    content = Content(row["actor"], row["subject"], row["details"])
    kept = {name: row[name] for name in ("number", "id", "at", "action", "salt", "seal", "hash")}
    return Entry(content=content, **kept)
