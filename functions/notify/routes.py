"""Routes of notify: the relay's sweep, and one delivery, or one action, as a task."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import Depends

from functions.notify.channels import SENDERS
from functions.notify.controls import CONTROLS
from shared.http.context import Ctx
from shared.http.jobs import job_router
from shared.services.control import MediaServers, Trials
from shared.services.delivery import PostOffice, deliver
from shared.services.execution import ControlRoom
from shared.services.relay import relay

router = job_router("notify")


def _office(context: Ctx) -> PostOffice:
    return PostOffice(context.database, context.vault, SENDERS, context.now)


def _servers(context: Ctx) -> MediaServers:
    return MediaServers(context.database, context.vault, CONTROLS, context.now)


Office = Annotated[PostOffice, Depends(_office)]
Servers = Annotated[MediaServers, Depends(_servers)]


@router.post("/relay", summary="Deliver and carry out all that is due")
async def sweep(office: Office, servers: Servers, context: Ctx) -> Mapping[str, int]:
    """Return how many deliveries and actions arrived, failed and died."""
    return await relay(office, ControlRoom(servers, context.settings), Trials(servers))


@router.post("/deliveries/{delivery_id}", summary="Make an attempt at one delivery, if it is due")
async def deliver_one(delivery_id: UUID, office: Office) -> dict[str, str]:
    """Return what became of it, 200 in any case.

    A recipient's failure is recorded, not answered as one: a queue that gets 429 or 503 slows
    down for all recipients.
    """
    outcome = await deliver(delivery_id, office)
    return {"outcome": "nothing_to_do" if outcome is None else outcome.value}


@router.post("/actions/{action_id}", summary="Do what one action needs now, if it is due")
async def act_on_one(action_id: UUID, servers: Servers, context: Ctx) -> dict[str, str]:
    """Return what became of it, 200 in any case, as for deliveries."""
    outcome = await ControlRoom(servers, context.settings).carry_out(action_id)
    return {"outcome": "nothing_to_do" if outcome is None else outcome.value}
