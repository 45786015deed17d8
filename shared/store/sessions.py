"""Sessions in the database: each a row that holds the session and its journal."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.rows import args_row

from shared.domain.narrowing import Rhythm
from shared.domain.record import Record
from shared.domain.session import EventKind, NetworkAddress, Session, SessionEvent
from shared.domain.viewing import Viewing
from shared.store.database import Connection, StaleWriteError
from shared.store.journal import decode_interruptions, decode_segments
from shared.store.queries import json_text, load
from shared.store.session_rows import Key, Stored, from_row, to_brief_row, to_row

_SQL = load("sessions")


async def load_by_keys(connection: Connection, keys: Iterable[Key]) -> dict[Key, Stored]:
    """Return the current session of each (source, session_key) that has one."""
    wanted = [{"source": source, "session_key": key} for source, key in keys]
    if not wanted:
        return {}
    cursor = await connection.execute(_SQL["load_by_keys"], {"keys": json_text(wanted)})
    return {stored.key: stored for stored in map(from_row, await cursor.fetchall())}


async def load_former(connection: Connection, keys: Iterable[Key]) -> list[Stored]:
    """Return the sessions before the current one of each (source, session_key)."""
    wanted = [{"source": source, "session_key": key} for source, key in keys]
    if not wanted:
        return []
    cursor = await connection.execute(_SQL["load_former"], {"keys": json_text(wanted)})
    return [from_row(row) for row in await cursor.fetchall()]


async def load_by_ids(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, Stored]:
    """Return the sessions with these ids, of those that exist."""
    wanted = list(ids)
    if not wanted:
        return {}
    cursor = await connection.execute(_SQL["load_by_ids"], {"ids": wanted})
    return {s.record.session.id: s for s in map(from_row, await cursor.fetchall())}


async def find_buried(
    connection: Connection, events: Sequence[tuple[Key, SessionEvent]]
) -> set[int]:
    """Return which of these events, by their numbers, belong to sessions that were deleted."""
    rows = [
        {
            "number": number,
            "source": key[0],
            "session_key": key[1],
            "at": event.at,
            "started_at": event.started_at,
            "stops": event.kind is EventKind.STOP,
        }
        for number, (key, event) in enumerate(events)
    ]
    if not rows:
        return set()
    cursor = await connection.execute(_SQL["find_buried"], {"events": json_text(rows)})
    return {row["number"] for row in await cursor.fetchall()}


async def insert(connection: Connection, records: Sequence[Record]) -> None:
    """Write new sessions."""
    if records:
        rows = [to_row(record, version=1) for record in records]
        await connection.execute(_SQL["insert_sessions"], {"rows": json_text(rows)})


async def update(connection: Connection, changes: Sequence[tuple[Stored, Record]]) -> None:
    """Write changed sessions, whole.

    Raises:
        StaleWriteError: one of them was changed since it was read.
    """
    rows = [to_row(after, before.version + 1) for before, after in changes]
    await _expect_all(connection, "update_sessions", "rows", rows)


async def touch(connection: Connection, changes: Sequence[tuple[Stored, Record]]) -> None:
    """Write sessions that only gave a sign of life, briefly.

    Raises:
        StaleWriteError: one of them was changed since it was read.
    """
    rows = [to_brief_row(after, before.version + 1) for before, after in changes]
    await _expect_all(connection, "touch_sessions", "rows", rows)


@dataclass(frozen=True, slots=True)
class KeyPointer:
    """What a key points at: its current session, and those before it, oldest first."""

    id: UUID
    former: tuple[UUID, ...] = ()


async def point_keys(
    connection: Connection, changes: Sequence[tuple[Session, KeyPointer | None, KeyPointer]]
) -> None:
    """Change what keys point at; each change names the current session, before and after.

    Raises:
        StaleWriteError: a key was changed since it was read.
    """
    new: list[dict[str, Any]] = []
    moved: list[dict[str, Any]] = []
    for session, before, after in changes:
        key = {
            "source": session.source,
            "session_key": session.session_key,
            "user_id": session.user_id,
            "id": after.id,
            "former": after.former,
        }
        if before is None:
            new.append(key)
        else:
            moved.append(key | {"before_id": before.id, "before_former": before.former})
    await _expect_all(connection, "add_keys", "keys", new)
    await _expect_all(connection, "move_keys", "keys", moved)


async def list_silent(
    connection: Connection, *, silent_since: datetime, now: datetime, limit: int
) -> list[Stored]:
    """Return active sessions without a sign of life since then, oldest first."""
    cursor = await connection.execute(
        _SQL["list_silent"], {"silent_since": silent_since, "now": now, "limit": limit}
    )
    return [from_row(row) for row in await cursor.fetchall()]


async def settle_journals(connection: Connection, *, ended_before: datetime, limit: int) -> int:
    """Forget journals that no late event can need any more; return how many."""
    cursor = await connection.execute(
        _SQL["settle_journals"], {"ended_before": ended_before, "limit": limit}
    )
    return cursor.rowcount


async def delete(connection: Connection, session: Session, *, now: datetime) -> bool:
    """Delete a session's record, leaving a tombstone; say whether it was there."""
    which = {
        "user_id": session.user_id,
        "id": session.id,
        "source": session.source,
        "session_key": session.session_key,
        "now": now,
    }
    for statement in ("add_tombstone", "pass_key_back", "remove_key", "leave_chain"):
        await connection.execute(_SQL[statement], which)
    return (await connection.execute(_SQL["delete_session"], which)).rowcount == 1


