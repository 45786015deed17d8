"""API keys in the database."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from psycopg.rows import DictRow

from shared.domain.identifiers import new_id
from shared.domain.keys import PREFIX, key_digest
from shared.domain.permissions import ROLE_PERMISSIONS, Caller, Permission, Role
from shared.store.database import Connection
from shared.store.queries import load

_SQL = load("access")

HINT_LENGTH = len(PREFIX) + 4


async def find_caller(connection: Connection, digest: bytes, *, now: datetime) -> Caller | None:
    """Return whose key has this SHA-256, unless it is revoked or has expired."""
    cursor = await connection.execute(_SQL["find_key"], {"digest": digest, "now": now})
    row = await cursor.fetchone()
    if row is None:
        return None
    granted = ROLE_PERMISSIONS[Role(row["role"])]
    if row["permissions"] is not None:
        granted = frozenset(Permission(name) for name in row["permissions"])
    return Caller(name=caller_name(row["name"]), permissions=granted, user_id=row["user_id"])


def caller_name(key_name: str) -> str:
    """Return what the bearer of a key is called."""
    return f"key:{key_name}"


async def add_key(
    connection: Connection,
    key: str,
    *,
    name: str,
    role: Role,
    now: datetime,
    user_id: UUID | None = None,
    permissions: Collection[Permission] | None = None,
    expires_at: datetime | None = None,
) -> UUID | None:
    """Keep a key's digest and return its id; ``None`` if the key or its name is there already."""
    cursor = await connection.execute(
        _SQL["add_key"],
        {
            "id": new_id(now),
            "name": name,
            "digest": key_digest(key),
            "hint": key[:HINT_LENGTH],
            "role": role,
            "user_id": user_id,
            "permissions": None if permissions is None else sorted(permissions),
            "now": now,
            "expires_at": expires_at,
        },
    )
    row = await cursor.fetchone()
    return None if row is None else row["id"]


async def list_keys(connection: Connection) -> list[DictRow]:
    """Return all keys without their digests, newest first."""
    return await (await connection.execute(_SQL["list_keys"])).fetchall()


async def find_key(connection: Connection, key_id: UUID) -> DictRow | None:
    """Return a key as ``list_keys`` does, if there is one of this id."""
    return await (await connection.execute(_SQL["find_key_by_id"], {"id": key_id})).fetchone()


async def revoke_key(connection: Connection, key_id: UUID, *, now: datetime) -> bool:
    """Revoke a key; say whether there is one of this id."""
    cursor = await connection.execute(_SQL["revoke_key"], {"id": key_id, "now": now})
    return cursor.rowcount == 1


async def rotate_key(
    connection: Connection, key_id: UUID, key: str, *, now: datetime, former_until: datetime
) -> bool:
    """Give a key another secret; say whether there is one of this id that is good.

    The secret before opens it until ``former_until``; one that was rotated out earlier, until the
    time that was said then.
    """
    said = {"id": key_id, "digest": key_digest(key), "hint": key[:HINT_LENGTH], "now": now}
    row = await (await connection.execute(_SQL["rotate_key"], said)).fetchone()
    if row is None:
        return False
    if former_until > now:
        await connection.execute(
            _SQL["keep_former"],
            {"digest": row["former"], "id": key_id, "good_until": former_until},
        )
    return True


async def forget_former(connection: Connection, *, now: datetime) -> int:
    """Forget former secrets that open nothing any more; return how many."""
    return (await connection.execute(_SQL["forget_former"], {"now": now})).rowcount
