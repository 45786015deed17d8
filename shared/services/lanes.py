"""Lanes: events that arrive while others are being written are written together, next.

A transaction costs several round trips and a flush to disk, for one event as for many. A few
lanes run one transaction each; whatever arrives while all are busy waits for the next that is
free, with all else that waits. Nobody waits for others to come, and everybody is answered after
the COMMIT of the transaction that holds what they sent.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.errors import AppError, TooBusyError, UnavailableError
from shared.services.ingest import Arrival, Outcome, record_arrivals
from shared.services.ingest_writes import Ingest
from shared.services.intake import Intake
from shared.store.database import Connection, Database

LANES = 2
# Arrivals that share a transaction. A single producer's batch may be larger; it goes alone.
SHARED_AT_MOST = 64

Answers = list[Outcome | AppError]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """What one caller sent, and where its answer goes."""

    arrivals: Sequence[Arrival]
    answers: asyncio.Future[Answers]


class Lanes:
    """Records what many callers send, in transactions that they share."""

    def __init__(self, database: Database, ingest: Ingest, now: Callable[[], datetime]) -> None:
        self._database = database
        self._ingest = ingest
        self._now = now
        self._intake = Intake(database, now)
        self._lanes = min(LANES, ingest.settings.analytics_database_pool_size)
        self._places = ingest.settings.analytics_database_queue_size
        self._queue: deque[_Waiting] = deque()
        self._busy: set[asyncio.Task[None]] = set()

    async def record(self, arrivals: Sequence[Arrival]) -> Answers:
        """Record events; return after COMMIT, with an outcome or an error for each, in order.

        A caller that is cancelled leaves what it sent in the queue: it is recorded.

        Raises:
            TooBusyError: the queue is full.
            UnavailableError: the database is away, or stayed too busy.
        """
        if not arrivals:
            return []
        if len(self._queue) >= self._places:
            raise TooBusyError("Too many requests are waiting for the database.", retry_after=1)
        answers: asyncio.Future[Answers] = asyncio.get_running_loop().create_future()
        self._queue.append(_Waiting(arrivals, answers))
        if len(self._busy) < self._lanes:
            self._busy.add(asyncio.create_task(self._run_lane()))
        return await answers

    async def close(self) -> None:
        """Wait until everything that was taken in is answered, and its number noted."""
        while self._busy:
            await asyncio.wait(self._busy)
        await self._intake.close()

    async def _run_lane(self) -> None:
        try:
            while self._queue:
                await self._write(self._next_lot())
        finally:
            # At once, not in a callback: who comes next must see that the lane is free.
            self._busy -= {task for task in self._busy if task is asyncio.current_task()}

    def _next_lot(self) -> list[_Waiting]:
        lot = [self._queue.popleft()]
        size = len(lot[0].arrivals)
        while self._queue and size + len(self._queue[0].arrivals) <= SHARED_AT_MOST:
            lot.append(self._queue.popleft())
            size += len(lot[-1].arrivals)
        return lot

    async def _write(self, lot: Sequence[_Waiting]) -> None:
        """Record a lot and answer its members.

        One that the database refuses, in a way that validation does not know, must not take the
        others with it: then each is recorded alone.
        """
        arrivals = [arrival for member in lot for arrival in member.arrivals]

        async def work(connection: Connection) -> Answers:
            return await record_arrivals(connection, arrivals, self._ingest, self._now())

        try:
            outcomes = await self._database.run_freely(work)
        except UnavailableError as error:
            # Who waited meanwhile would only find out later, and then wait for longer.
            _refuse([*lot, *self._queue], error)
            self._queue.clear()
        except Exception as error:  # noqa: BLE001 - told to the caller, who is elsewhere
            if len(lot) == 1:
                _refuse(lot, error)
                return
            _log.info("members of a lot of %d are recorded alone: %s", len(lot), error)
            for member in lot:
                await self._write([member])
        else:
            rest = iter(outcomes)
            for member in lot:
                _answer(member, [next(rest) for _ in member.arrivals])
            self._intake.note(
                arrival.event.at
                for arrival, outcome in zip(arrivals, outcomes, strict=True)
                if isinstance(outcome, Outcome)
            )


def _answer(member: _Waiting, answers: Answers) -> None:
    if not member.answers.done():
        member.answers.set_result(answers)


def _refuse(members: Sequence[_Waiting], error: Exception) -> None:
    for member in members:
        if not member.answers.done():
            member.answers.set_exception(error)
