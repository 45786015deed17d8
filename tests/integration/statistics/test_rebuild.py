"""Everything counted anew, by one command."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from shared.services.rollups import rebuild, roll_up_lot
from shared.settings import Settings
from shared.store import rollups
from shared.store.database import Connection, Database
from shared.store.rollups import Waiting
from tests.conftest import Function
from tests.integration.api.scenes import ago, start, stop


async def read_sums(connection: Connection) -> list[list[dict[str, Any]]]:
    found = [
        await connection.execute(
            "SELECT * FROM stream_statistics ORDER BY dimension, grain, start, id"
        ),
        await connection.execute("SELECT * FROM week_hour_statistics ORDER BY month, hour"),
        await connection.execute("SELECT * FROM clock_statistics ORDER BY grain, start, hour"),
        await connection.execute("SELECT * FROM group_statistics ORDER BY kind, key"),
        await connection.execute("SELECT * FROM group_players ORDER BY kind, key"),
        await connection.execute("SELECT * FROM title_months ORDER BY kind, month, key"),
        await connection.execute("SELECT * FROM user_activity_daily ORDER BY day"),
        await connection.execute("SELECT * FROM user_period_statistics ORDER BY grain, start"),
        await connection.execute("SELECT * FROM play_statistics ORDER BY day"),
        await connection.execute("SELECT * FROM quarter_hour_statistics ORDER BY start"),
        await connection.execute("SELECT * FROM user_statistics ORDER BY user_id"),
        await connection.execute("SELECT * FROM item_statistics ORDER BY content_id"),
        await connection.execute("SELECT * FROM concurrency_peaks ORDER BY start, stream_type"),
        await connection.execute("SELECT * FROM engagement_statistics ORDER BY grain, start"),
        await connection.execute("SELECT id, spread, plays FROM session_facts ORDER BY id"),
    ]
    return [await cursor.fetchall() for cursor in found]


async def spoil(connection: Connection) -> None:
    """Put wrong figures everywhere, a fact that no session tells among them."""
    for statement in (
        "UPDATE stream_statistics SET plays = plays + 7",
        "DELETE FROM week_hour_statistics",
        "UPDATE clock_statistics SET plays = 99",
        "UPDATE group_statistics SET users = 99",
        "DELETE FROM group_players",
        "DELETE FROM title_months",
        "UPDATE user_activity_daily SET watched_ms = 0",
        "UPDATE user_period_statistics SET plays = plays + 7",
        "DELETE FROM play_statistics",
        "UPDATE quarter_hour_statistics SET bits = 1",
        "UPDATE user_statistics SET sessions = 99",
        "UPDATE item_statistics SET users = 99",
        "UPDATE concurrency_peaks SET peak = 99",
        "UPDATE engagement_statistics SET plays = 99",
        "UPDATE session_facts SET plays = 0, spread = '{1}', watched_ms = 1",
    ):
        await connection.execute(statement)


async def test_a_rebuild_mends_whatever_is_wrong_and_tells_how_far_it_is(
    functions: Callable[[str], Function], database: Database, settings: Settings
) -> None:
    user_id = str(uuid4())
    for item in ("m1", "m2"):
        begun = await start(
            functions("ingest_session"),
            user_id=user_id,
            content_id=item,
            content_type="tvshow_episode",
            show_id="s",
            season_number=1,
            started_at=ago(50),
        )
        await stop(functions("ingest_session"), begun["id"], 5)
    await functions("aggregate_stats").job("/recent")
    right = await database.run(read_sums)
    assert all(right)
    await database.run(spoil)
    told: list[Waiting] = []
    assert (await rebuild(database, settings, tell=told.append))["items"] == 2
    assert await database.run(read_sums) == right
    assert (told[0].items, told[-1]) == (2, Waiting(0, 0, 0))
    left = [waiting.sums for waiting in told if not waiting.items]
    assert left == sorted(left, reverse=True)
    assert set(range(told[0].sums)) <= set(left)


async def test_what_a_rebuild_left_when_it_was_killed_is_finished_by_the_next_run(
    functions: Callable[[str], Function], database: Database, settings: Settings
) -> None:
    user_id = str(uuid4())
    for item in ("m1", "m2"):
        begun = await start(
            functions("ingest_session"), user_id=user_id, content_id=item, started_at=ago(50)
        )
        await stop(functions("ingest_session"), begun["id"], 5)
    await functions("aggregate_stats").job("/recent")
    right = await database.run(read_sums)
    await database.run(spoil)

    def be_killed(_waiting: Waiting) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await rebuild(database, settings, tell=be_killed)
    await database.run(partial(roll_up_lot, settings=settings, limit=1, carries=False))
    await functions("aggregate_stats").job("/recent")
    assert await database.run(read_sums) == right


async def test_sums_added_up_just_before_a_lot_that_carries_none_are_not_believed(
    functions: Callable[[str], Function], database: Database, settings: Settings
) -> None:
    begun = await start(functions("ingest_session"), user_id=str(uuid4()), started_at=ago(50))
    await stop(functions("ingest_session"), begun["id"], 5)
    are_added_up = asyncio.Event()

    async def add_up(connection: Connection) -> None:
        await rollups.sum_up(connection, zone=settings.zone)
        are_added_up.set()
        await asyncio.sleep(0.3)  # while the lot comes as far as the facts, which are held

    adding_up = asyncio.create_task(database.run(add_up))

    async def count(connection: Connection) -> None:
        lot = await rollups.take_items(connection, limit=9)
        await rollups.roll_up(connection, lot.items, zone=settings.zone, carries=False)

    await are_added_up.wait()
    await database.run(count)
    await adding_up
    assert await database.run(rollups.read_zone) is None


async def test_sums_of_another_zone_are_added_up_anew_once_nothing_waits(
    functions: Callable[[str], Function], database: Database
) -> None:
    begun = await start(functions("ingest_session"), user_id=str(uuid4()), started_at=ago(50))
    await stop(functions("ingest_session"), begun["id"], 5)
    await functions("aggregate_stats").job("/recent")
    right = await database.run(read_sums)

    async def change(connection: Connection) -> None:
        await connection.execute("UPDATE statistics_zone SET zone = 'Asia/Tokyo'")
        await connection.execute("UPDATE user_activity_daily SET day = day + 10")

    await database.run(change)
    await functions("aggregate_stats").job("/recent")
    assert await database.run(read_sums) == right
