"""The local scheduler: calls the functions as Cloud Scheduler would.

A process of its own: `python -m infra.local.scheduler --secret-file FILE --upstream cleanup=PORT`.
One task per schedule, so no schedule ever runs twice at once, and none waits for another.
"""

import argparse
import asyncio
import logging
import signal
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp

from infra.local.schedules import Schedule, is_missed, read_schedules, schedule_time
from shared.settings import settings
from shared.tasks.caller import caller_token

_LONGEST_RUN_SECONDS = 300
_LONGEST_SLEEP_SECONDS = 15  # so that a clock that was set, or a machine that slept, is noticed
_TOKEN_LIFETIME = timedelta(minutes=10)
_RETRY_SECONDS = (1, 2, 4, 8, 16)  # a function that was restarted is back by then

_log = logging.getLogger(__name__)


class Caller:
    """Posts to functions with the caller's token.

    Args:
        upstreams: The loopback port of each function.
        client: Carries the requests.
        token: Makes a token for an audience.
    """

    def __init__(
        self,
        upstreams: Mapping[str, int],
        client: aiohttp.ClientSession,
        token: Callable[[str], str],
    ) -> None:
        self._upstreams = upstreams
        self._client = client
        self._token = token

    async def call(self, schedule: Schedule, planned: datetime) -> str | None:
        """Call once; return what went wrong, or None."""
        headers = {
            "X-CloudScheduler-ScheduleTime": schedule_time(planned),
            "Authorization": f"Bearer {self._token(schedule.function)}",
        }
        url = f"http://127.0.0.1:{self._upstreams[schedule.function]}{schedule.path}"
        try:
            async with self._client.post(url, headers=headers) as answer:
                text = await answer.text()
                return None if answer.ok else f"{answer.status} {text[:300]}"
        except (aiohttp.ClientError, TimeoutError) as error:
            return f"{type(error).__name__} {error}"


class Runner:
    """Keeps one schedule: sleeps, calls, and says only what changes."""

    def __init__(self, schedule: Schedule, caller: Caller, clock: Callable[[], datetime]) -> None:
        self._schedule = schedule
        self._caller = caller
        self._clock = clock
        self._failing = False

    async def run(self) -> None:
        """Fire at every planned time, for ever."""
        if self._schedule.at_start:
            await self.fire(self._clock().replace(microsecond=0))
        while True:
            planned = self._schedule.next_after(self._clock())
            await self._sleep_until(planned)
            if self._schedule.at_start or not is_missed(planned, self._clock()):
                await self.fire(planned)

    async def fire(self, planned: datetime) -> None:
        """Call with one planned time; retry a few times, but not beyond the next one."""
        following = self._schedule.next_after(planned)
        for pause in (*_RETRY_SECONDS, None):
            problem = await self._caller.call(self._schedule, planned)
            self._tell(problem)
            if problem is None or pause is None:
                return
            if self._clock() + timedelta(seconds=pause) >= following:
                return
            await asyncio.sleep(pause)

    async def _sleep_until(self, planned: datetime) -> None:
        while (wait := (planned - self._clock()).total_seconds()) > 0:  # noqa: ASYNC110 - a clock
            await asyncio.sleep(min(wait, _LONGEST_SLEEP_SECONDS))

    def _tell(self, problem: str | None) -> None:
        if problem is not None and not self._failing:
            _log.warning("%s fails: %s", self._schedule.name, problem)
        elif problem is None and self._failing:
            _log.info("%s works again", self._schedule.name)
        self._failing = problem is not None


def _now() -> datetime:
    return datetime.now(UTC)


async def keep(schedules: list[Schedule], upstreams: Mapping[str, int], secret: str) -> None:
    """Keep all schedules until cancelled."""

    def token(audience: str) -> str:
        return caller_token(audience=audience, secret=secret, lifetime=_TOKEN_LIFETIME)

    timeout = aiohttp.ClientTimeout(total=_LONGEST_RUN_SECONDS)
    connector = aiohttp.TCPConnector(force_close=True)  # a kept connection may be a dead function's
    async with (
        aiohttp.ClientSession(timeout=timeout, connector=connector) as client,
        asyncio.TaskGroup() as tasks,
    ):
        caller = Caller(upstreams, client, token)
        for schedule in schedules:
            tasks.create_task(Runner(schedule, caller, _now).run())


async def _run(schedules: list[Schedule], upstreams: Mapping[str, int], secret: str) -> None:
    keeping = asyncio.create_task(keep(schedules, upstreams, secret))
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, keeping.cancel)
    await asyncio.wait([keeping])
    if not keeping.cancelled():
        keeping.result()


def main() -> None:
    """Read the command line and keep the schedules."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--secret-file", required=True, help="holds the callers' shared secret")
    parser.add_argument("--upstream", action="append", required=True, help="FUNCTION=PORT")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    arguments = parser.parse_args()
    upstreams = {name: int(port) for name, port in (pair.split("=") for pair in arguments.upstream)}
    secret = Path(arguments.secret_file).read_text(encoding="ascii").strip()
    asyncio.run(_run(read_schedules(settings().model_dump()), upstreams, secret))


if __name__ == "__main__":
    main()
