"""Routes of notify: the relay's sweep, and one delivery as a task."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import Depends

from functions.notify.channels import SENDERS
from shared.http.context import Ctx
from shared.http.jobs import job_router
from shared.services.delivery import PostOffice, deliver
from shared.services.relay import relay

router = job_router("notify")


def _office(context: Ctx) -> PostOffice:
    return PostOffice(context.database, context.vault, SENDERS, context.now)


Office = Annotated[PostOffice, Depends(_office)]


@router.post("/relay", summary="Deliver all that is due")
async def sweep(office: Office) -> Mapping[str, int]:
    """Return how many deliveries arrived, failed and died."""
    return await relay(office)


@router.post("/deliveries/{delivery_id}", summary="Make an attempt at one delivery, if it is due")
async def deliver_one(delivery_id: UUID, office: Office) -> dict[str, str]:
    """Return what became of it, 200 in any case.

    A recipient's failure is recorded, not answered as one: a queue that gets 429 or 503 slows
    down for all recipients.
    """
    outcome = await deliver(delivery_id, office)
    return {"outcome": "nothing_to_do" if outcome is None else outcome.value}
