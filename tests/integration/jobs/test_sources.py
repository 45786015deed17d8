"""Sources that take everybody for one address: found, told in system health, and left out."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from shared.store.database import Connection, Database
from tests.conftest import Function
from tests.places import LONDON

BATCH = "/api/v1/analytics/sessions/batch"
HEALTH = "/api/v1/system/health"
OVERRIDES = "/api/v1/analytics/network-overrides"
BRIDGE = "172.17.0.1"

Functions = Callable[[str], Function]


async def play(functions: Functions, address: str, source: str = "plex", **said: Any) -> set[str]:
    """Let five people start five streams each at once, each person from devices of their own."""
    now = datetime.now(UTC) - timedelta(minutes=5)
    users = [str(UUID(int=n + 1)) for n in range(5)]
    events = [
        {
            "event": "start",
            "source": source,
            "session_key": uuid4().hex,
            "user_id": user_id,
            "content_type": "movie",
            "content_id": "m1",
            "device_id": f"{user_id}-{number}",
            "ip_address": address,
            "event_at": now.isoformat(),
            "started_at": now.isoformat(),
        }
        | said
        for user_id in users
        for number in range(5)
    ]
    answer = await functions("ingest_session").call("POST", BATCH, json={"events": events})
    assert answer.json()["rejected"] == 0, answer.text
    return set(users)


async def check(functions: Functions) -> dict[str, int]:
    answer = await functions("cleanup").job("/sources")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def health(functions: Functions) -> dict[str, Any]:
    answer = await functions("api").call("GET", HEALTH)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def opened(functions: Functions) -> int:
    return (await functions("detect_sharing").job("/sweep")).json()["opened"]


async def take_marks(database: Database) -> set[str]:
    async def take(connection: Connection) -> set[str]:
        cursor = await connection.execute("DELETE FROM dirty_users RETURNING user_id")
        return {str(row["user_id"]) for row in await cursor.fetchall()}

    return await database.run(take)


async def test_if_every_session_of_a_source_comes_from_one_private_address_nothing_is_detected(
    functions: Functions,
) -> None:
    await play(functions, BRIDGE)
    assert await check(functions) == {"misconfigured": 1, "new": 1, "mended": 0}
    assert await opened(functions) == 0
    told = await health(functions)
    assert told["status"] == "attention"
    [concern] = told["concerns"]
    assert "All 25 sessions of 5 users that plex sent" in concern
    assert BRIDGE in concern
    [source] = told["misconfigured_sources"]
    assert (source["source"], source["address"], source["devices"]) == ("plex", BRIDGE, 25)


async def test_a_source_beside_a_misconfigured_one_is_detected_from_as_ever(
    functions: Functions,
) -> None:
    await play(functions, BRIDGE)
    await play(functions, LONDON, "jellyfin")
    assert await check(functions) == {"misconfigured": 1, "new": 1, "mended": 0}
    assert await opened(functions) == 5


async def test_a_second_address_says_that_players_are_told_apart(functions: Functions) -> None:
    await play(functions, BRIDGE)
    await play(functions, "192.168.1.20")
    assert await check(functions) == {"misconfigured": 0, "new": 0, "mended": 0}
    assert await opened(functions) == 5


async def test_a_source_that_is_mended_is_detected_from_again_and_a_second_check_changes_nothing(
    functions: Functions, database: Database
) -> None:
    users = await play(functions, BRIDGE)
    await take_marks(database)
    await check(functions)
    assert await take_marks(database) == users
    assert await check(functions) == {"misconfigured": 1, "new": 0, "mended": 0}
    assert await take_marks(database) == set()
    await play(functions, LONDON)
    await take_marks(database)
    assert await check(functions) == {"misconfigured": 0, "new": 0, "mended": 1}
    assert await take_marks(database) == users
    assert (await health(functions))["misconfigured_sources"] == []


async def test_an_operator_who_says_that_the_address_is_a_home_is_believed(
    functions: Functions,
) -> None:
    await play(functions, BRIDGE)
    home = {"network": BRIDGE, "network_class": "public", "kind": "residential"}
    answer = await functions("api").call("POST", OVERRIDES, json=home)
    assert answer.status_code == 201, answer.text
    assert (await check(functions))["misconfigured"] == 0
    assert await opened(functions) == 5


async def test_what_a_source_did_more_than_a_week_ago_is_forgotten(functions: Functions) -> None:
    then = (datetime.now(UTC) - timedelta(days=8)).isoformat()
    await play(functions, BRIDGE, event_at=then, started_at=then)
    assert (await check(functions))["misconfigured"] == 0


async def test_a_source_without_addresses_is_nobodys_mistake(functions: Functions) -> None:
    await play(functions, "N/A")
    assert (await check(functions))["misconfigured"] == 0
