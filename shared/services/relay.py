"""The relay: sweeps the outbox for deliveries that are due, whoever should have made them.

Each channel has a lane of its own, so that a slow recipient delays only what is for itself. A
lane ends at the first failure: who does not answer one event now will not answer the next.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from shared.domain.delivery import Outcome
from shared.errors import AppError
from shared.services.delivery import PostOffice, deliver
from shared.store import outbox
from shared.store.database import Connection

BUDGET = timedelta(seconds=45)
CONCURRENCY = 8
PER_CHANNEL = 100
POLL_SECONDS = 0.5

_log = logging.getLogger(__name__)


async def relay(office: PostOffice, *, budget: timedelta = BUDGET) -> Mapping[str, int]:
    """Deliver what is due until nothing is, or the budget is spent; return counts by outcome.

    An attempt begun within the budget is finished after it. While a recipient is slow, what
    becomes due for others is looked for again and again.

    Raises:
        UnavailableError: the database is away.
    """
    sweep = _Sweep(office, deadline=time.monotonic() + budget.total_seconds())
    await sweep.run()
    return {outcome.value: sweep.counts[outcome] for outcome in Outcome}


class _Sweep:
    """One run of the relay."""

    def __init__(self, office: PostOffice, *, deadline: float) -> None:
        self.counts: Counter[Outcome] = Counter()
        self._office = office
        self._deadline = deadline
        self._slots = asyncio.Semaphore(CONCURRENCY)
        self._lanes: dict[UUID, asyncio.Task[None]] = {}
        self._resting: set[UUID] = set()

    async def run(self) -> None:
        """Open lanes for what is due; look again while any is open."""
        try:
            while self._in_time():
                await self._open_lanes()
                if not self._lanes:
                    return
                done, _ = await asyncio.wait(
                    self._lanes.values(),
                    timeout=POLL_SECONDS,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                self._lanes = {c: lane for c, lane in self._lanes.items() if lane not in done}
                await asyncio.gather(*done)
        finally:
            await asyncio.gather(*self._lanes.values())

    async def _open_lanes(self) -> None:
        async def list_due(connection: Connection) -> list[tuple[UUID, UUID]]:
            await outbox.bury_disabled(connection)
            return await outbox.list_due(
                connection, now=self._office.now(), per_channel=PER_CHANNEL
            )

        queues: dict[UUID, list[UUID]] = {}
        for channel_id, delivery_id in await self._office.database.run(list_due):
            if channel_id not in self._lanes and channel_id not in self._resting:
                queues.setdefault(channel_id, []).append(delivery_id)
        for channel_id, queue in queues.items():
            self._lanes[channel_id] = asyncio.create_task(self._lane(channel_id, queue))

    async def _lane(self, channel_id: UUID, queue: Sequence[UUID]) -> None:
        for delivery_id in queue:
            if not self._in_time():
                return
            async with self._slots:
                outcome = await self._deliver(delivery_id)
            if outcome is Outcome.FAILED or outcome is Outcome.DEAD:
                self._resting.add(channel_id)
                return

    async def _deliver(self, delivery_id: UUID) -> Outcome | None:
        try:
            outcome = await deliver(delivery_id, self._office)
        except AppError as error:
            # The lease runs out and a later sweep tries again.
            _log.warning("delivery %s was not recorded: %s", delivery_id, error.detail)
            return Outcome.FAILED
        if outcome is not None:
            self.counts[outcome] += 1
        return outcome

    def _in_time(self) -> bool:
        return time.monotonic() < self._deadline
