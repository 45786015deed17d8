"""Nudges: telling other functions at once what they would find by themselves a little later."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol
from uuid import UUID

from shared.settings import Settings


class Nudger(Protocol):
    """Wakes detect_sharing and notify. Best effort: sweeps find what no nudge told of."""

    async def detect(self, user_ids: Collection[UUID], *, at: datetime | None = None) -> None:
        """Have people looked at, now or at an instant."""
        ...

    async def deliver(self, delivery_ids: Collection[UUID]) -> None:
        """Have deliveries made now."""
        ...


class NoNudges:
    """There is no queue: the sweeps do all the work."""

    async def detect(self, user_ids: Collection[UUID], *, at: datetime | None = None) -> None:
        """Do nothing."""

    async def deliver(self, delivery_ids: Collection[UUID]) -> None:
        """Do nothing."""


def nudger(settings: Settings) -> Nudger:
    """Return what the settings ask for."""
    del settings
    return NoNudges()
