"""One look after the other for all who listen at this instance, and none while nobody does.

What happened is written once into a ring that all share. A listener is a position in it: nothing
waits for who is slow, and nothing is kept for them. Who falls behind by the whole ring is cut off,
comes back with the last id it saw, and is told of what it missed, or of everything as it is.
"""

import asyncio
import logging
import secrets
import time
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import datetime
from itertools import islice

from functions.api.live.audience import Audience
from functions.api.live.looking import look
from functions.api.live.scene import Happening, Kind, Scene
from shared.errors import AppError, UnauthenticatedError, UnavailableError
from shared.http.stopping import is_server_stopping
from shared.store.database import Connection, Database

LOOK_EVERY_SECONDS = 0.5
HEARTBEAT_SECONDS = 15.0
ASKED_AGAIN_SECONDS = 60.0
RING = 2000
COME_BACK_MS = 2000

# Nobody listened for so long: who comes back is told everything instead of what happened since.
FORGET_SECONDS = 60.0

_HEARTBEAT = b": still here\n\n"

_log = logging.getLogger(__name__)

Identify = Callable[[], Awaitable[Audience]]


class Hub:
    """Tells the listeners of one instance what happens.

    Args:
        database: that is looked at.
        capacity: how many may listen.
        now: the clock.
    """

    def __init__(self, database: Database, capacity: int, now: Callable[[], datetime]) -> None:
        self._database = database
        self._capacity = capacity
        self._now = now
        self._listeners = 0
        self._task: asyncio.Task[None] | None = None
        self._turn = asyncio.Event()
        self._has_ended = False
        self._looking = asyncio.Lock()
        self._begin_anew()

    def _begin_anew(self) -> None:
        """Forget everything; ids of before mean nothing any more."""
        self._run = secrets.token_hex(4)
        self._scene = Scene()
        self._ring: deque[Happening] = deque(maxlen=RING)
        self._told = 0
        self._looked_at = float("-inf")

    async def admit(self) -> None:
        """Make sure that one more may listen, and that there is something to tell.

        Raises:
            UnavailableError: too many listen already, or the database is away.
        """
        if self._listeners >= self._capacity or self._has_ended:
            raise UnavailableError(
                "As many listen here as may: come back later.", code="live_full", retry_after=10
            )
        if not self._listeners and time.monotonic() - self._looked_at > FORGET_SECONDS:
            self._begin_anew()
        if time.monotonic() - self._looked_at > 2 * LOOK_EVERY_SECONDS:
            await self._look()

    async def listen(
        self, audience: Audience, last_id: str | None, identify: Identify
    ) -> AsyncGenerator[bytes]:
        """Yield what an audience is told, from the event after ``last_id`` on.

        Without one, or with one that is not known here any more, it begins with a snapshot. Ends
        when the audience changes or may listen no more, when it is too slow, and with the server.
        """
        self._listeners += 1
        try:
            self._keep_looking()
            spoke_at = asked_at = time.monotonic()
            position = self._position(last_id)
            yield f"retry: {COME_BACK_MS}\n\n".encode()
            if position is None:
                position = self._told
                yield self._event(Kind.SNAPSHOT, position, self._scene.snapshot(audience))
            while not self._has_ended and position >= self._told - len(self._ring):
                turn, text = self._turn, self._since(position, audience)
                position, at = self._told, time.monotonic()
                if not text and at - spoke_at >= HEARTBEAT_SECONDS - LOOK_EVERY_SECONDS:
                    text = _HEARTBEAT
                if text:
                    spoke_at = at
                    yield text
                await turn.wait()
                if time.monotonic() - asked_at > ASKED_AGAIN_SECONDS:
                    asked_at = time.monotonic()
                    if not await _is_still(audience, identify):
                        return
        finally:
            self._listeners -= 1

    async def close(self) -> None:
        """End every stream, and look no more."""
        self._end()
        if self._task is not None:
            await self._task

    def _end(self) -> None:
        self._has_ended = True
        self._wake()

    def _wake(self) -> None:
        turn, self._turn = self._turn, asyncio.Event()
        turn.set()

    def _keep_looking(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._go_on_looking())

    async def _go_on_looking(self) -> None:
        woken_at = time.monotonic()
        while self._listeners and not self._has_ended:
            began, told = time.monotonic(), self._told
            if is_server_stopping():
                self._end()
                return
            try:
                await self._look()
            except AppError as error:
                _log.warning("live: %s", error.detail)
            if self._told > told or began - woken_at >= HEARTBEAT_SECONDS:
                woken_at = began
                self._wake()
            await asyncio.sleep(max(0.0, began + LOOK_EVERY_SECONDS - time.monotonic()))

    async def _look(self) -> None:
        async def read(connection: Connection) -> tuple[Scene, list[Happening]]:
            return await look(connection, self._scene, self._now())

        async with self._looking:
            self._scene, happened = await self._database.run_freely(read)
            # What there was at the first look did not happen since.
            if self._looked_at > 0:
                self._ring.extend(happened)
                self._told += len(happened)
            self._looked_at = time.monotonic()

    def _position(self, last_id: str | None) -> int | None:
        """Return how many events a listener was told; None if that is not known any more."""
        run, _, number = (last_id or "").partition("-")
        if run != self._run or not (number.isascii() and number.isdigit()):
            return None
        position = int(number)
        return position if self._told - len(self._ring) <= position <= self._told else None

    def _since(self, position: int, audience: Audience) -> bytes:
        """Write what was told since a position, as far as the audience may hear it."""
        first = self._told - len(self._ring)
        told = islice(self._ring, position - first, None)
        return b"".join(
            self._event(happening.kind, number, text)
            for number, happening in enumerate(told, position + 1)
            if (text := happening.shown.text(audience)) is not None
        )

    def _event(self, kind: Kind, number: int, text: str) -> bytes:
        return f"id: {self._run}-{number}\nevent: {kind}\ndata: {text}\n\n".encode()


async def _is_still(audience: Audience, identify: Identify) -> bool:
    """Say whether who listens may still hear the same."""
    try:
        return await identify() == audience
    except UnauthenticatedError:
        return False
    except AppError:
        return True  # it cannot be told at the moment
