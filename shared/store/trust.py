"""Trust in the database: the ledger, and the score that is its fold."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import DictRow

from shared.domain.identifiers import new_id
from shared.domain.trust import EntryKind, LedgerEntry, Threshold
from shared.store.database import Connection, one
from shared.store.queries import load

_SQL = load("trust")

_UNFILTERED: Mapping[str, object] = {
    "user_id": None,
    "max_score": None,
    "archived": None,
    "after_score": None,
    "after_id": None,
    "limit": 1,
    "offset": 0,
}


@dataclass(frozen=True, slots=True)
class Score:
    """A person's score, 0 to 100, and the thresholds that have fired and are not armed again."""

    value: int
    fired: frozenset[Threshold]


async def lock_score(connection: Connection, user_id: UUID, *, now: datetime) -> Score:
    """Return a person's score and hold it, so that two changes come one after the other."""
    cursor = await connection.execute(_SQL["lock_score"], {"user_id": user_id, "now": now})
    row = await cursor.fetchone()
    if row is None:
        raise AssertionError("an upsert returns its row")
    return Score(row["score"], frozenset(Threshold(name) for name in row["fired_thresholds"]))


async def write_score(
    connection: Connection,
    user_id: UUID,
    *,
    score: int,
    fired: Collection[Threshold],
    now: datetime,
) -> None:
    """Write a person's score, and which thresholds have fired."""
    await connection.execute(
        _SQL["write_score"],
        {"user_id": user_id, "score": score, "fired": sorted(fired), "now": now},
    )


async def add_entry(connection: Connection, user_id: UUID, entry: LedgerEntry) -> UUID:
    """Add to a person's ledger; return under which id."""
    entry_id = new_id(entry.at)
    await connection.execute(
        _SQL["add_entry"],
        {
            "user_id": user_id,
            "id": entry_id,
            "kind": entry.kind,
            "delta": entry.delta,
            "reason": entry.reason,
            "case_id": entry.case_id,
            "at": entry.at,
        },
    )
    return entry_id


async def void_entry(connection: Connection, user_id: UUID, entry_id: UUID) -> bool:
    """Take an entry back; say whether it counted until now."""
    cursor = await connection.execute(_SQL["void_entry"], {"user_id": user_id, "id": entry_id})
    return cursor.rowcount == 1


async def void_case_entries(
    connection: Connection, user_id: UUID, case_id: UUID, *, void: bool
) -> None:
    """Take back what a case cost, or let it count again."""
    await connection.execute(
        _SQL["void_case_entries"], {"user_id": user_id, "case_id": case_id, "void": void}
    )


async def list_entries(connection: Connection, user_id: UUID) -> list[LedgerEntry]:
    """Return a person's ledger, in order."""
    cursor = await connection.execute(_SQL["list_entries"], {"user_id": user_id})
    return [
        LedgerEntry(
            delta=row["delta"],
            reason=row["reason"],
            case_id=row["case_id"],
            at=row["at"],
            void=row["void"],
            kind=EntryKind(row["kind"]),
        )
        for row in await cursor.fetchall()
    ]


async def list_below(connection: Connection, *, after: UUID, limit: int) -> list[UUID]:
    """Return a lot of people whose score is below 100, in order of their ids."""
    cursor = await connection.execute(_SQL["list_below"], {"after": after, "limit": limit})
    return [row["user_id"] for row in await cursor.fetchall()]


async def list_rows(connection: Connection, filters: Mapping[str, object]) -> list[DictRow]:
    """Return scores with names, lowest first.

    ``filters`` holds what is asked for: parameters of ``list_scores``, each optional.
    """
    cursor = await connection.execute(_SQL["list_scores"], {**_UNFILTERED, **filters})
    return await cursor.fetchall()


async def count_rows(connection: Connection, filters: Mapping[str, object]) -> int:
    """Return how many people there are; ``filters`` as for ``list_rows``."""
    cursor = await connection.execute(_SQL["count_scores"], {**_UNFILTERED, **filters})
    return one(await cursor.fetchone())["people"]
