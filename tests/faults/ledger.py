"""What writers sent and what was acknowledged: the truth that the database is held against."""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

# A session, as its writer knows it: source, session key, and when it began.
Run = tuple[str, str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One event: what is said of a run, and whether another event says the same later."""

    run: Run
    said: dict[str, Any]


@dataclass(slots=True)
class Ledger:
    """Every event of every run, with how often it was sent and acknowledged."""

    runs: defaultdict[Run, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    sent: Counter[int] = field(default_factory=Counter[int])
    acknowledged: Counter[int] = field(default_factory=Counter[int])
    answers: Counter[str] = field(default_factory=Counter[str])
    _killed_at: float = 0.0
    _success: asyncio.Future[float] | None = None

    def plan(self, entry: Entry) -> None:
        """Write down an event before it is first sent."""
        self.runs[entry.run].append(entry)

    def send(self, entries: Iterable[Entry]) -> float:
        """Write down that events are sent; return the instant."""
        self.sent.update(id(entry) for entry in entries)
        return time.monotonic()

    def acknowledge(self, entry: Entry, sent_at: float) -> None:
        """Write down that an event is stored, by what was sent at an instant."""
        self.acknowledged[id(entry)] += 1
        success = self._success
        if success is not None and not success.done() and sent_at > self._killed_at:
            success.set_result(time.monotonic() - self._killed_at)

    async def first_success(self, killed_at: float) -> float:
        """Return how many seconds after a kill something sent later was acknowledged."""
        self._killed_at = killed_at
        self._success = asyncio.get_running_loop().create_future()
        return await self._success

    @property
    def entries(self) -> list[Entry]:
        """All events."""
        return [entry for entries in self.runs.values() for entry in entries]
