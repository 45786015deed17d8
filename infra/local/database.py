"""The stack's database: the user's own, or an embedded one that is kept running."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from infra.local.back_off import BackOff
from infra.local.postgres import EmbeddedPostgres
from infra.local.problem import LaunchError

_LOOK_SECONDS = 0.5


class Database:
    """Starts, watches and stops the embedded server, if there is one.

    Args:
        url: The user's own database, or None.
        data_dir: Where an embedded server keeps its data.
        say: Tells the person at the terminal.
    """

    def __init__(self, url: str | None, data_dir: Path, say: Callable[[str], None]) -> None:
        self._url = url
        self._server = EmbeddedPostgres(data_dir)
        self._say = say
        self._starting: asyncio.Future[str] | None = None

    async def start(self) -> str:
        """Return where the database is, after starting it.

        Raises:
            LaunchError: it does not start.
        """
        if self._url is not None:
            return self._url
        # The thread goes on if this is cancelled, so `stop` must find it.
        self._starting = asyncio.ensure_future(asyncio.to_thread(self._server.start))
        return await asyncio.shield(self._starting)

    async def keep(self) -> None:
        """Start the embedded server again whenever it ends.

        Raises:
            LaunchError: it does not start any more, or not where the functions look for it.
        """
        if self._url is not None:
            await asyncio.Event().wait()
        back_off = BackOff()
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            if self._server.is_running():
                continue
            pause = back_off.next_pause()
            self._say(
                f"PostgreSQL ended; starting it again in {pause:g} s (log: {self._server.log})"
            )
            await asyncio.sleep(pause)
            place = self._server.dsn
            if await self.start() != place:
                raise LaunchError("PostgreSQL lost its port to another program: run this again.")
            back_off.started()

    async def stop(self) -> None:
        """Shut the embedded server down, or wait until it can be."""
        if self._starting is not None:
            await asyncio.wait([self._starting])
            if not self._starting.cancelled():
                self._starting.exception()  # has been told already, or nobody waits for it
        await asyncio.to_thread(self._server.stop)
