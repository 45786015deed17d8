"""The relay: sweeps for what is due to be sent, whoever should have done it.

That is the outbox's deliveries, the actions, and trials of media servers. Each recipient has a
lane of its own, so that a slow one delays only what is for itself. A lane ends at the first
failure: who does not answer one request now will not answer the next.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from shared.domain.delivery import Outcome
from shared.errors import AppError

BUDGET = timedelta(seconds=45)
CONCURRENCY = 8
PER_LANE = 100
POLL_SECONDS = 0.5

_log = logging.getLogger(__name__)


class Office(Protocol):
    """One kind of work that is due now and then: safe to be done twice, by two, or by half."""

    async def list_due(self, per_lane: int) -> list[tuple[Hashable, UUID]]:
        """Return (lane, id) of what is due, longest due first, at most so much of each lane."""
        ...

    async def carry_out(self, item_id: UUID, /) -> Outcome | None:
        """Do one of it; ``None`` if there was nothing to send.

        Raises:
            AppError: what came of it could not be recorded.
        """
        ...


async def relay(*offices: Office, budget: timedelta = BUDGET) -> Mapping[str, int]:
    """Do what is due until nothing is, or the budget is spent; return counts by outcome.

    An attempt begun within the budget is finished after it. While a recipient is slow, what
    becomes due for others is looked for again and again.

    Raises:
        UnavailableError: the database is away.
    """
    sweep = _Sweep(offices, deadline=time.monotonic() + budget.total_seconds())
    await sweep.run()
    return {outcome.value: sweep.counts[outcome] for outcome in Outcome}


_Lane = tuple[int, Hashable]
"""An office by its number, and a lane of its own."""


class _Sweep:
    """One run of the relay."""

    def __init__(self, offices: Sequence[Office], *, deadline: float) -> None:
        self.counts: Counter[Outcome] = Counter()
        self._offices = offices
        self._deadline = deadline
        self._slots = asyncio.Semaphore(CONCURRENCY)
        self._lanes: dict[_Lane, asyncio.Task[None]] = {}
        self._resting: set[_Lane] = set()

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
                self._lanes = {key: lane for key, lane in self._lanes.items() if lane not in done}
                await asyncio.gather(*done)
        finally:
            await asyncio.gather(*self._lanes.values())

    async def _open_lanes(self) -> None:
        queues: dict[_Lane, list[UUID]] = {}
        for number, office in enumerate(self._offices):
            for name, item_id in await office.list_due(PER_LANE):
                lane = (number, name)
                if lane not in self._lanes and lane not in self._resting:
                    queues.setdefault(lane, []).append(item_id)
        for lane, queue in queues.items():
            self._lanes[lane] = asyncio.create_task(self._follow(lane, queue))

    async def _follow(self, lane: _Lane, queue: Sequence[UUID]) -> None:
        for item_id in queue:
            if not self._in_time():
                return
            async with self._slots:
                outcome = await self._carry_out(self._offices[lane[0]], item_id)
            if outcome is Outcome.FAILED or outcome is Outcome.DEAD:
                self._resting.add(lane)
                return

    async def _carry_out(self, office: Office, item_id: UUID) -> Outcome | None:
        try:
            outcome = await office.carry_out(item_id)
        except AppError as error:
            # The lease runs out and a later sweep tries again.
            _log.warning("what came of %s was not recorded: %s", item_id, error.detail)
            return Outcome.FAILED
        if outcome is not None:
            self.counts[outcome] += 1
        return outcome

    def _in_time(self) -> bool:
        return time.monotonic() < self._deadline
