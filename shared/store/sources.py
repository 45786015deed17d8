"""Webhook sources in the database."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import DictRow

from shared.domain.identifiers import new_id
from shared.domain.keys import key_digest
from shared.store.database import Connection
from shared.store.queries import load

_SQL = load("sources")

HINT_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Source:
    """A media server that may send webhooks."""

    id: UUID
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Tally:
    """What one worker counted of a source since it last said so."""

    events: int
    recorded: int
    ignored: int
    last_event_at: datetime
    last_problem: str | None
    last_problem_at: datetime | None


async def find_source(connection: Connection, digest: bytes) -> Source | None:
    """Return whose token has this SHA-256, unless it is revoked."""
    row = await (await connection.execute(_SQL["find_source"], {"digest": digest})).fetchone()
    return None if row is None else Source(row["id"], row["name"], row["kind"])


async def add_source(
    connection: Connection, token: str, *, name: str, kind: str, now: datetime
) -> UUID | None:
    """Keep a token's digest and return the source's id; ``None`` if the name is taken."""
    cursor = await connection.execute(
        _SQL["add_source"],
        {
            "id": new_id(now),
            "name": name,
            "kind": kind,
            "digest": key_digest(token),
            "hint": token[:HINT_LENGTH],
            "now": now,
        },
    )
    row = await cursor.fetchone()
    return None if row is None else row["id"]


async def list_sources(connection: Connection) -> list[DictRow]:
    """Return all sources without their digests, newest first."""
    return await (await connection.execute(_SQL["list_sources"], {"id": None})).fetchall()


async def load_source(connection: Connection, source_id: UUID) -> DictRow | None:
    """Return a source as ``list_sources`` does, if there is one of this id."""
    return await (await connection.execute(_SQL["list_sources"], {"id": source_id})).fetchone()


async def revoke_source(connection: Connection, source_id: UUID, *, now: datetime) -> bool:
    """Revoke a source's token; say whether there is a source of this id."""
    cursor = await connection.execute(_SQL["revoke_source"], {"id": source_id, "now": now})
    return cursor.rowcount == 1


async def add_tally(connection: Connection, source_id: UUID, tally: Tally) -> None:
    """Add what a worker counted to the source's row."""
    await connection.execute(
        _SQL["add_tally"],
        {
            "id": source_id,
            "events": tally.events,
            "recorded": tally.recorded,
            "ignored": tally.ignored,
            "last_event_at": tally.last_event_at,
            "last_problem": tally.last_problem,
            "last_problem_at": tally.last_problem_at,
        },
    )
