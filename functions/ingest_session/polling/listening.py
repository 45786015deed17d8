"""Hearing what a server says by itself while it is asked: a reason to ask it at once, and no more.

What plays is told by its list alone. So an event that is lost, late, repeated or not understood
costs seconds at most, and never a session.
"""

import asyncio
import logging
import random
import time
from collections.abc import Callable
from contextlib import aclosing
from datetime import datetime
from types import TracebackType
from typing import Self

from functions.ingest_session.polling.pace import Pace
from shared.domain.servers import ServerError, ServerProblem
from shared.servers.clients import TellingServer
from shared.store.server_states import Heard

_log = logging.getLogger(__name__)

_FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 30.0


class Listener:
    """Hears a server for as long as it is open, and begins anew when that breaks off."""

    def __init__(
        self, server: TellingServer, name: str, pace: Pace, now: Callable[[], datetime]
    ) -> None:
        self._server = server
        self._name = name
        self._pace = pace
        self._now = now
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.heard = Heard()

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._listen())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if self._task is None:
            return
        self._task.cancel()
        [ended] = await asyncio.gather(self._task, return_exceptions=True)
        if isinstance(ended, Exception):
            _log.error("%s was not heard any more", self._name, exc_info=ended)

    async def wait(self, seconds: float) -> bool:
        """Wait until the server says that something changed; ``False`` if it has not by then.

        It may have said so since the last call; but never is it asked again at once.
        """
        closest = min(self._pace.closest, max(0.0, seconds))
        await asyncio.sleep(closest)
        try:
            async with asyncio.timeout(max(0.0, seconds - closest)):
                await self._news.wait()
        except TimeoutError:
            return False
        self._news.clear()
        return True

    async def _listen(self) -> None:
        """Hear the server; when it breaks off, begin anew a little later each time.

        What only a person can mend is left until the next shift.
        """
        failures = 0
        while True:
            began = time.monotonic()
            error = await self._hear()
            self._fail(error)
            if error.is_lasting or error.problem is ServerProblem.NOT_FOUND:
                return
            steady = time.monotonic() - began >= _LONGEST_PAUSE_SECONDS
            failures = 0 if steady else failures + 1
            await asyncio.sleep(_pause(failures))

    async def _hear(self) -> ServerError:
        """Hear the server until it is heard no more; return why."""
        try:
            async with aclosing(self._server.events(self._pace.silence)) as events:
                async for is_news in events:
                    self.heard = Heard(at=self._now())
                    if is_news:
                        self._news.set()
        except ServerError as error:
            return error
        return ServerError(ServerProblem.UNREACHABLE, "The server ended its events.")

    def _fail(self, error: ServerError) -> None:
        if self.heard.problem is None:
            _log.info("the events of %s are not heard: %s", self._name, error.sentence)
        self.heard = Heard(self.heard.at, error.problem, error.sentence)


def _pause(failures: int) -> float:
    """Return seconds to wait: doubling, with half of it jitter, so that not all come at once."""
    longest = min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2.0 ** min(failures, 10))
    return random.uniform(longest / 2, longest)  # noqa: S311  (spreads load only)
