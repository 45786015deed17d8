"""Counting beside others: nobody waits in a circle, and nothing is lost."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from shared.services.rollups import rebuild, roll_up_changes, roll_up_lot
from shared.settings import Settings
from shared.store import rollups
from shared.store.database import Connection, Database
from shared.store.rollups import Waiting
from shared.store.watching import find_binges, find_marked_binges
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


async def until_somebody_waits(database: Database) -> None:
    """Wait until a connection waits for another's lock."""

    async def somebody_waits(connection: Connection) -> bool:
        cursor = await connection.execute(
            "SELECT FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return cursor.rowcount > 0

    async with asyncio.timeout(5):
        while not await database.run_freely(somebody_waits):  # noqa: ASYNC110  (it is asked)
            await asyncio.sleep(0.02)


async def watch_in_a_row(functions: Callable[[str], Function], user_id: UUID) -> None:
    """Let somebody watch three episodes of a show, counted, and a fourth that is not yet."""
    for number in (1, 2, 3, 4):
        episode: dict[str, Any] = {"content_id": f"e{number}", "episode_number": number}
        show = {"content_type": "tvshow_episode", "show_id": "s1", "season_number": 1}
        await play(functions, 120 - 15 * number, user_id=str(user_id), **show, **episode)
        if number == 3:
            await functions("aggregate_stats").job("/recent")


async def mark_binges(connection: Connection, user_id: UUID) -> None:
    """Have somebody's binges of the show found anew, as a lot does in which an episode moves."""
    await connection.execute(
        "INSERT INTO dirty_binges AS b VALUES (%s, 's1') ON CONFLICT (user_id, show_id)"
        " DO UPDATE SET show_id = excluded.show_id WHERE false",
        [user_id],
    )


async def read_binges(connection: Connection) -> list[int]:
    cursor = await connection.execute("SELECT episodes FROM binges")
    return [row["episodes"] for row in await cursor.fetchall()]


@pytest.mark.parametrize("marks_then", [False, True], ids=["at once", "and marked again"])
async def test_binges_of_somebody_who_is_being_counted_are_found_after_that(
    functions: Callable[[str], Function],
    database: Database,
    settings: Settings,
    *,
    marks_then: bool,
) -> None:
    user_id = uuid4()
    await watch_in_a_row(functions, user_id)
    await database.run(partial(mark_binges, user_id=user_id))
    is_counted = asyncio.Event()
    tries: list[str] = []

    async def count_beside(connection: Connection) -> None:
        tries.append("count")
        lot = await rollups.take_items(connection, limit=9)
        await rollups.roll_up(connection, lot.items, zone=settings.zone)
        if not marks_then:
            await find_binges(connection, lot.items)
        is_counted.set()
        await until_somebody_waits(database)
        if marks_then:
            await mark_binges(connection, user_id)
            await find_binges(connection, lot.items)

    async def find(connection: Connection) -> None:
        tries.append("find")
        await is_counted.wait()
        await find_marked_binges(connection, limit=9)

    await asyncio.gather(database.run(count_beside), database.run(find))
    assert (sorted(tries), await database.run(read_binges)) == (["count", "find"], [4])


@asynccontextmanager
async def held_facts(database: Database) -> AsyncGenerator[None]:
    """Hold the facts, and people's sums, as who adds them up does."""
    are_held, are_free = asyncio.Event(), asyncio.Event()

    async def hold(connection: Connection) -> None:
        await connection.execute("LOCK TABLE session_facts IN SHARE ROW EXCLUSIVE MODE")
        await connection.execute("SELECT FROM user_statistics FOR UPDATE")
        are_held.set()
        await are_free.wait()

    holding = asyncio.create_task(database.run(hold))
    await are_held.wait()
    try:
        yield
    finally:
        are_free.set()
        await holding


async def take_marks(connection: Connection) -> int:
    """Lock all marks without waiting for anybody; return how many there are."""
    return (await connection.execute("SELECT FROM dirty_items FOR UPDATE NOWAIT")).rowcount


@pytest.mark.parametrize("zone", ["of now", "of none"])
async def test_while_the_facts_are_held_nothing_is_counted_and_no_mark_is_taken(
    functions: Callable[[str], Function], database: Database, settings: Settings, zone: str
) -> None:
    user_id = uuid4()
    await watch_in_a_row(functions, user_id)
    await database.run(partial(mark_binges, user_id=user_id))
    if zone == "of none":
        await database.run(rollups.forget_zone)
    async with held_facts(database), asyncio.timeout(4):
        assert (await roll_up_changes(database, settings))["items"] == 0
        assert await database.run(take_marks) == 1
    assert (await roll_up_changes(database, settings))["items"] == 1
    assert await database.run(take_marks) == 0
    assert await database.run(read_binges) == [4]
    assert await database.run(rollups.read_zone) == settings.zone.key


async def test_a_rebuild_waits_for_who_holds_the_facts_and_looks_again_now_and_then(
    functions: Callable[[str], Function], database: Database, settings: Settings
) -> None:
    await watch_in_a_row(functions, uuid4())
    told: list[Waiting] = []
    is_told = asyncio.Event()

    def tell(waiting: Waiting) -> None:
        told.append(waiting)
        is_told.set()

    async with held_facts(database):
        rebuilding = asyncio.create_task(rebuild(database, settings, tell=tell))
        await is_told.wait()
        await asyncio.sleep(0.5)
        assert [waiting.items for waiting in told[:2]] == [4] * len(told)
    await rebuilding
    assert await database.run(rollups.count_waiting) == Waiting(0, 0, 0)
