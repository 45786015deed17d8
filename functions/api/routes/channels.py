"""Notification channels: set up, tried out and taken away."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from functions.api.acts import Act, act
from shared.domain.permissions import Caller, Permission
from shared.http.authentication import Requires
from shared.http.context import Ctx
from shared.http.problems import PROBLEMS
from shared.schemas.channels import (
    ChannelChange,
    ChannelView,
    CreatedChannel,
    NewChannel,
    SentTest,
)
from shared.schemas.pages import Page, whole
from shared.services import notifications

PREFIX = "/api/v1/notifications/channels"

router = APIRouter(prefix=PREFIX, tags=["notifications"], responses=PROBLEMS)

Manager = Annotated[Caller, Depends(Requires(Permission.NOTIFICATIONS_MANAGE))]


@router.get("", summary="List the notification channels")
async def list_channels(context: Ctx, _: Manager) -> Page[ChannelView]:
    """List all channels by name, without their secrets."""
    return whole(
        await context.database.run(
            lambda connection: notifications.list_channels(connection, vault=context.vault)
        )
    )


@router.post("", status_code=201, summary="Create a notification channel")
async def create_channel(
    new: NewChannel, context: Ctx, caller: Manager, response: Response
) -> CreatedChannel:
    """Create a channel. A signing secret that is made here is shown in this answer only."""

    async def work(deed: Act) -> CreatedChannel:
        created = await notifications.create_channel(
            deed.connection, new, vault=context.vault, now=deed.now
        )
        await deed.note("channel.create", created.id, name=new.name, type=new.config.type)
        return created

    created = await act(context, caller, work)
    response.headers["Location"] = f"{PREFIX}/{created.id}"
    return created


@router.get("/{channel_id}", summary="Show a notification channel")
async def get_channel(channel_id: UUID, context: Ctx, _: Manager) -> ChannelView:
    """Show a channel and how its deliveries fare."""
    return await context.database.run(
        lambda connection: notifications.get_channel(connection, channel_id, vault=context.vault)
    )


@router.put("/{channel_id}", name="put_channel", summary="Change a notification channel (as PATCH)")
@router.patch("/{channel_id}", summary="Change a notification channel")
async def change_channel(
    channel_id: UUID, change: ChannelChange, context: Ctx, caller: Manager
) -> ChannelView:
    """Change what is given; what is left out stays."""

    async def work(deed: Act) -> ChannelView:
        view = await notifications.update_channel(
            deed.connection, channel_id, change, vault=context.vault, now=deed.now
        )
        await deed.note("channel.change", channel_id, changed=sorted(change.model_fields_set))
        return view

    return await act(context, caller, work)


@router.delete("/{channel_id}", status_code=204, summary="Delete a notification channel")
async def delete_channel(channel_id: UUID, context: Ctx, caller: Manager) -> None:
    """Delete a channel and what is on its way to it."""

    async def work(deed: Act) -> None:
        await notifications.delete_channel(deed.connection, channel_id)
        await deed.note("channel.delete", channel_id)

    await act(context, caller, work)


@router.post("/{channel_id}/test", status_code=202, summary="Send a test message to a channel")
async def test_channel(channel_id: UUID, context: Ctx, caller: Manager) -> SentTest:
    """Put a test message on its way; the delivery tells what became of it."""

    async def work(deed: Act) -> list[UUID]:
        deliveries = await notifications.send_test(
            deed.connection, channel_id, vault=context.vault, now=deed.now
        )
        await deed.note("channel.test", channel_id)
        return deliveries

    [delivery_id] = await act(context, caller, work)
    await context.nudges.deliver([delivery_id])
    return SentTest(delivery_id=delivery_id)
