"""Answers that are wanted again and again, asked for once and remembered for a few seconds."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Generic, TypeVar

Answer = TypeVar("Answer")

# What was revoked may work this much longer: the price of not asking the database each time.
REMEMBERED_SECONDS = 10.0


class Remembered(Generic[Answer]):
    """Asks about a key at most every few seconds, however many want to know.

    Who comes while it is being asked waits for the same answer: of a crowd that shows one key, each
    would otherwise ask for it. A failure is told to all who wait, and not remembered; who gives up
    waiting leaves the others waiting.

    Args:
        most: how many answers are kept; with one more, all are forgotten.
        monotonic: seconds on a clock that never goes back.
    """

    def __init__(self, most: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._monotonic = monotonic
        self._known: dict[bytes, tuple[float, Answer]] = {}
        self._asking: dict[bytes, asyncio.Task[Answer]] = {}

    async def answer(self, key: bytes, ask: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
        """Return the answer about a key: what is remembered, or else what asking tells."""
        if key in self._known:
            told_at, answer = self._known[key]
            if self._monotonic() - told_at < REMEMBERED_SECONDS:
                return answer
        if key not in self._asking:
            asking = self._asking[key] = asyncio.create_task(ask())
            asking.add_done_callback(partial(self._note, key))
        return await asyncio.shield(self._asking[key])

    def forget(self) -> None:
        """Ask anew about every key, also where an answer is on its way."""
        self._known.clear()
        self._asking.clear()

    def _note(self, key: bytes, asked: asyncio.Task[Answer]) -> None:
        """Remember an answer, unless it failed, or all was to be forgotten meanwhile."""
        has_failed = asked.cancelled() or asked.exception() is not None
        if self._asking.get(key) is not asked:
            return
        del self._asking[key]
        if has_failed:
            return
        if len(self._known) >= self._most:
            self._known.clear()
        self._known[key] = (self._monotonic(), asked.result())