async def is_active(connection: Connection, user_id: UUID, session_id: UUID) -> bool:
    """Say whether a session goes on."""
    cursor = await connection.execute(_SQL["find_active"], {"user_id": user_id, "id": session_id})
    return await cursor.fetchone() is not None


async def list_viewings(
    connection: Connection, user_ids: Sequence[UUID], *, since: datetime
) -> list[Viewing]:
    """Return of people's sessions that ended at or after an instant, or go on, what counts.

    They come by person, in the order in which they began.
    """
    async with connection.cursor(row_factory=args_row(_viewing)) as cursor:
        await cursor.execute(_SQL["list_viewings"], {"user_ids": list(user_ids), "since": since})
        return await cursor.fetchall()


async def list_rhythms(
    connection: Connection, user_ids: Sequence[UUID], *, handover: timedelta
) -> dict[UUID, Rhythm]:
    """Return how people's sessions follow each other, of those who have any."""
    cursor = await connection.execute(
        _SQL["list_rhythms"], {"user_ids": list(user_ids), "handover": handover}
    )
    return {
        row["user_id"]: Rhythm(
            row["most_at_once"],
            row["longest_silence"] or timedelta(),
            row["first_end"],
            row["last_end"],
        )
        for row in await cursor.fetchall()
    }


def is_heartbeat(before: Session, after: Session) -> bool:
    """Whether nothing but a sign of life lies between the two."""
    return (
        before.state is after.state
        and before.stopped_at == after.stopped_at
        and before.end_reason == after.end_reason
        and before.claimed_start == after.claimed_start
        and before.clock_offset == after.clock_offset
        and before.stream_since == after.stream_since
        and before.started_at == after.started_at
        and before.start_progress == after.start_progress
        and before.interrupted_since == after.interrupted_since
        and before.interruptions == after.interruptions
        and before.network == after.network
        and before.past_segments == after.past_segments
        and before.network_since == after.network_since
        and before.past_streams == after.past_streams
        and before.attributes == after.attributes
    )


async def _expect_all(
    connection: Connection, statement: str, parameter: str, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Run a conditional write and insist that it found every row."""
    if not rows:
        return
    cursor = await connection.execute(_SQL[statement], {parameter: json_text(rows)})
    if cursor.rowcount < len(rows):
        raise StaleWriteError(statement)


def _viewing(  # noqa: PLR0917  (the columns of list_viewings, in their order)
    user_id: UUID,
    session_id: UUID,
    network_key: str | None,
    address: str | None,
    network_since: datetime,
    stopped_at: datetime | None,
    device_id: str | None,
    device_name: str | None,
    content_type: str,
    title: str | None,
    server_id: str | None,
    library_id: str | None,
    past_segments: list[Any] | None,
    interruptions: list[Any] | None,
    paused_since: datetime | None,
) -> Viewing:
    return Viewing(
        user_id,
        session_id,
        None if network_key is None else NetworkAddress(address or "", network_key),
        network_since,
        stopped_at,
        device_id,
        device_name,
        content_type,
        title,
        server_id,
        library_id,
        decode_segments(past_segments) if past_segments else (),
        decode_interruptions(interruptions) if interruptions else (),
        paused_since,
    )
