"""Answers that are wanted again and again are asked for once, and remembered for a few seconds."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from shared.services.remembered import REMEMBERED_SECONDS, Remembered

CROWD = 500


class Register:
    """Tells how often it was asked; answers when it is let."""

    def __init__(self, *failures: Exception) -> None:
        self.asked = 0
        self.failures = list(failures)
        self.is_open = asyncio.Event()

    async def ask(self) -> int:
        self.asked += 1
        nth = self.asked
        await self.is_open.wait()
        if self.failures:
            raise self.failures.pop()
        return nth


async def all_of(*asking: Coroutine[Any, Any, int]) -> list[asyncio.Task[int]]:
    """Begin to ask, and come back when all of them wait."""
    waiting = [asyncio.create_task(one) for one in asking]
    await asyncio.sleep(0)
    return waiting


async def test_a_crowd_that_asks_at_once_has_it_asked_once() -> None:
    register, remembered = Register(), Remembered[int](10)
    waiting = await all_of(*(remembered.answer(b"key", register.ask) for _ in range(CROWD)))
    register.is_open.set()
    assert await asyncio.gather(*waiting) == [1] * CROWD
    assert await remembered.answer(b"key", register.ask) == 1


async def test_each_key_has_an_answer_of_its_own() -> None:
    register, remembered = Register(), Remembered[int](10)
    register.is_open.set()
    assert await remembered.answer(b"one", register.ask) == 1
    assert await remembered.answer(b"two", register.ask) == 2


async def test_an_answer_is_asked_for_again_after_a_few_seconds() -> None:
    seconds = 0.0
    register, remembered = Register(), Remembered[int](10, lambda: seconds)
    register.is_open.set()
    assert await remembered.answer(b"key", register.ask) == 1
    seconds = REMEMBERED_SECONDS - 1
    assert await remembered.answer(b"key", register.ask) == 1
    seconds = REMEMBERED_SECONDS
    assert await remembered.answer(b"key", register.ask) == 2


async def test_a_failure_is_told_to_all_who_wait_and_not_remembered() -> None:
    register, remembered = Register(OSError("away")), Remembered[int](10)
    waiting = await all_of(*(remembered.answer(b"key", register.ask) for _ in range(CROWD)))
    register.is_open.set()
    told = await asyncio.gather(*waiting, return_exceptions=True)
    assert {str(error) for error in told} == {"away"}
    assert await remembered.answer(b"key", register.ask) == 2


@pytest.mark.parametrize("who_leaves", [0, 1], ids=["the first", "another"])
async def test_who_gives_up_waiting_leaves_the_others_waiting(who_leaves: int) -> None:
    register, remembered = Register(), Remembered[int](10)
    waiting = await all_of(*(remembered.answer(b"key", register.ask) for _ in range(3)))
    left = waiting.pop(who_leaves)
    left.cancel()
    with pytest.raises(asyncio.CancelledError):
        await left
    register.is_open.set()
    assert await asyncio.gather(*waiting) == [1, 1]


async def test_an_answer_on_its_way_is_not_remembered_once_all_is_forgotten() -> None:
    register, remembered = Register(), Remembered[int](10)
    waiting = await all_of(remembered.answer(b"key", register.ask))
    remembered.forget()
    waiting += await all_of(remembered.answer(b"key", register.ask))
    register.is_open.set()
    assert await asyncio.gather(*waiting) == [1, 2]
    assert await remembered.answer(b"key", register.ask) == 2


async def test_no_more_answers_are_kept_than_wanted() -> None:
    register, remembered = Register(), Remembered[int](2)
    register.is_open.set()
    assert [await remembered.answer(key, register.ask) for key in (b"a", b"b", b"b")] == [1, 2, 2]
    assert [await remembered.answer(key, register.ask) for key in (b"c", b"a")] == [3, 4]
