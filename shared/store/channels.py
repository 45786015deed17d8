"""Notification channels in the database; their settings are encrypted before they come here."""

from datetime import datetime
from uuid import UUID

from psycopg.rows import DictRow

from shared.domain.identifiers import new_id
from shared.store.database import Connection
from shared.store.queries import load

_SQL = load("channels")


async def add_channel(
    connection: Connection, *, name: str, type_: str, config: bytes, enabled: bool, now: datetime
) -> UUID | None:
    """Add a channel and return its id; ``None`` if the name is taken."""
    cursor = await connection.execute(
        _SQL["add_channel"],
        {
            "id": new_id(now),
            "name": name,
            "type": type_,
            "config": config,
            "enabled": enabled,
            "now": now,
        },
    )
    row = await cursor.fetchone()
    return None if row is None else row["id"]


async def list_channels(connection: Connection) -> list[DictRow]:
    """Return all channels by name, with what became of their deliveries."""
    return await (await connection.execute(_SQL["list_channels"], {"id": None})).fetchall()


async def find_channel(connection: Connection, channel_id: UUID) -> DictRow | None:
    """Return one channel, with what became of its deliveries."""
    cursor = await connection.execute(_SQL["list_channels"], {"id": channel_id})
    return await cursor.fetchone()


async def update_channel(
    connection: Connection,
    channel_id: UUID,
    *,
    name: str | None,
    config: bytes | None,
    enabled: bool | None,
    now: datetime,
) -> bool:
    """Change what is given; ``False`` if the channel is gone or the name is another's."""
    cursor = await connection.execute(
        _SQL["update_channel"],
        {"id": channel_id, "name": name, "config": config, "enabled": enabled, "now": now},
    )
    return cursor.rowcount == 1


async def disable_channel(
    connection: Connection, channel_id: UUID, *, config: bytes, reason: str, now: datetime
) -> bool:
    """Send nothing more to a channel of which this config turned out to lead nowhere.

    ``False`` if that was so already, or if the channel has another config by now.
    """
    cursor = await connection.execute(
        _SQL["disable_channel"],
        {"id": channel_id, "config": config, "reason": reason, "now": now},
    )
    return cursor.rowcount == 1


async def delete_channel(connection: Connection, channel_id: UUID) -> bool:
    """Delete a channel with its deliveries; say whether it was there."""
    return (await connection.execute(_SQL["delete_channel"], {"id": channel_id})).rowcount == 1
