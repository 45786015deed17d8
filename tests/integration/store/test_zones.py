"""The database tells the local time that Python does, in every zone that is accepted."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

from psycopg import AsyncConnection
from psycopg.rows import DictRow

from shared.domain.offsets import Offsets, offsets_between, offsets_of
from shared.settings import known_zone
from shared.store.zones import clock_of

REFUSED = {"Factory", "localtime"}
WINTER, SUMMER = (datetime(2026, month, 20, 12, tzinfo=UTC) for month in (1, 7))
LOCAL_TIMES = """
SELECT local_time(at, %(changes)s, %(ahead)s) AS told
FROM unnest(%(instants)s::timestamptz[]) WITH ORDINALITY AS i (at, n)
ORDER BY n
"""


def zones() -> list[ZoneInfo]:
    return [ZoneInfo(known_zone(name)) for name in sorted(available_timezones() - REFUSED)]


async def told(
    connection: AsyncConnection[DictRow], offsets: Offsets, instants: list[datetime]
) -> list[datetime]:
    cursor = await connection.execute(LOCAL_TIMES, {**clock_of(offsets), "instants": instants})
    return [row["told"] for row in await cursor.fetchall()]


async def test_summer_and_winter_of_every_zone_are_those_of_python(
    connection: AsyncConnection[DictRow],
) -> None:
    for zone in zones():
        offsets = offsets_between(WINTER, SUMMER, zone)
        expected = [at.astimezone(zone).replace(tzinfo=None) for at in (WINTER, SUMMER)]
        assert await told(connection, offsets, [WINTER, SUMMER]) == expected, zone.key


async def test_what_is_kept_is_told_to_the_instant_at_which_a_clock_changes(
    connection: AsyncConnection[DictRow],
) -> None:
    for name in ("UTC", "CET", "Australia/Lord_Howe"):
        zone, offsets = ZoneInfo(name), offsets_of(ZoneInfo(name))
        instants = [*offsets.changes, WINTER, SUMMER]
        expected = [at.astimezone(zone).replace(tzinfo=None) for at in instants]
        assert await told(connection, offsets, instants) == expected, name
