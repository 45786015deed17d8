"""Trusted entries in the database."""

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
from shared.store.database import Connection
from shared.store.queries import load

_SQL = load("trusted")


async def list_for_user(connection: Connection, user_id: UUID) -> list[TrustedEntry]:
    """Return what has a say in a person's timeline."""
    cursor = await connection.execute(_SQL["list_entries_of_user"], {"user_id": user_id})
    return [entry_of(row) for row in await cursor.fetchall()]


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
