import asyncio
import contextlib
import socket
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import aiohttp
import jwt
import pytest
from aiohttp import web

from infra.local.scheduler import Caller, Runner, keep
from infra.local.schedules import Schedule

SECRET = "s" * 40
PLANNED = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)
DAILY = Schedule(name="daily", function="cleanup", path="/partitions", cron="30 2 * * *")
EACH_SECOND = Schedule(
    name="relay", function="notify", path="/relay", cron="* * * * *", every=timedelta(seconds=1)
)


class Function:
    """A function that keeps what it is asked, and answers what it is told to."""

    def __init__(self, *statuses: int, seconds: float = 0) -> None:
        self.asked: list[web.BaseRequest] = []
        self.most_at_once = 0
        self._statuses = iter(statuses)
        self._seconds = seconds
        self._at_once = 0

    @property
    def times(self) -> list[str]:
        return [request.headers["X-CloudScheduler-ScheduleTime"] for request in self.asked]

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        self.asked.append(request)
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        await asyncio.sleep(self._seconds)
        self._at_once -= 1
        return web.Response(status=next(self._statuses, 200))

    @contextlib.asynccontextmanager
    async def serve(self) -> AsyncGenerator[dict[str, int]]:
        runner = web.ServerRunner(web.Server(self.answer), shutdown_timeout=0.1)
        await runner.setup()
        listener = socket.create_server(("127.0.0.1", 0))
        await web.SockSite(runner, listener).start()
        yield dict.fromkeys(("cleanup", "notify"), listener.getsockname()[1])
        await runner.cleanup()


@contextlib.asynccontextmanager
async def running(schedule: Schedule, upstreams: dict[str, int]) -> AsyncGenerator[None]:
    task = asyncio.create_task(keep([schedule], upstreams, SECRET))
    yield
    task.cancel()
    await asyncio.wait([task])


async def until_asked(function: Function, count: int) -> None:
    async with asyncio.timeout(20):
        while len(function.asked) < count:  # noqa: ASYNC110 - what is awaited is the other side
            await asyncio.sleep(0.02)


async def fire(schedule: Schedule, upstreams: dict[str, int], now: datetime) -> None:
    async with aiohttp.ClientSession() as client:
        caller = Caller(upstreams, client, lambda audience: f"token for {audience}")
        await Runner(schedule, caller, lambda: now).fire(PLANNED)


async def test_a_schedule_each_second_posts_its_planned_times_in_order() -> None:
    function = Function()
    async with function.serve() as upstreams, running(EACH_SECOND, upstreams):
        await until_asked(function, 3)
    planned = [datetime.fromisoformat(time) for time in function.times]
    assert planned[2] - planned[0] == timedelta(seconds=2)
    assert {(request.method, request.path) for request in function.asked} == {("POST", "/relay")}


async def test_a_function_gets_a_token_made_for_it_alone() -> None:
    function = Function()
    async with function.serve() as upstreams, running(EACH_SECOND, upstreams):
        await until_asked(function, 1)
    token = function.asked[0].headers["Authorization"].removeprefix("Bearer ")
    claims = jwt.decode(token, SECRET, algorithms=["HS256"], audience="notify")
    assert claims["aud"] == "notify"


async def test_a_run_longer_than_its_interval_is_never_joined_by_another() -> None:
    function = Function(seconds=1.3)
    async with function.serve() as upstreams, running(EACH_SECOND, upstreams):
        await until_asked(function, 2)
    planned = [datetime.fromisoformat(time) for time in function.times]
    assert function.most_at_once == 1
    assert planned[1] - planned[0] >= timedelta(seconds=2)  # the one between was left out


async def test_a_retry_carries_the_same_planned_time() -> None:
    function = Function(503, 200)
    async with function.serve() as upstreams:
        await fire(DAILY, upstreams, PLANNED)
    assert function.times == ["2026-11-20T02:30:00Z"] * 2


async def test_nothing_is_retried_beyond_the_next_planned_time() -> None:
    function = Function(503, 503)
    async with function.serve() as upstreams:
        await fire(EACH_SECOND, upstreams, PLANNED)
    assert len(function.asked) == 1


async def test_a_function_that_is_down_is_called_again_when_it_is_back() -> None:
    with socket.socket() as reserved:
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
        function = Function()
        async with running(EACH_SECOND, {"notify": port}):
            await asyncio.sleep(1.2)
            runner = web.ServerRunner(web.Server(function.answer), shutdown_timeout=0.1)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", port, reuse_address=True).start()
            await until_asked(function, 1)
        await runner.cleanup()


async def test_a_schedule_that_asks_for_it_runs_once_at_the_start() -> None:
    function = Function()
    schedule = Schedule("partitions", "cleanup", "/partitions", "30 2 * * *", at_start=True)
    async with function.serve() as upstreams, running(schedule, upstreams):
        await until_asked(function, 1)
        await asyncio.sleep(0.3)
    assert len(function.asked) == 1


@pytest.mark.parametrize(
    ("schedule", "times"), [(replace(DAILY, at_start=True), 2), (DAILY, 0)], ids=["made up", "not"]
)
async def test_what_runs_at_the_start_is_made_up_for_when_the_machine_slept(
    schedule: Schedule, times: int
) -> None:
    function = Function()
    present = [PLANNED - timedelta(seconds=1)]
    async with function.serve() as upstreams, aiohttp.ClientSession() as client:
        caller = Caller(upstreams, client, lambda audience: audience)
        running = asyncio.create_task(Runner(schedule, caller, lambda: present[0]).run())
        await asyncio.sleep(0.5)
        present[0] = PLANNED + timedelta(hours=14)
        await asyncio.sleep(1)
        running.cancel()
        await asyncio.wait([running])
    assert len(function.asked) == times
