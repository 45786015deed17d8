"""What a request handler can reach: one context per worker, handed to routes by FastAPI."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from shared.geoip.lookup import PlaceFinder
from shared.services.access import Access
from shared.services.lanes import Lanes
from shared.services.limits import Limits
from shared.services.own_addresses import OwnAddresses
from shared.services.vault import Vault
from shared.settings import Settings
from shared.store.database import Database
from shared.tasks.nudges import Nudger


@dataclass(frozen=True, slots=True)
class Context:
    """The open resources of a worker."""

    settings: Settings
    database: Database
    finder: PlaceFinder
    own_addresses: OwnAddresses
    access: Access
    limits: Limits
    lanes: Lanes
    vault: Vault
    nudges: Nudger
    now: Callable[[], datetime]


async def context_of(request: Request) -> Context:
    """Return the context of the worker that serves the request.

    Async, since FastAPI runs plain functions in a thread: 0.1 ms a request.
    """
    context: Context = request.app.state.context
    return context


Ctx = Annotated[Context, Depends(context_of)]
