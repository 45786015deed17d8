"""The processes that work at backtests: one per core, for as long as there is something to do.

A rule is plain Python, which uses one core and would hold up whoever else its process serves. So
portions are worked at by processes of their own. Each ends when nothing is left, when its time is
up, or when the process that started it is gone.
"""

import asyncio
import logging
import os
import sys
from datetime import timedelta
from pathlib import Path

import shared
from shared.clock import utc_now
from shared.services.backtests import LEASE, work_on
from shared.services.jobs import Counts
from shared.settings import Settings, settings
from shared.store import backtests as store
from shared.store.backtests import Portion
from shared.store.database import Database

BUDGET = timedelta(minutes=4)
"""What a call may take; the next goes on."""

_log = logging.getLogger(__name__)


async def run_waiting(database: Database) -> Counts:
    """Work at what is asked for, on every core, until nothing is left or the time is up."""
    waiting = await database.run(lambda connection: store.count_waiting(connection, now=utc_now()))
    workers = await asyncio.gather(*(_worker() for _ in range(min(waiting, _cores()))))
    return {"workers": len(workers), "portions": sum(workers)}


async def _worker() -> int:
    """Run a process until it ends; return how many portions it did."""
    root = str(Path(shared.__file__).parents[1])
    paths = [root, os.environ.get("PYTHONPATH", "")]
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        __name__,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        out, _ = await child.communicate()
    finally:
        if child.returncode is None:
            child.terminate()
            await child.wait()
    return int(out or 0)


def _cores() -> int:
    has_affinity = hasattr(os, "sched_getaffinity")
    return len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1


async def work(given: Settings, *, budget: timedelta = BUDGET) -> int:
    """Claim and do portions until none is left; return how many were done."""
    began, parent, done = utc_now(), os.getppid(), 0
    database = Database(given)
    await database.open()
    try:
        while utc_now() - began < budget and os.getppid() == parent:
            portion = await database.run(
                lambda connection: store.claim(
                    connection, lease_until=utc_now() + LEASE, now=utc_now()
                )
            )
            if portion is not None:
                done += await _do(database, portion, given)
            elif not await database.run(lambda c: store.count_waiting(c, now=utc_now())):
                break
    finally:
        await database.close()
    return done


async def _do(database: Database, portion: Portion, given: Settings) -> int:
    """Do a portion; one that cannot be done is given back and holds up no other."""
    try:
        return int(await work_on(database, portion, given))
    except Exception as error:  # noqa: BLE001  (one portion must not hold up the others)
        _log.exception("portion %d of backtest %s", portion.number, portion.backtest_id)
        text = f"{type(error).__name__}: {error}"
        await database.run(
            lambda connection: store.release(connection, portion, error=text, now=utc_now())
        )
        return 0


if __name__ == "__main__":
    sys.stdout.write(str(asyncio.run(work(settings()))))
