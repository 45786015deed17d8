"""What a Plex server says by itself: what is a change, and what goes wrong on the way."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, asynccontextmanager
from ipaddress import ip_address
from typing import Any

import pytest

from shared.domain.network import Address
from shared.domain.servers import ServerError, ServerProblem
from shared.servers.clients import TellingServer, open_server
from shared.servers.connection import MAX_EVENT_BYTES
from tests.servers.houses import machine
from tests.servers.machine import running
from tests.servers.plex import PlexMachine, event


@pytest.fixture
async def cellar() -> AsyncGenerator[PlexMachine]:
    started = machine("plex")
    assert isinstance(started, PlexMachine)
    async with running(started):
        yield started


@asynccontextmanager
async def hearing(
    server: PlexMachine, silence: float = 5, **changed: Any
) -> AsyncGenerator[AsyncGenerator[bool]]:
    """Hear a server whose being heard has been told."""
    client = open_server(server.address(**changed), timeout_seconds=10)
    assert isinstance(client, TellingServer)
    try:
        async with aclosing(client.events(silence)) as events:
            assert await anext(events) is True, "what was before nobody told"
            await server.is_heard.wait()
            yield events
    finally:
        await client.close()


async def ending(events: AsyncGenerator[bool]) -> ServerError:
    with pytest.raises(ServerError) as caught:
        async for _ in events:
            pass
    return caught.value


def notification(**told: object) -> dict[str, object]:
    return {"sessionKey": "7", "ratingKey": "20461", "state": "playing"} | told


async def test_a_state_or_an_item_that_is_new_is_a_change(cellar: PlexMachine) -> None:
    said = [
        (notification(), True),
        (notification(viewOffset=10_000), False),
        (notification(state="paused"), True),
        (notification(sessionKey="8"), True),
        (notification(state="paused", viewOffset=20_000), False),
        (notification(state="paused", ratingKey="303"), True),
    ]
    async with hearing(cellar) as events:
        for told, expected in said:
            await cellar.say(event("playing", {"PlaySessionStateNotification": told}))
            assert await anext(events) is expected, told


@pytest.mark.parametrize("shape", ["object", "list", "container"])
async def test_a_change_is_understood_in_every_shape(cellar: PlexMachine, shape: str) -> None:
    shapes: dict[str, object] = {
        "object": {"PlaySessionStateNotification": notification()},
        "list": {"PlaySessionStateNotification": [notification()]},
        "container": {
            "NotificationContainer": {"PlaySessionStateNotification": [notification()], "size": 1}
        },
    }
    async with hearing(cellar) as events:
        for expected in (True, False):
            await cellar.say(event("playing", shapes[shape]))
            assert await anext(events) is expected


@pytest.mark.parametrize("data", ['{"PlaySessionState', "", "[]", "7", '{"other": 1}'])
async def test_a_change_that_nobody_can_read_is_a_change(cellar: PlexMachine, data: str) -> None:
    async with hearing(cellar) as events:
        for _ in range(2):
            await cellar.say(f"event: playing\ndata: {data}\n\n")
            assert await anext(events) is True


@pytest.mark.parametrize("name", ["ping", "timeline", "transcodeSession.update", "never heard of"])
async def test_what_tells_of_no_player_is_a_sign_of_life_alone(
    cellar: PlexMachine, name: str
) -> None:
    async with hearing(cellar) as events:
        await cellar.say(event(name, {"PlaySessionStateNotification": notification()}))
        assert await anext(events) is False


async def test_an_event_in_pieces_is_one_and_half_of_one_is_none(cellar: PlexMachine) -> None:
    whole = event("playing", {"PlaySessionStateNotification": notification()}).encode()
    async with hearing(cellar) as events:
        for piece in (whole[:9], whole[9:40], whole[40:], b": a comment\r\n\r\n", whole[:60]):
            await cellar.say(piece)
            await asyncio.sleep(0.02)
        assert await anext(events) is True
        cellar.hang_up()
        assert (await ending(events)).problem is ServerProblem.UNREACHABLE


async def test_a_server_that_says_nothing_for_too_long_is_heard_no_more(
    cellar: PlexMachine,
) -> None:
    async with hearing(cellar, silence=0.2) as events:
        error = await ending(events)
    assert (error.problem, error.is_lasting) == (ServerProblem.TIMEOUT, False)
    assert "said nothing for 0.2 s" in error.sentence


@pytest.mark.parametrize("is_one_line", [True, False])
async def test_an_event_that_never_ends_is_cut_off(
    cellar: PlexMachine, *, is_one_line: bool
) -> None:
    piece = b"x" * 8_000 if is_one_line else b"data: " + b"x" * 8_000 + b"\n"
    async with hearing(cellar) as events:
        await cellar.say(b"event: playing\ndata: ")
        for _ in range(MAX_EVENT_BYTES // 8_000 + 1):
            await cellar.say(piece)
        assert (await ending(events)).problem is ServerProblem.ANSWER


async def test_players_without_end_are_forgotten_and_not_kept(cellar: PlexMachine) -> None:
    async with hearing(cellar) as events:
        for number in range(2_500):
            await cellar.tell(str(number), "playing")
            assert await anext(events) is True
        await cellar.tell("1", "playing")
        assert await anext(events) is True, "it was forgotten"
        await cellar.tell("2499", "playing")
        assert await anext(events) is False, "it is known"


@pytest.mark.parametrize(
    ("status", "problem"),
    [(401, ServerProblem.TOKEN), (404, ServerProblem.NOT_FOUND), (500, ServerProblem.ANSWER)],
)
async def test_a_server_that_lets_nobody_hear_it_is_told_as_what_it_is(
    cellar: PlexMachine, status: int, problem: ServerProblem
) -> None:
    cellar.silences = status
    with pytest.raises(ServerError) as caught:
        async with hearing(cellar):
            pass
    assert caught.value.problem is problem
    assert cellar.token not in caught.value.sentence


async def test_what_is_no_stream_of_events_is_told(cellar: PlexMachine) -> None:
    cellar.fault = "html"
    client = open_server(cellar.address(token="another"), timeout_seconds=10)
    assert isinstance(client, TellingServer)
    error = await ending(client.events(5))
    await client.close()
    assert error.problem is ServerProblem.ANSWER


async def test_events_of_an_address_where_no_server_may_be_are_never_asked_for(
    cellar: PlexMachine,
) -> None:
    async def resolve(_host: str, _port: int) -> Sequence[Address]:
        return [ip_address("169.254.169.254")]

    address = cellar.address(base_url="http://media.example.org")
    client = open_server(address, timeout_seconds=10, resolve=resolve)
    assert isinstance(client, TellingServer)
    error = await ending(client.events(5))
    await client.close()
    assert (error.problem, cellar.asked) == (ServerProblem.FORBIDDEN_ADDRESS, [])


async def test_the_token_of_what_is_heard_is_in_no_address(cellar: PlexMachine) -> None:
    async with hearing(cellar):
        pass
    assert cellar.asked == ["/:/eventsource/notifications"]
