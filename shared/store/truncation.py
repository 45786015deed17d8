"""Addresses to truncate in the database: read in lots, and written back."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import DictRow

from shared.store.database import Connection
from shared.store.queries import json_text, load

_SQL = load("truncation")

Row = Mapping[str, Any]


async def list_sessions(
    connection: Connection, *, before: datetime, after: tuple[datetime, UUID], limit: int
) -> list[DictRow]:
    """Return ended sessions of before then that have an address, from ``after`` on."""
    values = {"before": before, "after_at": after[0], "after_id": after[1], "limit": limit}
    return await (await connection.execute(_SQL["list_sessions"], values)).fetchall()


async def write_sessions(
    connection: Connection, pins: Sequence[Row], sessions: Sequence[Row]
) -> int:
    """Pin truncated networks and write truncated sessions; return how many were as read."""
    await connection.execute(_SQL["copy_pins"], {"rows": json_text(pins)})
    cursor = await connection.execute(_SQL["write_sessions"], {"rows": json_text(sessions)})
    return cursor.rowcount


async def drop_pins(connection: Connection, *, before: datetime) -> int:
    """Let go of pins that no session has an address of any more; return how many."""
    return (await connection.execute(_SQL["drop_pins"], {"before": before})).rowcount


async def list_cases(
    connection: Connection,
    *,
    before: datetime,
    closed_before: datetime,
    after: UUID,
    limit: int,
) -> list[DictRow]:
    """Return closed cases of before then by id, from ``after`` on."""
    values = {"before": before, "closed_before": closed_before, "after": after, "limit": limit}
    return await (await connection.execute(_SQL["list_cases"], values)).fetchall()


async def write_case(
    connection: Connection, case: Row, *, details: object, behaviour_keys: object
) -> None:
    """Write a case with truncated evidence."""
    await connection.execute(
        _SQL["write_case"],
        {
            "user_id": case["user_id"],
            "id": case["id"],
            "details": json_text(details),
            "behaviour_keys": json_text(behaviour_keys),
        },
    )


async def list_events(
    connection: Connection, *, before: datetime, after: UUID, limit: int
) -> list[DictRow]:
    """Return events about people of before then by id, from ``after`` on."""
    values = {"before": before, "after": after, "limit": limit}
    return await (await connection.execute(_SQL["list_events"], values)).fetchall()


async def write_event(connection: Connection, event_id: UUID, payload: object) -> None:
    """Write an event with truncated evidence."""
    values = {"id": event_id, "payload": json_text(payload)}
    await connection.execute(_SQL["write_event"], values)


async def learn_again(connection: Connection, user_ids: Collection[UUID]) -> None:
    """Have the households of people learned anew."""
    await connection.execute(_SQL["learn_again"], {"user_ids": list(user_ids)})


async def truncate_sign_ins(connection: Connection, *, before: datetime) -> int:
    """Truncate where browsers signed in from before then; return how many."""
    return (await connection.execute(_SQL["truncate_sign_ins"], {"before": before})).rowcount
