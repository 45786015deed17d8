"""A source that has gone silent is told in plain words."""

from collections.abc import Callable
from typing import Any

from shared.store.database import Connection
from tests.conftest import Function
from tests.servers.household import Household
from tests.servers.machine import Machine
from tests.servers.world import FILM, Player

HEALTH = "/api/v1/system/health"


async def health(functions: Callable[[str], Function]) -> dict[str, Any]:
    answer = await functions("api").call("GET", HEALTH)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_server_that_answers_is_no_concern(
    home: Household, server: Machine, functions: Callable[[str], Function]
) -> None:
    await home.connect(server)
    [asked] = (await health(functions))["media_servers"]
    assert asked["sentence"].endswith("has not been asked yet.")
    server.players = [Player(server.viewers[0], "tv-1", FILM)]
    await home.poll()
    told = await health(functions)
    [asked] = told["media_servers"]
    assert (told["status"], asked["playing"], asked["is_silent"]) == ("ok", 1, False)


async def test_a_server_that_does_not_answer_is_named_with_the_reason(
    home: Household, server: Machine, functions: Callable[[str], Function]
) -> None:
    await home.connect(server)
    server.fault = "unauthorized"
    await home.poll()
    told = await health(functions)
    [concern] = told["concerns"]
    assert told["status"] == "attention"
    assert concern.startswith(server.name)
    assert "does not accept the token" in concern


async def test_that_nobody_asks_is_told_too(
    home: Household, server: Machine, functions: Callable[[str], Function]
) -> None:
    await home.connect(server)
    await home.poll()

    async def long_ago(connection: Connection) -> None:
        await connection.execute(
            "UPDATE media_server_states SET polled_at = polled_at - interval '1 hour'"
        )

    await home.context.database.run(long_ago)
    [concern] = (await health(functions))["concerns"]
    assert "has not been asked" in concern


async def test_a_server_that_is_switched_off_is_no_concern(
    home: Household, server: Machine, functions: Callable[[str], Function]
) -> None:
    await home.connect(server)
    server.fault = "error"
    await home.poll()
    await home.rows("UPDATE media_servers SET enabled = false RETURNING 1")
    assert (await health(functions))["concerns"] == []
