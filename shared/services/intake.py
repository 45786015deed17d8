"""Counting what is taken in: how many events an hour, and how long after their time.

Each worker counts in memory, after COMMIT, and writes what it counted once a minute, besides the
requests: none of them waits for it. A worker that is killed takes at most its last minute along.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from shared.domain.statistics.histogram import bin_of
from shared.errors import AppError
from shared.store import system_metrics
from shared.store.database import Database
from shared.store.system_metrics import LagCount

BETWEEN_WRITES = timedelta(minutes=1)

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Count:
    """The events of a bin, and the longest lag of them."""

    events: int = 0
    worst_seconds: float = 0.0


class Intake:
    """Counts the events that a worker stores."""

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        between_writes: timedelta = BETWEEN_WRITES,
    ) -> None:
        self._database = database
        self._now = now
        self._between_writes = between_writes
        self._worker = uuid4()
        self._counts: dict[tuple[datetime, int], _Count] = {}
        self._is_written = True
        self._writer: asyncio.Task[None] | None = None

    def note(self, told_at: Iterable[datetime]) -> None:
        """Count events that were just stored, by their times."""
        now = self._now()
        hour = _hour_of(now)
        for at in told_at:
            # A clock that is ahead tells nothing of how long its event was on its way.
            lag = max((now - at).total_seconds(), 0.0)
            count = self._counts.setdefault((hour, _bin_of(lag)), _Count())
            count.events += 1
            count.worst_seconds = max(count.worst_seconds, lag)
            self._is_written = False
        if not self._is_written and (self._writer is None or self._writer.done()):
            self._writer = asyncio.create_task(self._write_now_and_then())

    async def close(self) -> None:
        """Write what was counted since the last time."""
        if self._writer is not None:
            self._writer.cancel()
            with suppress(asyncio.CancelledError):
                await self._writer
            await self._write()

    async def _write_now_and_then(self) -> None:
        while not self._is_written:
            await asyncio.sleep(self._between_writes.total_seconds())
            await self._write()

    async def _write(self) -> None:
        """Write the counts of the present hour, and of those before that are not written yet.

        Whole counts, so that a write that is repeated, or cut off, changes nothing.
        """
        present = _hour_of(self._now())
        rows = [
            LagCount(hour, self._worker, number, count.events, count.worst_seconds)
            for (hour, number), count in self._counts.items()
        ]
        self._is_written = True
        try:
            await self._database.run(lambda c: system_metrics.write_lags(c, rows))
        except AppError as error:
            self._is_written = False
            _log.info("how many events came is written later: %s", error)
            return
        self._counts = {key: count for key, count in self._counts.items() if key[0] >= present}


def _hour_of(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _bin_of(lag_seconds: float) -> int:
    """Return the bin of a lag's milliseconds, of which less than one is one."""
    return bin_of(max(1.0, lag_seconds * 1000))
