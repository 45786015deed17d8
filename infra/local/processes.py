"""Keep a program running: its log, its restarts, its end."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from infra.local import leash
from infra.local.back_off import BackOff
from infra.local.log_files import open_log
from infra.local.process_identity import signal_group


@dataclass(frozen=True, slots=True)
class Program:
    """What to run."""

    name: str
    command: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    descriptors: tuple[int, ...] = ()  # open files that it inherits


class Process:
    """One program, run once or kept running, in a session of its own.

    A Ctrl-C in the terminal reaches the launcher alone, which then ends things in their order.
    A launcher that is killed takes the process with it (see leash.py).

    Args:
        program: What to run.
        logs: The folder of its log.
        record: Called with name and number of each process that is started.
        say: Tells the person at the terminal.
    """

    def __init__(
        self,
        program: Program,
        *,
        logs: Path,
        record: Callable[[str, int], None],
        say: Callable[[str], None],
    ) -> None:
        self.name = program.name
        self.log = logs / f"{program.name}.log"
        self.exits = 0
        self._program = program
        self._record = record
        self._say = say
        self._child: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The number of the process while it runs."""
        running = self._child is not None and self._child.returncode is None
        return self._child.pid if self._child is not None and running else None

    async def run_once(self) -> int:
        """Run the program to its end; return its exit code."""
        child = await self._spawn()
        code = await child.wait()
        _end_group(child.pid)
        return code

    async def keep_running(self) -> None:
        """Start the program, and start it again whenever it ends, until `stop`."""
        child = await self._spawn()
        self._keeper = asyncio.create_task(self._keep(child))

    async def stop(self, grace_seconds: float, hurry: asyncio.Event) -> None:
        """End the program: politely, then surely after the grace or when hurried."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.wait([self._keeper])
        child = self._child
        if child is None:
            return
        if child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                child.send_signal(signal.SIGTERM)
            await _wait_for_end(child, grace_seconds, hurry)
        _end_group(child.pid)
        await child.wait()

    async def _spawn(self) -> asyncio.subprocess.Process:
        bound = (os.getpid(), int(signal.SIGTERM), -1, -1)
        with open_log(self.log) as log:
            self._child = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", leash.__file__, *map(str, bound)),
                *self._program.command,
                cwd=self._program.folder,
                env=self._program.environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=self._program.descriptors,
                start_new_session=True,
            )
        try:
            self._record(self.name, self._child.pid)
        except OSError as error:
            self._say(
                f"{self.name} runs, but was not written down ({_reason(error)}): the next start"
                " will not know of it if it is left behind"
            )
        return self._child

    async def _keep(self, child: asyncio.subprocess.Process) -> None:
        back_off = BackOff()
        while True:
            code = await child.wait()
            self.exits += 1
            _end_group(child.pid)
            child = await self._start_again(_how_it_ended(code), back_off)

    async def _start_again(self, what: str, back_off: BackOff) -> asyncio.subprocess.Process:
        """Say what happened and start it after a pause; again after a longer one if it fails."""
        while True:
            pause = back_off.next_pause()
            self._say(f"{self.name} {what}; starting it again in {pause:g} s (log: {self.log})")
            await asyncio.sleep(pause)
            back_off.started()
            try:
                return await self._spawn()
            except OSError as error:
                what = f"could not be started ({_reason(error)})"


def _end_group(pid: int) -> None:
    """End what the program started and did not end, such as the workers of a server."""
    signal_group(pid, signal.SIGKILL)


def _reason(error: OSError) -> str:
    return error.strerror or str(error)


def _how_it_ended(code: int) -> str:
    return f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"


async def _wait_for_end(
    child: asyncio.subprocess.Process, grace_seconds: float, hurry: asyncio.Event
) -> None:
    waits = {asyncio.create_task(child.wait()), asyncio.create_task(hurry.wait())}
    await asyncio.wait(waits, timeout=grace_seconds, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
