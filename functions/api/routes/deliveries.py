"""Deliveries: what became of each alert, and a second chance for those given up."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from functions.api.acts import Act, act
from functions.api.exporting import FILES, exported
from shared.domain.permissions import Caller, Permission
from shared.http.authentication import Requires
from shared.http.context import Ctx
from shared.http.pages import BY_ID, page_info
from shared.http.problems import PROBLEMS
from shared.schemas.channels import DeliveryView
from shared.schemas.filters import DeliveryFilters
from shared.schemas.pages import Page
from shared.services import notifications

router = APIRouter(
    prefix="/api/v1/notifications/deliveries", tags=["notifications"], responses=PROBLEMS
)

Manager = Annotated[Caller, Depends(Requires(Permission.NOTIFICATIONS_MANAGE))]


@router.get("", summary="List deliveries, newest first", responses=FILES)
@exported("deliveries")
async def list_deliveries(
    wanted: Annotated[DeliveryFilters, Query()], context: Ctx, _: Manager
) -> Page[DeliveryView]:
    """List what is, or was, on its way to channels; `state=dead` are those given up."""
    before = BY_ID.read(wanted)
    found = await context.database.run(
        lambda connection: notifications.list_deliveries(
            connection,
            limit=wanted.limit + 1,
            channel_id=wanted.channel_id,
            state=wanted.state,
            before=before,
        )
    )
    return Page(
        data=found[: wanted.limit],
        page=page_info(found, wanted, end=lambda delivery: BY_ID.write(delivery.id)),
    )


@router.post("/{delivery_id}/redrive", status_code=202, summary="Send a dead delivery anew")
async def redrive_delivery(delivery_id: UUID, context: Ctx, caller: Manager) -> DeliveryView:
    """Begin anew with a delivery that was given up."""

    async def work(deed: Act) -> DeliveryView:
        view = await notifications.redrive(deed.connection, delivery_id, now=deed.now)
        await deed.note("delivery.redrive", delivery_id)
        return view

    view = await act(context, caller, work)
    await context.nudges.deliver([delivery_id])
    return view
