"""What a Plex server says by itself: a reason to ask it at once, and never a session by itself."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from functions.ingest_session.polling.pace import Pace
from shared.settings import Settings
from tests.conftest import Function
from tests.integration.polling.test_health import health
from tests.servers.household import Household, household
from tests.servers.houses import machine
from tests.servers.machine import running
from tests.servers.plex import PlexMachine, event
from tests.servers.world import FILM, Player

# Nothing is asked for a second time but for what the server says; it is over within seconds.
HEARING = Pace(playing=1.5, idle=300, closest=0.01, timeout=10, silence=30, keep=300, shift=60)
LISTS = "/status/sessions"


@pytest.fixture
async def hearing_home(settings: Settings) -> AsyncGenerator[Household]:
    hears = settings.model_copy(update={"analytics_server_events": True})
    async with household(hears) as opened:
        yield opened


@pytest.fixture
async def cellar() -> AsyncGenerator[PlexMachine]:
    started = machine("plex")
    assert isinstance(started, PlexMachine)
    async with running(started):
        yield started


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something holds."""
    for _ in range(1_500):
        if await holds():
            return
        await asyncio.sleep(0.02)
    pytest.fail("it does not come to hold")


def lists(server: PlexMachine) -> int:
    return server.asked.count(LISTS)


@asynccontextmanager
async def shift(home: Household, server: PlexMachine, pace: Pace = HEARING) -> AsyncGenerator[None]:
    """Let a server be asked and heard, from when it has been asked on being heard."""

    async def is_asked() -> bool:
        return lists(server) >= 2

    await home.connect(server)
    asking = asyncio.create_task(home.poll(pace=pace))
    try:
        await until(is_asked)
        yield
    finally:
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)


async def test_a_start_is_seen_at_once_though_nothing_played(
    hearing_home: Household, cellar: PlexMachine
) -> None:
    async def is_known() -> bool:
        return bool(await hearing_home.sessions())

    async with shift(hearing_home, cellar):
        cellar.players = [Player(cellar.viewers[0], "tv-1", FILM)]
        await cellar.tell("7", "playing")
        await until(is_known)
    [session] = await hearing_home.sessions()
    assert session.attributes["video_codec"] == "hevc", "the list told of it"


async def test_who_is_said_to_play_and_is_in_no_list_plays_not(
    hearing_home: Household, cellar: PlexMachine
) -> None:
    async def is_asked_again() -> bool:
        return lists(cellar) > before

    async with shift(hearing_home, cellar):
        before = lists(cellar)
        await cellar.tell("7", "playing")
        await until(is_asked_again)
    assert await hearing_home.sessions() == []


async def test_a_list_that_does_not_know_yet_is_asked_for_again_soon(
    hearing_home: Household, cellar: PlexMachine
) -> None:
    async def is_known() -> bool:
        return bool(await hearing_home.sessions())

    async with shift(hearing_home, cellar, replace(HEARING, playing=0.3)):
        before = lists(cellar)
        await cellar.tell("7", "buffering")

        async def is_asked_again() -> bool:
            return lists(cellar) > before

        await until(is_asked_again)
        cellar.players = [Player(cellar.viewers[0], "tv-1", FILM)]
        await until(is_known)


async def test_what_is_no_news_is_no_reason_to_ask(
    hearing_home: Household, cellar: PlexMachine
) -> None:
    async with shift(hearing_home, cellar):
        await cellar.tell("7", "playing")

        async def is_asked_again() -> bool:
            return lists(cellar) >= 3

        await until(is_asked_again)
        asked = lists(cellar)
        for _ in range(20):
            await cellar.tell("7", "playing")
            await cellar.say(event("timeline", {"TimelineEntry": {"state": 5}}))
        await asyncio.sleep(0.2)
        assert lists(cellar) == asked


async def test_however_much_is_said_the_server_is_not_asked_more_often_than_it_may_be(
    hearing_home: Household, cellar: PlexMachine
) -> None:
    async with shift(hearing_home, cellar, replace(HEARING, closest=0.5)):
        asked = lists(cellar)
        for number in range(200):
            await cellar.tell(str(number), "playing")
            await asyncio.sleep(0.002)
        assert lists(cellar) - asked <= 3


@pytest.mark.parametrize("fault", ["hang up", "silence", "too much"])
async def test_who_is_no_more_heard_is_heard_again(
    hearing_home: Household, cellar: PlexMachine, fault: str
) -> None:
    async def is_heard_anew() -> bool:
        return sum("eventsource" in path for path in cellar.asked) >= 2 and bool(cellar.hearers)

    async def is_known() -> bool:
        return bool(await hearing_home.sessions())

    async with shift(hearing_home, cellar, replace(HEARING, silence=0.5)):
        if fault == "hang up":
            cellar.hang_up()
        if fault == "too much":
            await cellar.say(b"data: " + b"x" * 100_000)
        cellar.players = [Player(cellar.viewers[0], "tv-1", FILM)]
        await until(is_heard_anew)
        await until(is_known)


async def test_a_server_that_is_restarted_is_asked_as_soon_as_it_is_heard(
    hearing_home: Household, cellar: PlexMachine
) -> None:
    async def is_known() -> bool:
        return bool(await hearing_home.sessions())

    async with shift(hearing_home, cellar):
        await cellar.stop()
        cellar.players = [Player(cellar.viewers[0], "tv-1", FILM)]
        await cellar.start()
        await until(is_known)


@pytest.mark.parametrize("status", [401, 404])
async def test_a_server_that_lets_nobody_hear_it_is_left_in_peace_and_asked_as_ever(
    hearing_home: Household,
    cellar: PlexMachine,
    status: int,
    functions: Callable[[str], Function],
) -> None:
    cellar.silences = status
    cellar.players = [Player(cellar.viewers[0], "tv-1", FILM)]
    await hearing_home.connect(cellar)
    pace = replace(HEARING, playing=0.2, keep=0.1, shift=3)
    await hearing_home.poll(pace=pace)
    assert len(await hearing_home.sessions()) == 1
    assert sum("eventsource" in path for path in cellar.asked) == 1
    told = await health(functions)
    [asked] = told["media_servers"]
    assert asked["events_problem"] == ("token" if status == 401 else "not_found")
    assert "What it says by itself is not heard: " in asked["sentence"]
    assert (asked["is_silent"], asked["problem"], told["status"]) == (False, None, "ok")


async def test_when_a_server_last_said_anything_is_told(
    hearing_home: Household, cellar: PlexMachine, functions: Callable[[str], Function]
) -> None:
    async with shift(hearing_home, cellar):
        await cellar.say(event("ping", {}))
    [asked] = (await health(functions))["media_servers"]
    assert (asked["events_problem"], asked["events_at"] is None) == (None, False)


async def test_only_plex_is_heard_and_only_where_that_is_wanted(
    home: Household, hearing_home: Household, cellar: PlexMachine
) -> None:
    jellyfin = machine("jellyfin")
    async with running(jellyfin):
        await home.connect(cellar)
        await home.connect(jellyfin)
        await home.poll(pace=replace(HEARING, playing=0.1, idle=0.1, shift=0.5))
        assert "/:/eventsource/notifications" not in cellar.asked
        pace = replace(HEARING, playing=0.1, idle=0.1, shift=0.5)
        assert (await hearing_home.poll(100, pace=pace))["failing"] == 0
    assert "/:/eventsource/notifications" in cellar.asked
    assert {path for path in jellyfin.asked if "event" in path} == set()
