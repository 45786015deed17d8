"""Who is signed in with a browser: each a row, found by the SHA-256 of its cookie's secret."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import DictRow

from shared.domain.identifiers import new_id
from shared.domain.permissions import Caller, Permission
from shared.store.database import Connection
from shared.store.queries import load

_SQL = load("sign_ins")


@dataclass(frozen=True, slots=True)
class NewSignIn:
    """A sign-in to be kept.

    Attributes:
        caller: who signs in.
        digest: of the cookie's secret.
        key_digest: of the key that was shown; None if it was a token of the host's.
        client: what the browser calls itself.
    """

    caller: Caller
    digest: bytes
    key_digest: bytes | None
    expires_at: datetime
    address: str | None
    client: str | None


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in that holds.

    Attributes:
        caller: who signed in, as the host said then; None if it was by a key, which is to be asked.
    """

    id: UUID
    caller: Caller | None
    key_digest: bytes | None
    seen_at: datetime


async def add(connection: Connection, new: NewSignIn, *, now: datetime) -> UUID:
    """Keep a sign-in and return its id."""
    by_host = new.key_digest is None
    sign_in_id = new_id(now)
    await connection.execute(
        _SQL["add"],
        {
            "id": sign_in_id,
            "digest": new.digest,
            "caller": new.caller.name,
            "key_digest": new.key_digest,
            "permissions": sorted(new.caller.permissions) if by_host else None,
            "user_id": new.caller.user_id,
            "now": now,
            "expires_at": new.expires_at,
            "address": new.address,
            "client": new.client,
        },
    )
    return sign_in_id


async def find(
    connection: Connection, digest: bytes, *, now: datetime, idle_since: datetime
) -> SignIn | None:
    """Return the sign-in with this digest, if it has neither expired nor been left idle."""
    said = {"digest": digest, "now": now, "idle_since": idle_since}
    row = await (await connection.execute(_SQL["find"], said)).fetchone()
    if row is None:
        return None
    caller = None
    if row["permissions"] is not None:
        granted = frozenset(Permission(name) for name in row["permissions"])
        caller = Caller(row["caller"], granted, row["user_id"])
    return SignIn(row["id"], caller, row["key_digest"], row["seen_at"])


async def note_seen(connection: Connection, sign_in_id: UUID, *, now: datetime) -> None:
    """Note that somebody is there."""
    await connection.execute(_SQL["note_seen"], {"id": sign_in_id, "now": now})


async def list_own(
    connection: Connection, caller: str, *, now: datetime, idle_since: datetime
) -> list[DictRow]:
    """Return where a caller is signed in, latest first."""
    said = {"caller": caller, "now": now, "idle_since": idle_since}
    return await (await connection.execute(_SQL["list_own"], said)).fetchall()


async def end_one(connection: Connection, caller: str, sign_in_id: UUID) -> bool:
    """Sign a caller out of one browser; say whether it was signed in there."""
    said = {"caller": caller, "id": sign_in_id}
    return (await connection.execute(_SQL["end_one"], said)).rowcount == 1


async def end_others(connection: Connection, caller: str, kept: UUID | None) -> int:
    """Sign a caller out of all browsers but one; return of how many."""
    said = {"caller": caller, "kept": kept}
    return (await connection.execute(_SQL["end_others"], said)).rowcount


async def forget(connection: Connection, *, now: datetime, idle_since: datetime) -> int:
    """Forget sign-ins that do not hold any more; return how many."""
    said = {"now": now, "idle_since": idle_since}
    return (await connection.execute(_SQL["forget"], said)).rowcount
