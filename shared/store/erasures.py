"""Erasures in the database: who was erased, whose erasure goes on, and each of its steps."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import DictRow

from shared.store.database import Connection, one
from shared.store.personal_rows import ERASED, NO_ACTOR, NOBODY, Names
from shared.store.queries import json_text, load

_SQL = load("erasures")

_UNFILTERED: Mapping[str, object] = {
    "id": None,
    "user_id": None,
    "after_at": None,
    "after_id": None,
    "limit": 1,
    "offset": 0,
}


@dataclass(frozen=True, slots=True)
class Claimed:
    """An erasure that is ours until its lease ends."""

    id: UUID
    user_id: UUID


async def bury(connection: Connection, user_id: UUID, *, now: datetime) -> None:
    """Let nobody write a person any more. Waits for whoever is just doing so."""
    await connection.execute(_SQL["hold_people"])
    await connection.execute(_SQL["bury"], {"user_id": user_id, "now": now})


async def unbury(connection: Connection, user_id: UUID) -> bool:
    """Let a person be written again; say whether they were erased, and that is over."""
    return (await connection.execute(_SQL["unbury"], {"user_id": user_id})).rowcount == 1


async def find_erased(connection: Connection, user_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these people were erased."""
    if not user_ids:
        return set()
    cursor = await connection.execute(_SQL["find_erased"], {"user_ids": list(user_ids)})
    return {row["user_id"] for row in await cursor.fetchall()}


async def add(
    connection: Connection,
    erasure_id: UUID,
    *,
    user_id: UUID,
    actor: str,
    expected: Mapping[str, int],
    now: datetime,
) -> bool:
    """Ask for an erasure; say whether there was none of this person going on."""
    cursor = await connection.execute(
        _SQL["add_erasure"],
        {
            "id": erasure_id,
            "user_id": user_id,
            "actor": actor,
            "expected": json_text(expected),
            "now": now,
        },
    )
    return cursor.rowcount == 1


async def list_rows(connection: Connection, filters: Mapping[str, object]) -> list[DictRow]:
    """Return erasures, latest first; ``filters`` are parameters of ``list_erasures``."""
    cursor = await connection.execute(_SQL["list_erasures"], {**_UNFILTERED, **filters})
    return await cursor.fetchall()


async def count_rows(connection: Connection, filters: Mapping[str, object]) -> int:
    """Return how many erasures there are; there is nothing to filter them by."""
    cursor = await connection.execute(_SQL["count_erasures"], filters)
    return one(await cursor.fetchone())["erasures"]


async def claim(connection: Connection, *, lease_until: datetime, now: datetime) -> Claimed | None:
    """Claim the erasure that waits longest and that nobody is at."""
    cursor = await connection.execute(_SQL["claim"], {"lease_until": lease_until, "now": now})
    row = await cursor.fetchone()
    return None if row is None else Claimed(row["id"], row["user_id"])


async def note_progress(
    connection: Connection,
    claimed: Claimed,
    *,
    lease_until: datetime,
    sessions: int = 0,
    items: int = 0,
) -> None:
    """Note what is gone, and stay at it."""
    await connection.execute(
        _SQL["note_progress"],
        {"id": claimed.id, "lease_until": lease_until, "sessions": sessions, "items": items},
    )


async def finish(connection: Connection, claimed: Claimed, *, now: datetime) -> None:
    """Close an erasure, which forgets whom it was about."""
    await connection.execute(_SQL["finish"], {"id": claimed.id, "now": now})


async def delete_sessions(connection: Connection, user_id: UUID, *, limit: int) -> int:
    """Delete some of a person's sessions; return how many."""
    cursor = await connection.execute(_SQL["delete_sessions"], {"user_id": user_id, "limit": limit})
    ids = [row["id"] for row in await cursor.fetchall()]
    if ids:
        await connection.execute(_SQL["delete_keys"], {"ids": ids})
    return len(ids)


async def has_history(connection: Connection, user_id: UUID) -> bool:
    """Say whether there are sessions of a person, or what statistics were made of."""
    cursor = await connection.execute(_SQL["has_history"], {"user_id": user_id})
    return bool(one(await cursor.fetchone())["has_history"])


async def list_words(connection: Connection, user_id: UUID) -> list[str]:
    """Return what else than the id names a person."""
    cursor = await connection.execute(_SQL["list_words"], {"user_id": user_id})
    return [row["word"] for row in await cursor.fetchall() if row["word"]]


async def forget_shared(connection: Connection, user_id: UUID) -> None:
    """Take a person out of what was about several: common entries, backtests, servers' watches."""
    for name in ("delete_common_entries", "move_bounds", "forget_watches"):
        await connection.execute(_SQL[name], {"user_id": user_id, "nobody": NOBODY})


async def list_actors(connection: Connection, user_id: UUID) -> list[str]:
    """Return what a person is called who does something."""
    cursor = await connection.execute(_SQL["list_actors"], {"user_id": user_id})
    return [row["actor"] for row in await cursor.fetchall()]


async def erase_from_audit(connection: Connection, names: Names, *, now: datetime) -> None:
    """Take out of the audit log what it says of a person; its chain holds."""
    await connection.execute(
        _SQL["erase_from_audit"],
        {
            "actors": list(names.actors),
            "pattern": names.pattern,
            "no_actor": NO_ACTOR,
            "erased": ERASED,
            "now": now,
        },
    )
