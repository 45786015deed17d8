"""Writers write while everything they depend on is killed and cut, then the books are checked."""

import asyncio
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import httpx

from tests.faults.audit import Audit, audit
from tests.faults.ledger import Ledger
from tests.faults.proxy import BreakingProxy
from tests.faults.stage import Stage, Victim, staged
from tests.faults.writers import Writer

_WRITERS = 8
_COMMITS_CUT = 0.04
_OTHERS_CUT = 0.004
_START_SECONDS = 60
_ROUND_SECONDS = 30
_DRAIN_SECONDS = 60


@dataclass(slots=True)
class Outcome:
    """What a campaign did, and what the books say."""

    ledger: Ledger
    cuts: Counter[str]
    audit: Audit
    seconds: float
    recoveries: list[tuple[Victim, float]] = field(default_factory=list[tuple[Victim, float]])

    @property
    def unacknowledged(self) -> int:
        """Events that no answer ever told to be stored."""
        return sum(not self.ledger.acknowledged[id(entry)] for entry in self.ledger.entries)

    def lines(self) -> list[str]:
        """Return the figures, as a person reads them."""
        ledger, books = self.ledger, self.audit
        events, sent = len(ledger.entries), ledger.sent.total()
        waits = [seconds for _, seconds in self.recoveries]
        killed = Counter(victim for victim, _ in self.recoveries)
        return [
            f"{_WRITERS} writers, {self.seconds:.0f} s: {events:,} events, {books.sessions:,} sessions",
            f"sent {sent:,} times, acknowledged {ledger.acknowledged.total():,} times",
            f"never acknowledged: {self.unacknowledged}; sent again: {sent - events:,}",
            f"kills: {len(waits)} ({_counts(killed)})",
            f"seconds to the first success after a kill: {_spread(waits)}",
            f"connections cut: {self.cuts.total()} ({_counts(self.cuts)})",
            f"answers: {_counts(ledger.answers)}",
            f"lost {len(books.lost)}, double {len(books.double)}, invented {len(books.invented)}",
            f"rows that differ from their fold: {len(books.differing)}",
            f"marks that are missing: {len(books.unmarked)}",
        ]


async def run_campaign(folder: Path, *, rounds: int, seed: int) -> Outcome:
    """Run some rounds of faults, let the writers finish, and check the books.

    Raises:
        TimeoutError: something took longer than it ever should.
    """
    random = Random(seed)
    began = time.monotonic()
    bound = _START_SECONDS + rounds * _ROUND_SECONDS + _DRAIN_SECONDS
    async with asyncio.timeout(bound):
        proxy = BreakingProxy(Random(seed + 1), commits=_COMMITS_CUT, others=_OTHERS_CUT)
        async with proxy, staged(folder, proxy) as stage:
            ledger = Ledger()
            recoveries = await _write_through_faults(stage, ledger, rounds, random)
            books = audit(stage.server.dsn, ledger)
    return Outcome(ledger, proxy.cuts, books, time.monotonic() - began, recoveries)


async def _write_through_faults(
    stage: Stage, ledger: Ledger, rounds: int, random: Random
) -> list[tuple[Victim, float]]:
    enough = asyncio.Event()
    headers = {"Authorization": f"Bearer {stage.key}"}
    async with (
        httpx.AsyncClient(base_url=stage.url, headers=headers) as client,
        asyncio.TaskGroup() as writing,
    ):
        for number in range(1, _WRITERS + 1):
            writer = Writer(number, client, ledger, Random(random.random()))
            writing.create_task(writer.write(enough))
        stage.proxy.is_breaking = True
        recoveries = [
            await _one_round(stage, ledger, victim, random) for victim in _victims(rounds, random)
        ]
        enough.set()
    return recoveries


def _victims(rounds: int, random: Random) -> list[Victim]:
    """Return every victim as often as the next, in disorder; in a short run the whole ones."""
    turns = (Victim.POSTGRES, Victim.FUNCTION, Victim.BACKEND, Victim.WORKER, Victim.POSTMASTER)
    chosen = [turns[number % len(turns)] for number in range(rounds)]
    return random.sample(chosen, rounds)


async def _one_round(
    stage: Stage, ledger: Ledger, victim: Victim, random: Random
) -> tuple[Victim, float]:
    """Kill something at a random instant; return how long nothing was acknowledged after."""
    await asyncio.sleep(random.uniform(0.3, 1.5))
    success = asyncio.create_task(ledger.first_success(time.monotonic()))
    await stage.kill(victim, random)
    return victim, await success


def _spread(seconds: Sequence[float]) -> str:
    return f"median {statistics.median(seconds):.2f}, longest {max(seconds):.2f}"


def _counts(counter: Counter[str] | Counter[Victim]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counter.items()))
