"""Counting beside others: nobody waits in a circle, and nothing is lost."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from shared.services.rollups import roll_up_lot
from shared.settings import Settings
from shared.store import rollups
from shared.store.database import Connection, Database
from tests.conftest import Function
from tests.integration.api.scenes import ago, start, stop


async def play(functions: Callable[[str], Function], begins: float, **said: Any) -> UUID:
    """Let somebody play something for ten minutes, so many minutes ago; return the session's id."""
    ingest = functions("ingest_session")
    begun = await start(ingest, started_at=ago(begins), event_at=ago(begins), **said)
    await stop(ingest, begun["id"], begins - 10)
    return UUID(begun["id"])


async def count(database: Database, settings: Settings) -> None:
    while not (await database.run(partial(roll_up_lot, settings=settings))).are_all:
        pass


async def read_plays(connection: Connection) -> dict[UUID, UUID | None]:
    """Return which play each session goes on with."""
    cursor = await connection.execute("SELECT id, play_id FROM analytics_sessions")
    return {row["id"]: row["play_id"] for row in await cursor.fetchall()}


@pytest.mark.parametrize("is_kept", [True, False], ids=["and kept", "and given up"])
async def test_a_session_that_is_being_written_holds_no_lot_up_and_is_noted_after_it_was_written(
    functions: Callable[[str], Function], database: Database, settings: Settings, *, is_kept: bool
) -> None:
    user_id = uuid4()
    first = await play(functions, 50, user_id=str(user_id))
    second = await play(functions, 30, user_id=str(user_id))
    is_written, is_taken = asyncio.Event(), asyncio.Event()
    tries: list[str] = []

    async def write(connection: Connection) -> None:
        """Write a session and then ask for its mark, as ingest does."""
        tries.append("write")
        await connection.execute(
            "UPDATE analytics_sessions SET version = version + 1 WHERE id = %s", [second]
        )
        is_written.set()
        await is_taken.wait()
        await rollups.mark_items(connection, [(user_id, "m1")], now=datetime.now(UTC))
        if not is_kept:
            raise psycopg.Rollback

    async def count_beside(connection: Connection) -> None:
        tries.append("count")
        await is_written.wait()
        lot = await rollups.take_items(connection, limit=9)
        is_taken.set()
        await rollups.roll_up(connection, lot.items, zone=settings.zone)

    await asyncio.gather(database.run(write), database.run(count_beside))
    assert sorted(tries) == ["count", "write"]
    await count(database, settings)
    assert await database.run(read_plays) == {first: None, second: first}
