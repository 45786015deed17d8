"""Learned households in the database, what operators say of them, and traces of accounts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import DictRow

from shared.domain.households import HouseholdClass
from shared.domain.linked_accounts import MAX_ACCOUNTS, Footprint, TraceKind
from shared.store.database import Connection, one
from shared.store.queries import json_text, load

_SQL = load("households")

_UNFILTERED: Mapping[str, object] = {
    "min_score": 0,
    "archived": None,
    "after_score": None,
    "after_id": None,
    "limit": 1,
    "offset": 0,
}


@dataclass(frozen=True, slots=True)
class LearnedRow:
    """What is kept of what was learned of a person."""

    score: int
    strangers: int
    households: Sequence[Mapping[str, object]]
    contributions: Sequence[Mapping[str, object]]
    trace_key: bytes | None


async def lock_learned(connection: Connection, user_id: UUID) -> bool:
    """Hold what was learned of a person until the transaction ends; False if there is none such."""
    cursor = await connection.execute(_SQL["lock_learned"], {"user_id": user_id})
    return cursor.rowcount == 1


async def write_learned(
    connection: Connection, user_id: UUID, learned: LearnedRow, *, now: datetime
) -> None:
    """Keep what was learned of a person."""
    await connection.execute(
        _SQL["write_learned"],
        {
            "user_id": user_id,
            "score": learned.score,
            "strangers": learned.strangers,
            "households": json_text(learned.households),
            "contributions": json_text(learned.contributions),
            "trace_key": learned.trace_key,
            "now": now,
        },
    )


async def list_due(
    connection: Connection,
    *,
    fresh_since: datetime,
    long_ago: datetime,
    trace_key: bytes | None,
    after: UUID,
    limit: int,
) -> list[UUID]:
    """Return a lot of people to learn of, in order of their ids."""
    cursor = await connection.execute(
        _SQL["list_due"],
        {
            "fresh_since": fresh_since,
            "long_ago": long_ago,
            "trace_key": trace_key,
            "after": after,
            "limit": limit,
        },
    )
    return [row["user_id"] for row in await cursor.fetchall()]


async def list_plays(connection: Connection, user_id: UUID, *, since: datetime) -> dict[UUID, UUID]:
    """Return which play each of a person's sessions belongs to, by the session's id."""
    cursor = await connection.execute(_SQL["list_plays"], {"user_id": user_id, "since": since})
    return {row["id"]: row["play_id"] for row in await cursor.fetchall()}


async def find_learned(connection: Connection, user_id: UUID) -> DictRow | None:
    """Return what was learned of a person; None if there is no such person."""
    return await (await connection.execute(_SQL["find_learned"], {"user_id": user_id})).fetchone()


async def list_scores(connection: Connection, filters: Mapping[str, object]) -> list[DictRow]:
    """Return sharing scores, highest first.

    ``filters`` holds what is asked for: parameters of ``list_sharing_scores``, each optional.
    """
    parameters = {**_UNFILTERED, **filters}
    return await (await connection.execute(_SQL["list_sharing_scores"], parameters)).fetchall()


async def count_scores(connection: Connection, filters: Mapping[str, object]) -> int:
    """Return how many sharing scores there are; ``filters`` as for ``list_scores``."""
    cursor = await connection.execute(_SQL["count_sharing_scores"], {**_UNFILTERED, **filters})
    return one(await cursor.fetchone())["people"]


async def list_words(connection: Connection, user_id: UUID) -> dict[str, HouseholdClass]:
    """Return what operators said of a person's places, by site."""
    cursor = await connection.execute(_SQL["list_words"], {"user_id": user_id})
    return {row["site"]: HouseholdClass(row["class"]) for row in await cursor.fetchall()}


async def put_words(
    connection: Connection,
    user_id: UUID,
    sites: Sequence[str],
    said: HouseholdClass,
    *,
    actor: str,
    now: datetime,
) -> None:
    """Keep what an operator says of places."""
    await connection.execute(
        _SQL["put_words"],
        {"user_id": user_id, "sites": list(sites), "class": said, "actor": actor, "now": now},
    )


async def drop_words(connection: Connection, user_id: UUID, sites: Sequence[str]) -> bool:
    """Forget what was said of places; say whether there was anything."""
    cursor = await connection.execute(
        _SQL["drop_words"], {"user_id": user_id, "sites": list(sites)}
    )
    return cursor.rowcount > 0


async def put_traces(
    connection: Connection, user_id: UUID, footprints: Sequence[Footprint]
) -> None:
    """Keep a person's traces in place of those there were."""
    await connection.execute(_SQL["drop_traces"], {"user_id": user_id})
    rows = [
        {
            "kind": one.kind,
            "digest": one.digest.hex(),
            "label": one.label,
            "days": one.days,
            "first_seen_at": one.first_seen_at,
            "last_seen_at": one.last_seen_at,
        }
        for one in footprints
    ]
    if rows:
        await connection.execute(_SQL["put_traces"], {"user_id": user_id, "rows": json_text(rows)})


async def list_shared_traces(connection: Connection) -> list[Footprint]:
    """Return the traces that several accounts left, but for those that very many did."""
    parameters = {"max_accounts": MAX_ACCOUNTS}
    cursor = await connection.execute(_SQL["list_shared_traces"], parameters)
    return [_footprint(row) for row in await cursor.fetchall()]


async def list_traces_shared_with(connection: Connection, user_id: UUID) -> list[Footprint]:
    """Return the traces that a user left, by whomever else they were left too."""
    cursor = await connection.execute(_SQL["list_traces_shared_with"], {"user_id": user_id})
    return [_footprint(row) for row in await cursor.fetchall()]


async def list_names(connection: Connection, user_ids: Collection[UUID]) -> dict[UUID, str | None]:
    """Return the names of users by id."""
    cursor = await connection.execute(_SQL["list_names"], {"user_ids": list(user_ids)})
    return {row["user_id"]: row["name"] for row in await cursor.fetchall()}


def _footprint(row: DictRow) -> Footprint:
    return Footprint(
        user_id=row["user_id"],
        kind=TraceKind(row["kind"]),
        digest=row["digest"],
        label=row["label"],
        days=row["days"],
        first_seen_at=row["first_seen_at"],
        last_seen_at=row["last_seen_at"],
    )
