"""In what lots sessions are counted."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import LiteralString
from uuid import UUID

import psycopg
import pytest

from shared.services.peaks import LONGEST_STRETCH
from shared.services.rollups import (
    Crowd,
    mark_everything,
    roll_up_changes,
    roll_up_lot,
)
from shared.settings import Settings
from shared.store import rollups
from shared.store.database import Connection, Database
from tests.load.history import Size, make_history

NOW = datetime(2026, 11, 20, 20, tzinfo=UTC)
ADA, BO = UUID(int=1), UUID(int=2)


async def test_what_waits_of_a_person_is_taken_together(database: Database) -> None:
    async def mark(connection: Connection) -> None:
        for number, person in enumerate((BO, ADA, BO, ADA, BO)):
            at = NOW + timedelta(seconds=number)
            await rollups.mark_items(connection, [(person, f"item {number}")], now=at)

    await database.run(mark)
    lots = [await database.run(lambda c: rollups.take_items(c, limit=3)) for _ in range(3)]
    assert [(sorted(lot.items), lot.are_all) for lot in lots] == [
        ([(ADA, "item 1"), (ADA, "item 3")], False),
        ([(BO, "item 0"), (BO, "item 2"), (BO, "item 4")], False),
        ([], True),
    ]
    await database.run(mark)
    lots = [await database.run(partial(rollups.take_items, limit=limit)) for limit in (6, 1)]
    assert [(len(lot.items), lot.are_all) for lot in lots] == [(5, True), (0, True)]


async def test_of_somebody_with_more_than_a_lot_as_much_is_taken_as_there_is_room(
    database: Database,
) -> None:
    marks = [(ADA, f"item {number}") for number in range(5)]
    await database.run(lambda c: rollups.mark_items(c, marks, now=NOW))
    lots = [await database.run(lambda c: rollups.take_items(c, limit=3)) for _ in range(3)]
    assert [(len(lot.items), lot.are_all) for lot in lots] == [(3, False), (2, True), (0, True)]


async def test_who_waits_longest_is_taken_first(database: Database) -> None:
    async def mark(connection: Connection) -> None:
        await rollups.mark_items(connection, [(BO, "old")], now=NOW)
        late = [(ADA, f"item {number}") for number in range(5)]
        await rollups.mark_items(connection, late, now=NOW + timedelta(hours=1))

    await database.run(mark)
    lot = await database.run(lambda c: rollups.take_items(c, limit=1))
    assert lot.items == [(BO, "old")]


async def test_much_is_taken_fast_after_little_was_taken_often(database: Database) -> None:
    async def mark(connection: Connection, items: int) -> None:
        marks = [(ADA, f"item {number}") for number in range(items)]
        await rollups.mark_items(connection, marks, now=NOW)

    async def take(connection: Connection) -> int:
        """Take at most 20,000, each searched for among all: fast only by an index."""
        for _ in range(12):
            await mark(connection, 1)
            await rollups.take_items(connection, limit=20_000)
        await mark(connection, 100_000)
        await connection.execute("SET LOCAL statement_timeout = '3s'")
        return len((await rollups.take_items(connection, limit=20_000)).items)

    await database.run_freely(lambda c: c.execute("VACUUM dirty_items"))
    assert await database.run(take) == 20_000


async def test_nobody_is_in_two_lots_that_are_counted_at_once(database: Database) -> None:
    async def mark(connection: Connection) -> None:
        marks = [(person, f"item {number}") for person in (ADA, BO) for number in range(3)]
        await rollups.mark_items(connection, marks, now=NOW)

    crowd = Crowd()

    async def take(connection: Connection, limit: int) -> set[UUID]:
        async with crowd.taken(connection, limit=limit) as lot:
            return {user_id for user_id, _ in lot.items}

    async def take_beside(connection: Connection) -> list[set[UUID]]:
        async with crowd.taken(connection, limit=2) as lot:
            beside = [await database.run(partial(take, limit=9)) for _ in range(2)]
            return [{user_id for user_id, _ in lot.items}, *beside]

    await database.run(mark)
    first, second, third = await database.run(take_beside)
    assert [first | second, third] == [{ADA, BO}, set()]
    assert len(first) == len(second) == 1
    assert await database.run(partial(take, limit=9)) == first


ALL_SUMS: tuple[LiteralString, ...] = (
    "SELECT s::text AS sums FROM quarter_hour_statistics AS s",
    "SELECT s::text AS sums FROM week_hour_statistics AS s",
    "SELECT s::text AS sums FROM clock_statistics AS s",
    "SELECT s::text AS sums FROM engagement_statistics AS s",
    "SELECT s::text AS sums FROM stream_statistics AS s",
    "SELECT s::text AS sums FROM user_activity_daily AS s",
    "SELECT s::text AS sums FROM user_period_statistics AS s",
    "SELECT s::text AS sums FROM play_statistics AS s",
    "SELECT s::text AS sums FROM user_statistics AS s",
    "SELECT s::text AS sums FROM item_statistics AS s",
    "SELECT s::text AS sums FROM title_months AS s",
    "SELECT s::text AS sums FROM group_players AS s WHERE plays > 0",
    "SELECT s::text AS sums FROM group_statistics AS s",
    "SELECT s::text AS sums FROM rewatches AS s",
)


async def test_what_is_marked_of_everything_is_what_somebody_did_with_an_item(
    database: Database, database_url: str
) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        make_history(connection, Size(600, 9, 40), last=NOW, days=20)
        (expected,) = connection.execute(
            "SELECT count(DISTINCT (user_id, content_id)) FROM analytics_sessions"
        ).fetchone() or (0,)
    assert await mark_everything(database, limit=2, tell=lambda _waiting: None) == expected > 9
    assert (await database.run(rollups.count_waiting)).items == expected


async def test_marking_takes_the_time_that_it_needs(database: Database, database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        make_history(connection, Size(1_500, 9, 40), last=NOW, days=20)

    async def mark(connection: Connection) -> int:
        await connection.execute("SET LOCAL statement_timeout = '1ms'")
        nobody = UUID(int=0)
        return (await rollups.mark_people(connection, after=nobody, limit=9, now=NOW))[1]

    assert await database.run(mark) > 9


async def read_all_sums(connection: Connection) -> list[list[str]]:
    found = [await (await connection.execute(statement)).fetchall() for statement in ALL_SUMS]
    return [sorted(row["sums"] for row in rows) for rows in found]


@pytest.mark.parametrize("crowds", [1, 3], ids=["of one run", "of three runs"])
async def test_lots_counted_at_once_come_to_the_sums_of_all_facts(
    database: Database, database_url: str, settings: Settings, crowds: int
) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        make_history(connection, Size(1_500, 9, 40), last=NOW, days=20)
    await mark_everything(database, limit=4, tell=lambda _waiting: None)

    async def count(crowd: Crowd) -> None:
        lot = partial(roll_up_lot, settings=settings, limit=30, crowd=crowd)
        while not (await database.run(lot)).are_all:
            pass

    shared = [Crowd() for _ in range(crowds)]
    await asyncio.gather(*(count(shared[number % crowds]) for number in range(3)))
    assert (await database.run(rollups.count_waiting)).items == 0
    counted = await database.run(read_all_sums)
    await database.run(lambda c: rollups.sum_up(c, zone=settings.zone))
    assert counted == await database.run(read_all_sums)
    assert all(counted)


async def test_of_a_session_that_goes_on_for_days_only_the_end_is_counted_anew(
    database: Database, database_url: str, settings: Settings
) -> None:
    began, seen = NOW - timedelta(days=3, minutes=5), [NOW + timedelta(minutes=n) for n in (2, 7)]
    with psycopg.connect(database_url, autocommit=True) as connection:
        make_history(connection, Size(1, 1, 1), last=NOW, days=20)

    async def go_on(connection: Connection, until: datetime) -> tuple[set[datetime], int]:
        await connection.execute(
            "UPDATE analytics_sessions SET started_at = %s, last_seen_at = %s, stopped_at = NULL,"
            " end_reason = NULL, state = 'playing', interruptions = '[]'",
            [began, until],
        )
        await connection.execute("DELETE FROM dirty_quarters")
        await connection.execute("DELETE FROM dirty_user_days")
        await rollups.mark_active(connection, now=until)
        await roll_up_lot(connection, settings)
        days = await (await connection.execute("SELECT FROM dirty_user_days")).fetchall()
        return await _quarters(connection), len(days)

    quarters, days = await database.run(partial(go_on, until=seen[0]))
    assert (len(quarters), days) == (3 * 96 + 2, 4)
    assert await database.run(partial(go_on, until=seen[1])) == ({NOW}, 1)
    counted = await database.run(read_all_sums)
    await database.run(lambda c: rollups.sum_up(c, zone=settings.zone))
    assert counted == await database.run(read_all_sums)


async def test_peaks_far_apart_are_all_found_and_never_from_more_than_a_week(
    database: Database, settings: Settings
) -> None:
    starts = [NOW - timedelta(days=days) for days in range(20)]
    starts += [NOW - timedelta(days=400, minutes=15 * number) for number in range(96)]

    async def mark(connection: Connection) -> None:
        await connection.execute(
            "INSERT INTO dirty_quarters SELECT unnest(%s::timestamptz[])", [starts]
        )

    async def take(connection: Connection) -> list[datetime]:
        before = await _quarters(connection)
        found = await rollups.take_quarters(connection, within=LONGEST_STRETCH)
        assert set(found) == before - await _quarters(connection)
        return sorted(found)

    await database.run(mark)
    lots = [await database.run(take) for _ in range(5)]
    assert [len(lot) for lot in lots] == [96, 7, 7, 6, 0]
    assert all(lot[-1] - lot[0] < LONGEST_STRETCH for lot in lots if lot)
    await database.run(mark)
    assert (await roll_up_changes(database, settings))["quarter_hours"] == len(starts)
    assert await database.run(_quarters) == set()


async def test_quarter_hours_that_another_takes_are_left_to_it(database: Database) -> None:
    starts = [NOW + timedelta(hours=hour) for hour in range(10)]
    take = partial(rollups.take_quarters, within=timedelta(hours=4))

    async def take_beside(connection: Connection) -> list[list[datetime]]:
        return [await take(connection), *[await database.run(take) for _ in range(3)]]

    await database.run(
        lambda c: c.execute("INSERT INTO dirty_quarters SELECT unnest(%s::timestamptz[])", [starts])
    )
    lots = await database.run(take_beside)
    assert [sorted(lot) for lot in lots] == [starts[:4], starts[4:8], starts[8:], []]


async def _quarters(connection: Connection) -> set[datetime]:
    rows = await (await connection.execute("SELECT start FROM dirty_quarters")).fetchall()
    return {row["start"] for row in rows}
