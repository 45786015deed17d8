"""Notification channels, and what is on its way to them, as an administrator sees and changes it.

Sending is ``shared.services.delivery``.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.errors import ConflictError, InvalidInputError, NotFoundError
from shared.schemas.channels import (
    CHANNEL_CONFIG,
    ChannelChange,
    ChannelView,
    CreatedChannel,
    DeliveryView,
    DiscordConfig,
    NewChannel,
    WebhookConfig,
)
from shared.services.endpoints import host_and_hint, keeping, signed
from shared.services.vault import Vault
from shared.store import channels, outbox
from shared.store.database import Connection
from shared.store.outbox import DeliveryState

TEST_KIND = "channel.test"


async def create_channel(
    connection: Connection, new: NewChannel, *, vault: Vault, now: datetime
) -> CreatedChannel:
    """Create a channel; a webhook without a secret gets one, shown in the answer only.

    Raises:
        ConflictError: the name is taken.
        UnavailableError: no key is configured to encrypt it with.
    """
    config, made = signed(new.config)
    channel_id = await channels.add_channel(
        connection,
        name=new.name,
        type_=config.type,
        config=vault.seal(config.to_stored()),
        enabled=new.enabled,
        now=now,
    )
    if channel_id is None:
        raise _name_taken(new.name)
    view = await get_channel(connection, channel_id, vault=vault)
    return CreatedChannel(**view.model_dump(), secret=made)


async def list_channels(connection: Connection, *, vault: Vault) -> list[ChannelView]:
    """Return all channels by name."""
    return [_view(row, vault) for row in await channels.list_channels(connection)]


async def get_channel(connection: Connection, channel_id: UUID, *, vault: Vault) -> ChannelView:
    """Return a channel.

    Raises:
        NotFoundError: there is none of this id.
    """
    return _view(await _row(connection, channel_id), vault)


async def update_channel(
    connection: Connection, channel_id: UUID, change: ChannelChange, *, vault: Vault, now: datetime
) -> ChannelView:
    """Change a channel.

    Raises:
        NotFoundError: there is none of this id.
        ConflictError: the name is taken.
        InvalidInputError: the config is of another type than the channel.
    """
    row = await _row(connection, channel_id)
    config = None if change.config is None else _replacing(row, change.config, vault)
    changed = await channels.update_channel(
        connection,
        channel_id,
        name=change.name,
        config=None if config is None else vault.seal(config.to_stored()),
        enabled=change.enabled,
        now=now,
    )
    if not changed:
        raise _name_taken(change.name)
    return await get_channel(connection, channel_id, vault=vault)


async def delete_channel(connection: Connection, channel_id: UUID) -> None:
    """Delete a channel and what is on its way to it.

    Raises:
        NotFoundError: there is none of this id.
    """
    if not await channels.delete_channel(connection, channel_id):
        raise _no_channel()


async def send_test(
    connection: Connection, channel_id: UUID, *, vault: Vault, now: datetime
) -> list[UUID]:
    """Write a test message for a channel and return its delivery, to be nudged after commit.

    Raises:
        NotFoundError: there is none of this id.
        ConflictError: the channel is disabled.
    """
    channel = await get_channel(connection, channel_id, vault=vault)
    if not channel.enabled:
        raise ConflictError("Enable the channel first.", code="channel_disabled")
    return await outbox.write_event(
        connection,
        kind=TEST_KIND,
        payload={"channel": {"id": str(channel.id), "name": channel.name}},
        user_id=None,
        now=now,
        channel_id=channel_id,
    )


async def list_deliveries(
    connection: Connection,
    *,
    limit: int,
    channel_id: UUID | None = None,
    state: DeliveryState | None = None,
    before: UUID | None = None,
) -> list[DeliveryView]:
    """Return deliveries, newest first; ``before`` is the last one of the page before."""
    rows = await outbox.list_deliveries(
        connection, limit=limit, channel_id=channel_id, state=state, before=before
    )
    return [_delivery(row) for row in rows]


async def redrive(connection: Connection, delivery_id: UUID, *, now: datetime) -> DeliveryView:
    """Begin anew with a dead delivery and return it, to be nudged after commit.

    Raises:
        NotFoundError: there is none of this id.
        ConflictError: it is not dead, or its channel is disabled.
    """
    moved = await outbox.redrive(connection, delivery_id, now=now)
    row = await outbox.find_delivery(connection, delivery_id)
    if row is None:
        raise NotFoundError("There is no such delivery.", code="delivery_not_found")
    if not row["channel_enabled"]:
        raise ConflictError("Enable the channel first.", code="channel_disabled")
    if not moved:
        raise ConflictError(
            f"Only a dead delivery can be sent anew; this one is {row['state']}.",
            code="delivery_not_dead",
        )
    return _delivery(row)


def _replacing(
    row: Mapping[str, Any], config: WebhookConfig | DiscordConfig, vault: Vault
) -> WebhookConfig | DiscordConfig:
    """Return the new config, with the secret that there is if it brings none."""
    if config.type != row["type"]:
        raise InvalidInputError(
            f"The type of a channel stays: this one is {row['type']}.", code="channel_type_fixed"
        )
    if isinstance(config, WebhookConfig):
        return keeping(config, "secret", row["config"], vault)
    return config


def _view(row: Mapping[str, Any], vault: Vault) -> ChannelView:
    host, hint = host_and_hint(CHANNEL_CONFIG, row["config"], vault)
    shown = {name: row[name] for name in ChannelView.model_fields if name in row}
    return ChannelView(**shown, host=host, hint=hint)


def _delivery(row: Mapping[str, Any]) -> DeliveryView:
    waits = row["next_attempt_at"] if row["state"] == "pending" else None
    shown = {name: row[name] for name in DeliveryView.model_fields if name != "next_attempt_at"}
    return DeliveryView(**shown, next_attempt_at=waits)


async def _row(connection: Connection, channel_id: UUID) -> Mapping[str, Any]:
    row = await channels.find_channel(connection, channel_id)
    if row is None:
        raise _no_channel()
    return row


def _no_channel() -> NotFoundError:
    return NotFoundError("There is no such channel.", code="channel_not_found")


def _name_taken(name: str | None) -> ConflictError:
    return ConflictError(
        f"There is a channel named {name} already; choose another name.", code="channel_name_taken"
    )
