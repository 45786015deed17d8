"""Nudges: asking a function to work at once, after the commit of what it is to work on.

A nudge may be lost. Then a sweep does the work, a little later; so nudges are best effort, and
without a task queue there are none.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol
from uuid import UUID

from shared.settings import Settings


class Nudger(Protocol):
    """Nudges functions. Never raises, and takes two seconds at most."""

    async def detect(self, user_ids: Collection[UUID], *, at: datetime | None = None) -> None:
        """Ask detect_sharing to look at users, at an instant or at once."""
        ...

    async def deliver(self, delivery_ids: Collection[UUID]) -> None:
        """Ask notify to make deliveries at once."""
        ...

    async def act(self, action_ids: Collection[UUID], *, at: datetime | None = None) -> None:
        """Ask notify to carry out actions, at an instant or at once."""
        ...

    async def backtest(self, backtest_id: UUID) -> None:
        """Ask detect_sharing to work at a backtest at once."""
        ...


class NoNudges:
    """Leaves all work to the sweeps."""

    async def detect(self, user_ids: Collection[UUID], *, at: datetime | None = None) -> None:
        """Do nothing."""

    async def deliver(self, delivery_ids: Collection[UUID]) -> None:
        """Do nothing."""

    async def act(self, action_ids: Collection[UUID], *, at: datetime | None = None) -> None:
        """Do nothing."""

    async def backtest(self, backtest_id: UUID) -> None:
        """Do nothing."""


def nudger(settings: Settings) -> Nudger:
    """Return the nudges that the settings ask for."""
    if settings.analytics_tasks_queue is None:
        return NoNudges()
    # The client takes 40 MB, which nobody pays who has no queue.
    from shared.tasks.cloud_tasks import CloudTasksNudges  # noqa: PLC0415

    return CloudTasksNudges(settings, settings.analytics_tasks_queue)
