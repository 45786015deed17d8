"""Merging users into people, and splitting them off, in the database.

What is the person's own is moved: sessions, pins, cases, the ledger, actions, and (in
``shared.store.rollups``) facts. What a source or an operator says of an account stays with the
account and is read with the person's: names, devices, trusted entries, words for places.
"""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from psycopg.rows import DictRow

from shared.domain.merging import Candidate, Move
from shared.store.database import Connection
from shared.store.queries import load

_SQL = load("merges")


async def hold_users(connection: Connection, user_ids: Collection[UUID]) -> dict[UUID, UUID | None]:
    """Hold users until the transaction ends; return into whom each is merged, of those known."""
    cursor = await connection.execute(_SQL["hold_users"], {"user_ids": list(user_ids)})
    return {row["user_id"]: row["merged_into"] for row in await cursor.fetchall()}


async def stands_for_others(connection: Connection, user_id: UUID) -> bool:
    """Say whether anybody was merged into a user."""
    cursor = await connection.execute(_SQL["find_merged"], {"user_id": user_id})
    return await cursor.fetchone() is not None


async def merge(connection: Connection, user_id: UUID, person_id: UUID, *, now: datetime) -> None:
    """Let a user be a person, with all that is moved; the facts are to be moved after it."""
    both = {"user_id": user_id, "person_id": person_id, "now": now}
    await connection.execute(_SQL["set_merged"], both)
    await connection.execute(_SQL["set_cases_aside"], both | {"closed_by": _closed_by(person_id)})
    await _move(connection, Move.merging(user_id, person_id))
    for name in ("forget_score", "forget_learned", "forget_traces"):
        await connection.execute(_SQL[name], {"user_id": user_id})


async def split(connection: Connection, user_id: UUID, person_id: UUID) -> None:
    """Let a user be one again, with all that is the account's; the facts are to be moved after it."""
    both = {"user_id": user_id, "person_id": person_id}
    await _move(connection, Move.splitting(user_id, person_id))
    await connection.execute(
        _SQL["reopen_cases"], {"user_id": user_id, "closed_by": _closed_by(person_id)}
    )
    for whose, other in ((user_id, person_id), (person_id, user_id)):
        await connection.execute(_SQL["share_networks"], {"user_id": whose, "other_id": other})
    await connection.execute(_SQL["drop_networks"], both)
    await connection.execute(_SQL["set_split"], both)


async def see_again(connection: Connection, user_id: UUID, person_id: UUID) -> None:
    """Find again when a person was there, once all that is of a user who was split off is gone."""
    await connection.execute(_SQL["see_again"], {"user_id": user_id, "person_id": person_id})


async def list_accounts(connection: Connection, user_id: UUID) -> list[DictRow]:
    """Return a person's users and their accounts, the person's own first."""
    return await (await connection.execute(_SQL["list_accounts"], {"user_id": user_id})).fetchall()


async def list_candidates(connection: Connection) -> list[Candidate]:
    """Return everybody, by all that their accounts say."""
    return [
        Candidate(
            row["user_id"],
            row["first_seen_at"],
            frozenset(row["names"]),
            frozenset(row["emails"]),
            frozenset(row["servers"]),
        )
        for row in await (await connection.execute(_SQL["list_candidates"])).fetchall()
    ]


async def list_names(connection: Connection, user_ids: Collection[UUID]) -> dict[UUID, str | None]:
    """Return what people are called, by their ids."""
    cursor = await connection.execute(_SQL["list_names"], {"user_ids": list(user_ids)})
    return {row["user_id"]: row["name"] for row in await cursor.fetchall()}


async def _move(connection: Connection, move: Move) -> None:
    for name in (
        "move_sessions",
        "move_keys",
        "move_networks",
        "move_cases",
        "move_ledger",
        "move_actions",
    ):
        await connection.execute(_SQL[name], asdict(move))


def _closed_by(person_id: UUID) -> str:
    return f"merge:{person_id}"
