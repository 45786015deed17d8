"""In what lots sessions are counted."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from shared.store import rollups
from shared.store.database import Connection, Database

NOW = datetime(2026, 11, 20, 20, tzinfo=UTC)
ADA, BO = UUID(int=1), UUID(int=2)


async def test_what_waits_of_a_person_is_taken_together(database: Database) -> None:
    async def mark(connection: Connection) -> None:
        for number, person in enumerate((BO, ADA, BO, ADA, BO)):
            at = NOW + timedelta(seconds=number)
            await rollups.mark_items(connection, [(person, f"item {number}")], now=at)

    await database.run(mark)
    lots = [await database.run(lambda c: rollups.take_items(c, limit=3)) for _ in range(3)]
    assert [sorted(lot) for lot in lots] == [
        [(ADA, "item 1"), (ADA, "item 3"), (BO, "item 0")],
        [(BO, "item 2"), (BO, "item 4")],
        [],
    ]


async def test_who_waits_longest_is_taken_first(database: Database) -> None:
    async def mark(connection: Connection) -> None:
        await rollups.mark_items(connection, [(BO, "old")], now=NOW)
        late = [(ADA, f"item {number}") for number in range(5)]
        await rollups.mark_items(connection, late, now=NOW + timedelta(hours=1))

    await database.run(mark)
    assert await database.run(lambda c: rollups.take_items(c, limit=1)) == [(BO, "old")]
