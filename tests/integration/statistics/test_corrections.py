"""What is put right of a session is counted once, as it is by now."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.services.rollups import roll_up_lot
from shared.settings import Settings
from shared.store import rollups
from shared.store.database import Connection, Database
from tests.conftest import Function
from tests.integration.api.scenes import ago, read, start, tell


async def counted(functions: Callable[[str], Function], user_id: str) -> list[tuple[str, int, int]]:
    """Return what a person watched: items with sessions and plays."""
    path = f"/api/v1/analytics/stats/plays?by=content_id&window=all&users={user_id}"
    rows = (await read(functions("api"), path))["data"]
    return [(row["key"], row["sessions"], row["plays"]) for row in rows]


async def sums(connection: Connection) -> list[tuple[Any, ...]]:
    """Return how many sessions sums of several kinds tell."""
    cursor = await connection.execute(
        "SELECT (SELECT sum(sessions) FROM quarter_hour_statistics) AS quarters,"
        " (SELECT sum(sessions) FROM user_statistics) AS people,"
        " (SELECT json_object_agg(content_id, ARRAY[sessions, users]) FROM item_statistics) AS items"
    )
    return [tuple(row.values()) for row in await cursor.fetchall()]


async def begin(functions: Callable[[str], Function], user_id: str) -> str:
    """Let somebody watch something, and count it; return the session's id."""
    begun = await start(
        functions("ingest_session"), user_id=user_id, content_id="m1", started_at=ago(50)
    )
    await functions("aggregate_stats").job("/recent")
    return str(begun["id"])


async def test_a_session_whose_item_is_put_right_is_counted_once(
    functions: Callable[[str], Function], database: Database
) -> None:
    user_id = str(uuid4())
    session_id = await begin(functions, user_id)
    assert await counted(functions, user_id) == [("m1", 1, 1)]
    await tell(functions("ingest_session"), session_id, content_id="m2")
    for _ in range(2):
        await functions("aggregate_stats").job("/recent")
        assert await counted(functions, user_id) == [("m2", 1, 1)]
        assert await database.run(sums) == [(1, 1, {"m1": [0, 0], "m2": [1, 1]})]


@pytest.mark.parametrize("first", ["m1", "m2"])
async def test_a_session_whose_item_was_put_right_is_counted_once_whichever_item_comes_first(
    functions: Callable[[str], Function], database: Database, settings: Settings, first: str
) -> None:
    user_id = str(uuid4())
    session_id = await begin(functions, user_id)
    await tell(functions("ingest_session"), session_id, content_id="m2")

    async def mark_one(connection: Connection) -> None:
        await rollups.take_items(connection, limit=9)
        await rollups.mark_items(connection, [(UUID(user_id), first)], now=datetime.now(UTC))

    await database.run(mark_one)
    while await database.run(partial(roll_up_lot, settings=settings, limit=1)):
        pass
    assert await counted(functions, user_id) == [("m2", 1, 1)]
    assert await database.run(sums) == [(1, 1, {"m1": [0, 0], "m2": [1, 1]})]


async def test_an_item_that_turns_out_to_be_adult_is_shown_no_longer(
    functions: Callable[[str], Function],
) -> None:
    async def shown() -> tuple[list[str], int]:
        popular = await read(functions("api"), "/api/v1/analytics/popular?window=all")
        page = await functions("api").call("GET", "/api/v1/admin/analytics/media/item/m1")
        return [item["id"] for item in popular["data"]], page.status_code

    session_id = await begin(functions, str(uuid4()))
    assert await shown() == (["m1"], 200)
    said = {"content_id": "m1", "content_type": "qar.movie"}
    await tell(functions("ingest_session"), session_id, **said)
    await functions("aggregate_stats").job("/recent")
    assert await shown() == ([], 404)
