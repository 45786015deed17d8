"""All processes of one run: started in their order, watched, stopped in the reverse."""

import asyncio
import socket

from infra.local.config import ROOT, LaunchConfig
from infra.local.console import Console
from infra.local.credentials import CALLER_SECRET_FILE, read_or_make_credentials
from infra.local.dashboard import is_built
from infra.local.data_dir import DataDir
from infra.local.database import Database
from infra.local.health import wait_until_live, wait_until_ready
from infra.local.place_fetch import PlaceFetch
from infra.local.places import place_files
from infra.local.ports import ReservedPort
from infra.local.problem import LaunchError
from infra.local.processes import Process
from infra.local.programs import FUNCTIONS, Program, Programs

_GRACE_SECONDS = 8


class Stack:
    """One stack.

    Args:
        config: What to run.
        data_dir: The folder it owns.
        listener: The socket that people connect to.
        console: Tells the person at the terminal.
    """

    def __init__(
        self, config: LaunchConfig, data_dir: DataDir, listener: socket.socket, console: Console
    ) -> None:
        self._config = config
        self._data_dir = data_dir
        self._listener = listener
        self._console = console
        self._url = f"http://localhost:{listener.getsockname()[1]}"
        self._database = Database(config.database_url, data_dir.path, console.say)
        self._credentials = read_or_make_credentials(data_dir.path, config.settings)
        self._ports = {name: ReservedPort() for name in FUNCTIONS}
        self._callers: list[Process] = []  # all who call functions, or are not called at all
        self._functions: list[Process] = []

    async def run(self) -> None:
        """Start everything, say where it is, watch it until cancelled.

        Raises:
            LaunchError: something cannot start, or not again.
        """
        places = self._place_fetch()
        places.start()
        with self._console.step("Starting PostgreSQL"):
            database_url = await self._database.start()
        programs = self._programs(self._environment(database_url) | places.environment())
        await self._caller(programs.gateway(self._listener.fileno())).keep_running()
        with self._console.step("Preparing the database"):
            await self._prepare(programs)
        await self._build_dashboard(programs)
        with self._console.step("Starting the functions"):
            await self._start_functions(programs)
        await self._wait_for(places)
        secret_file = self._data_dir.path / CALLER_SECRET_FILE
        await self._caller(programs.scheduler(secret_file)).keep_running()
        places.start_networks()
        self._say_where()
        await self._database.keep()

    async def stop(self, hurry: asyncio.Event) -> None:
        """End everything: first who calls, then who is called, the database last."""
        for group in (self._callers, self._functions):
            await asyncio.gather(*(process.stop(_GRACE_SECONDS, hurry) for process in group))
        await self._database.stop()
        for port in self._ports.values():
            port.release()

    def _programs(self, environment: dict[str, str]) -> Programs:
        ports = {name: port.number for name, port in self._ports.items()}
        return Programs({**self._config.environment, **environment}, ports, self._config.functions)

    def _environment(self, database_url: str) -> dict[str, str]:
        told = {
            "REVENGE_DATABASE_URL": database_url,
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",  # a log is read while its program runs
            **self._credentials.environment(),
        }
        if self._config.settings.analytics_public_url is None:
            told["ANALYTICS_PUBLIC_URL"] = self._url
        return told

    def _process(self, program: Program) -> Process:
        return Process(
            program,
            logs=self._data_dir.logs,
            record=self._data_dir.record,
            say=self._console.say,
        )

    def _caller(self, program: Program) -> Process:
        process = self._process(program)
        self._callers.append(process)
        return process

    def _place_fetch(self) -> PlaceFetch:
        cache = self._config.cache_dir
        programs = self._programs({})
        return PlaceFetch(
            self._config.settings,
            place_files(cache),
            city=self._caller(programs.places("city", cache)),
            asn=self._caller(programs.places("asn", cache)),
        )

    async def _prepare(self, programs: Programs) -> None:
        process = self._caller(programs.prepare())
        if await process.run_once() != 0:
            message = (
                "The database could not be prepared: see the lines above, then run this again."
            )
            raise LaunchError(message, log=process.log)

    async def _build_dashboard(self, programs: Programs) -> None:
        if not self._config.builds_dashboard or await asyncio.to_thread(is_built):
            return
        process = self._caller(programs.dashboard())
        with self._console.step("Building the dashboard (once, and after an update)"):
            code = await process.run_once()
        if code != 0:
            self._console.say(
                "The dashboard could not be built; everything else works. It is tried again with"
                f" the next start. See {process.log}"
            )

    async def _start_functions(self, programs: Programs) -> None:
        self._functions = [self._process(programs.function(name)) for name in FUNCTIONS]
        for process in self._functions:
            await process.keep_running()
        served = [(process, self._ports[process.name].number) for process in self._functions]
        await asyncio.gather(*(wait_until_live(*each) for each in served))
        for warning in await asyncio.gather(*(wait_until_ready(*each) for each in served)):
            if warning is not None:
                self._console.say(warning)

    async def _wait_for(self, places: PlaceFetch) -> None:
        if places.is_going_on():
            with self._console.step("Fetching the city database (64 MB, once)"):
                await places.wait()
        if (warning := places.warning()) is not None:
            self._console.say(warning)

    def _say_where(self) -> None:
        key = self._credentials
        place = f"the one in {key.admin_key_place}"
        known = (
            place if key.admin_key is None else f"{key.admin_key}  (kept in {key.admin_key_place})"
        )
        self._console.say(f"Dashboard  {self._config.settings.analytics_public_url or self._url}")
        self._console.say(f"Key        {known}")
        self._console.say(f"Stop       Ctrl-C  (the data stays in {self._data_dir.path})")
