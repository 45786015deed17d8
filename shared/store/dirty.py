"""Dirty keys: what changed and is still to be looked at.

A mark is taken away before the work, in the work's transaction, and set by updating: whatever
changes while the work goes on is marked again and not lost.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network
from typing import Any
from uuid import UUID

from psycopg import AsyncCursor
from psycopg.rows import DictRow

from shared.domain.identifiers import lowest_id
from shared.store.database import Connection, one
from shared.store.queries import load

_SQL = load("dirty")

NOBODY = UUID(int=0)

AnyNetwork = IPv4Network | IPv6Network


async def mark_users(
    connection: Connection, user_ids: Collection[UUID], *, due_at: datetime, now: datetime
) -> None:
    """Ask for users to be looked at, at ``due_at`` at the latest."""
    if user_ids:
        await connection.execute(
            _SQL["mark_users"], {"user_ids": list(user_ids), "due_at": due_at, "now": now}
        )


async def mark_active_users(
    connection: Connection, *, active_since: datetime, after: UUID, limit: int, now: datetime
) -> UUID | None:
    """Mark a batch of those active since then; return where the next begins, if there is one."""
    since = {"active_since": active_since, "after": after, "limit": limit, "now": now}
    return await _next(await connection.execute(_SQL["mark_active_users"], since), limit)


async def mark_users_on_network(
    connection: Connection, network: AnyNetwork, *, after: UUID, limit: int, now: datetime
) -> UUID | None:
    """Mark a batch of those seen on a network; return where the next begins, if there is one."""
    within = {"network": network, "after": after, "limit": limit, "now": now}
    return await _next(await connection.execute(_SQL["mark_users_on_network"], within), limit)


async def mark_users_with_device(
    connection: Connection, device_id: str, *, after: UUID, limit: int, now: datetime
) -> UUID | None:
    """Mark a batch of those with a device; return where the next begins, if there is one."""
    having = {"device_id": device_id, "after": after, "limit": limit, "now": now}
    return await _next(await connection.execute(_SQL["mark_users_with_device"], having), limit)


async def mark_users_between(
    connection: Connection,
    *,
    south: float,
    north: float,
    after: UUID,
    limit: int,
    now: datetime,
) -> UUID | None:
    """Mark a batch of those seen between two latitudes; return where the next begins, if any."""
    between = {"south": south, "north": north, "after": after, "limit": limit, "now": now}
    return await _next(await connection.execute(_SQL["mark_users_between"], between), limit)


async def mark_users_of_source(
    connection: Connection,
    source: str,
    *,
    since: datetime,
    after: UUID,
    limit: int,
    now: datetime,
) -> UUID | None:
    """Mark a batch of those who played from a source; return where the next begins, if any."""
    of_source = {"source": source, "first": lowest_id(since), "after": after}
    cursor = await connection.execute(
        _SQL["mark_users_of_source"], of_source | {"limit": limit, "now": now}
    )
    return await _next(cursor, limit)


async def mark_dormant(
    connection: Connection, *, silent_since: datetime, after: UUID, limit: int, now: datetime
) -> list[UUID]:
    """Mark a batch of those silent since then, in order of their ids; return them."""
    cursor = await connection.execute(
        _SQL["mark_dormant"],
        {"silent_since": silent_since, "after": after, "limit": limit, "now": now},
    )
    return [row["user_id"] for row in await cursor.fetchall()]


async def list_due_users(connection: Connection, *, now: datetime, limit: int) -> list[UUID]:
    """Return users whose time has come, longest due first."""
    cursor = await connection.execute(_SQL["list_due_users"], {"now": now, "limit": limit})
    return [row["user_id"] for row in await cursor.fetchall()]


async def take_user(connection: Connection, user_id: UUID) -> bool:
    """Take a user's mark away; say whether there was one."""
    cursor = await connection.execute(_SQL["take_user"], {"user_id": user_id})
    return cursor.rowcount == 1


async def take_users(connection: Connection, user_ids: Sequence[UUID]) -> list[UUID]:
    """Take the marks of users away; return those who had one."""
    cursor = await connection.execute(_SQL["take_users"], {"user_ids": list(user_ids)})
    return [row["user_id"] for row in await cursor.fetchall()]


async def count(connection: Connection, *, now: datetime) -> dict[str, Any]:
    """Return how many users are due and how many items of people wait, and since when."""
    return one(await (await connection.execute(_SQL["count_dirty"], {"now": now})).fetchone())


async def _next(cursor: AsyncCursor[DictRow], limit: int) -> UUID | None:
    """Return the last of a batch of users; ``None`` if it was not full."""
    marked = [row["user_id"] for row in await cursor.fetchall()]
    return max(marked) if len(marked) == limit else None
