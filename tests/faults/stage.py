"""What is killed and started again: a durable PostgreSQL and the real function, a proxy between."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncGenerator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

from psycopg import AsyncConnection, OperationalError

from infra.local.config import ROOT
from infra.local.health import wait_until_live
from infra.local.ports import ReservedPort
from infra.local.postgres import EmbeddedPostgres
from infra.local.process_identity import start_mark
from infra.local.processes import Process
from infra.local.programs import Programs
from shared.domain.keys import new_api_key
from shared.services.prepare import prepare
from shared.settings import Settings, read_settings
from tests.faults.proxy import BreakingProxy
from tests.load.service import bare_environment
from tests.load.usage import family

_NAME = "ingest_session"
_WORKERS = "2"
_SECRET = "a-secret-of-the-faults-test-0123456789-0123456789"
_GONE_SECONDS = 20


class Victim(StrEnum):
    """What is killed with signal 9."""

    POSTGRES = "PostgreSQL, all of it"
    POSTMASTER = "PostgreSQL's first process"
    BACKEND = "one of PostgreSQL's other processes"
    FUNCTION = "the function, all of it"
    WORKER = "one of the function's workers"


@dataclass(slots=True)
class Stage:
    """The parts, alive."""

    server: EmbeddedPostgres
    proxy: BreakingProxy
    settings: Settings
    key: str
    _environment: Mapping[str, str]
    _folder: Path
    _port: ReservedPort
    _starter: ThreadPoolExecutor
    _function: Process | None = None

    @property
    def url(self) -> str:
        """Where the function answers."""
        return f"http://127.0.0.1:{self._port.number}"

    async def kill(self, victim: Victim, random: Random) -> None:
        """Kill, and start again what does not start itself."""
        if victim in (Victim.FUNCTION, Victim.WORKER):
            await self._kill_function(victim, random)
        else:
            await self._kill_postgres(victim, random)

    async def start_function(self) -> None:
        """Serve the function, on its port."""
        programs = Programs(self._environment, {_NAME: self._port.number}, ROOT / "functions")
        program = programs.function(_NAME)
        program = replace(program, environment={**program.environment, "WORKERS": _WORKERS})
        process = Process(program, logs=self._folder, record=_forget, say=_be_quiet)
        self._function = process
        await process.keep_running()
        await wait_until_live(process, self._port.number)

    async def stop_function(self) -> None:
        """End the function."""
        process, self._function = self._function, None
        if process is not None:
            await process.stop(8, asyncio.Event())

    async def _kill_function(self, victim: Victim, random: Random) -> None:
        process = self._function
        if process is None or process.pid is None:
            raise RuntimeError("the function does not run")
        if victim is Victim.WORKER:  # the master starts another
            os.kill(random.choice(family(process.pid)[1:]), signal.SIGKILL)
            return
        os.killpg(process.pid, signal.SIGKILL)
        await self.stop_function()
        await self.start_function()

    async def _kill_postgres(self, victim: Victim, random: Random) -> None:
        postmaster, *others = family(await _postmaster_pid(self.server.superuser_dsn))
        if victim is Victim.BACKEND:  # the postmaster ends the others and recovers
            os.kill(random.choice(others), signal.SIGKILL)
            return
        doomed = [postmaster] if victim is Victim.POSTMASTER else [postmaster, *others]
        for pid in doomed:
            os.kill(pid, signal.SIGKILL)
        await _wait_until_gone([postmaster, *others])
        if self.server.is_running():
            raise RuntimeError("PostgreSQL outlived its kill")
        await self.start_postgres()

    async def start_postgres(self) -> None:
        """Start PostgreSQL and let the proxy know where."""
        # From a thread that lasts: the server ends with the thread that started it.
        url = await asyncio.get_running_loop().run_in_executor(self._starter, self.server.start)
        self.proxy.target = urlsplit(url).port or 0


@asynccontextmanager
async def staged(folder: Path, proxy: BreakingProxy) -> AsyncGenerator[Stage]:
    """Start everything, prepared; remove it afterwards."""
    server = EmbeddedPostgres(folder)
    port = ReservedPort()
    with ThreadPoolExecutor(1) as starter:
        try:
            url = await asyncio.get_running_loop().run_in_executor(starter, server.start)
            proxy.target = urlsplit(url).port or 0
            key = new_api_key()
            environment = bare_environment(folder) | {
                "REVENGE_DATABASE_URL": url,
                "ANALYTICS_CALLER_AUTH": "hmac",
                "ANALYTICS_CALLER_SECRET": _SECRET,
                "ANALYTICS_BOOTSTRAP_API_KEY": key,
                "ANALYTICS_LOG_LEVEL": "WARNING",
                "PYTHONPATH": str(ROOT),
            }
            settings = read_settings(environment, "")
            await prepare(settings)
            through = url.replace(f":{proxy.target}/", f":{proxy.port}/")
            environment["REVENGE_DATABASE_URL"] = through
            stage = Stage(server, proxy, settings, key, environment, folder, port, starter)
            try:
                await stage.start_function()
                yield stage
            finally:
                await stage.stop_function()
        finally:
            server.destroy()
            port.release()


async def _wait_until_gone(pids: list[int]) -> None:
    """Wait until what was killed, or lost its parent, has ended."""
    deadline = time.monotonic() + _GONE_SECONDS
    while any(start_mark(pid) for pid in pids):
        if time.monotonic() > deadline:
            raise RuntimeError("a killed PostgreSQL does not end")
        await asyncio.sleep(0.01)


async def _postmaster_pid(url: str) -> int:
    """Ask the server for its number, as soon as it has recovered from the last kill."""
    deadline = time.monotonic() + _GONE_SECONDS
    while True:
        try:
            async with await AsyncConnection.connect(url) as connection:
                cursor = await connection.execute("SELECT pg_read_file('postmaster.pid')")
                row = await cursor.fetchone()
        except OperationalError:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.05)
            continue
        return int(str(row[0]).split("\n", 1)[0]) if row else 0


def _forget(_name: str, _pid: int) -> None:
    """Keep no record: a test that is killed takes its processes along."""


def _be_quiet(_line: str) -> None:
    """Say nothing of a program that ended: it was killed on purpose."""
