"""Trusted entries in the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from psycopg.rows import DictRow

from shared.domain.trusted import (
    Trusted,
    TrustedDevice,
    TrustedEntry,
    TrustedKind,
    TrustedNetwork,
    TrustedPair,
    TrustedPlace,
    TrustedUser,
)
from shared.store.database import Connection, one
from shared.store.queries import load

_SQL = load("trusted")

_UNFILTERED: Mapping[str, object] = {
    "id": None,
    "kind": None,
    "user_id": None,
    "case_id": None,
    "in_force": None,
    "after_at": None,
    "after_id": None,
    "limit": 1,
    "offset": 0,
}
_UNSET: Mapping[str, object] = {
    "other_user_id": None,
    "device_id": None,
    "network": None,
    "latitude": None,
    "longitude": None,
    "radius_km": None,
}


async def list_for_users(connection: Connection, user_ids: Sequence[UUID]) -> list[TrustedEntry]:
    """Return what has a say in people's timelines."""
    cursor = await connection.execute(_SQL["list_entries_of_users"], {"user_ids": list(user_ids)})
    return [entry_of(row) for row in await cursor.fetchall()]


async def list_pairs(connection: Connection) -> list[TrustedEntry]:
    """Return the pairs of users who are, or were, trusted together."""
    return [
        entry_of(row) for row in await (await connection.execute(_SQL["list_pairs"])).fetchall()
    ]


async def list_rows(
    connection: Connection, filters: Mapping[str, object], *, now: datetime
) -> list[DictRow]:
    """Return entries, newest first.

    ``filters`` holds what is asked for: parameters of ``list_entries``, each optional.
    """
    parameters = {**_UNFILTERED, **filters, "now": now}
    # Unprepared, so that each question is planned for the filters it has.
    cursor = await connection.execute(_SQL["list_entries"], parameters, prepare=False)
    return await cursor.fetchall()


async def count_rows(
    connection: Connection, filters: Mapping[str, object], *, now: datetime
) -> int:
    """Return how many entries there are; ``filters`` as for ``list_rows``."""
    parameters = {**_UNFILTERED, **filters, "now": now}
    cursor = await connection.execute(_SQL["count_entries"], parameters, prepare=False)
    return one(await cursor.fetchone())["entries"]


async def find_row(connection: Connection, entry_id: UUID, *, now: datetime) -> DictRow | None:
    """Return one entry as lists show it."""
    rows = await list_rows(connection, {"id": entry_id}, now=now)
    return rows[0] if rows else None


async def add(
    connection: Connection,
    entry: TrustedEntry,
    *,
    note: str | None,
    case_id: UUID | None,
    actor: str,
    now: datetime,
) -> tuple[UUID, bool]:
    """Trust something, or renew it; return the entry's id, and whether it is new."""
    columns = {
        "id": entry.id,
        "user_id": entry.user_id,
        "expires_at": entry.expires_at,
        "note": note,
        "case_id": case_id,
        "actor": actor,
        "now": now,
    }
    cursor = await connection.execute(
        _SQL["add_entry"], {**_UNSET, **columns, **_columns(entry.trusted)}
    )
    row = one(await cursor.fetchone())
    return row["id"], row["is_new"]


async def hold(connection: Connection, entry_id: UUID) -> None:
    """Hold an entry until the transaction ends, so that nobody changes it between read and write."""
    await connection.execute(_SQL["hold_entry"], {"id": entry_id})


async def change(
    connection: Connection, entry_id: UUID, *, expires_at: datetime | None, note: str | None
) -> bool:
    """Change how long something is trusted, and why; say whether it was there."""
    cursor = await connection.execute(
        _SQL["change_entry"], {"id": entry_id, "expires_at": expires_at, "note": note}
    )
    return cursor.rowcount == 1


async def delete(connection: Connection, entry_id: UUID) -> bool:
    """Trust something no longer; say whether it was there."""
    return (await connection.execute(_SQL["delete_entry"], {"id": entry_id})).rowcount == 1


async def forget(connection: Connection, *, before: datetime) -> int:
    """Let go of what expired before then; return how much."""
    return (await connection.execute(_SQL["forget_entries"], {"before": before})).rowcount


async def list_users_with_cases(
    connection: Connection, entry: TrustedEntry, *, since: datetime, limit: int
) -> list[UUID]:
    """Return who had a case since then that an entry may concern, the latest case first."""
    about = {**_UNSET, **_columns(entry.trusted), "user_id": entry.user_id}
    cursor = await connection.execute(
        _SQL["list_users_with_cases"], {**about, "since": since, "limit": limit}, prepare=False
    )
    return [row["user_id"] for row in await cursor.fetchall()]


def entry_of(row: DictRow) -> TrustedEntry:
    """Return a row as the domain knows it."""
    return TrustedEntry(
        id=row["id"],
        trusted=_trusted(row),
        user_id=row["user_id"],
        expires_at=row["expires_at"],
    )


def _trusted(row: DictRow) -> Trusted:
    match TrustedKind(row["kind"]):
        case TrustedKind.DEVICE:
            return TrustedDevice(row["device_id"])
        case TrustedKind.NETWORK:
            return TrustedNetwork(row["network"])
        case TrustedKind.PLACE:
            return TrustedPlace(row["latitude"], row["longitude"], row["radius_km"])
        case TrustedKind.USER:
            return TrustedUser()
        case TrustedKind.PAIR:
            return TrustedPair(row["other_user_id"])


def _columns(trusted: Trusted) -> dict[str, object]:
    """Return the columns that say what is trusted."""
    match trusted:
        case TrustedDevice(device_id):
            return {"kind": TrustedKind.DEVICE, "device_id": device_id}
        case TrustedNetwork(network):
            return {"kind": TrustedKind.NETWORK, "network": network}
        case TrustedPlace(latitude, longitude, radius_km):
            centre = {"latitude": latitude, "longitude": longitude}
            return {"kind": TrustedKind.PLACE, "radius_km": radius_km, **centre}
        case TrustedUser():
            return {"kind": TrustedKind.USER}
        case TrustedPair(other_user_id):
            return {"kind": TrustedKind.PAIR, "other_user_id": other_user_id}
