"""Statistics that are told apart by very many people."""

import csv
import io
from typing import Any

import pytest

from shared.store.database import Connection, Database
from tests.conftest import Function
from tests.integration.api.scenes import read

STATS = "/api/v1/analytics/stats"
GUESTS = 1_201

_WATCH = """
WITH guests AS (
    INSERT INTO users (user_id, name, first_seen_at, last_active_at)
    SELECT ('01990000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'guest ' || n, now(), now()
    FROM generate_series(1, %(guests)s) AS n
    RETURNING user_id
)
INSERT INTO user_activity_daily
    (user_id, day, content_type, sessions, plays, completed, watched_ms, buffered_ms, bits)
SELECT user_id, current_date - d, 'movie', 1, 1, 0, 60000 * (1 + hashtext(user_id::text) & 7), 0, 0
FROM guests
CROSS JOIN generate_series(0, %(days)s - 1) AS d
"""


async def watch(database: Database, days: int = 1, guests: int = GUESTS) -> None:
    """Let guests watch on the last days."""

    async def write(connection: Connection) -> None:
        await connection.execute(_WATCH, {"days": days, "guests": guests})

    await database.run(write)


async def file_of(api: Function, path: str, **asked: Any) -> list[dict[str, str]]:
    answer = await api.call("GET", path, params={**asked, "format": "csv"})
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


async def test_an_answer_tells_of_those_who_watched_most_and_a_file_of_all(
    api: Function, database: Database
) -> None:
    await watch(database)
    asked = {"by": "user_id", "window": "week"}
    path = f"{STATS}/bandwidth"
    shown = await read(api, path, params=asked)
    few = await read(api, path, params={**asked, "limit": 3, "interval": "day"})
    filed = await file_of(api, path, **asked)
    assert len({row["key"] for row in filed}) == len(filed) == GUESTS
    watched = [float(row["watched_seconds"]) for row in filed]
    assert watched == sorted(watched, reverse=True)
    assert [row["key"] for row in shown["data"]] == [row["key"] for row in filed[:500]]
    assert few["data"] == shown["data"][:3]
    assert {row["key"] for row in few["series"]} == {row["key"] for row in few["data"]}
    assert shown["total"]["sessions"] == few["total"]["sessions"] == GUESTS
    assert {row["share_of_sessions"] for row in filed} == {str(1 / GUESTS)}


async def test_a_file_of_sums_has_the_rows_of_the_answer_in_their_order(
    api: Function, database: Database
) -> None:
    await watch(database, days=2)
    asked = {"by": "user_id", "interval": "day", "window": "week"}
    shown = await read(api, f"{STATS}/plays", params=asked)
    filed = await file_of(api, f"{STATS}/plays", **asked)
    assert len(filed) == 2 * GUESTS
    assert [(row["start"], row["key"]) for row in filed] == [
        (row["start"], row["key"]) for row in shown["data"]
    ]


@pytest.mark.parametrize(("interval", "field"), [({}, "by"), ({"interval": "day"}, "interval")])
async def test_more_sums_than_an_answer_takes_are_refused_and_come_as_a_file(
    api: Function, database: Database, interval: dict[str, str], field: str
) -> None:
    days = 2 if interval else 1
    await watch(database, days, guests=20_001 // days + 1)
    asked = {"by": "user_id", "window": "week", **interval}
    answer = await api.call("GET", f"{STATS}/plays", params=asked)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert len(await file_of(api, f"{STATS}/plays", **asked)) == days * (20_001 // days + 1)


async def test_a_longer_series_than_an_answer_takes_is_refused_unless_of_fewer_keys_or_days(
    api: Function, database: Database
) -> None:
    await watch(database, days=41, guests=500)
    path, asked = f"{STATS}/bandwidth", {"by": "user_id", "interval": "day", "window": "year"}
    answer = await api.call("GET", path, params=asked)
    [error] = answer.json()["errors"]
    assert (answer.status_code, error["field"]) == (422, "interval")
    assert "limit" in error["message"]
    fewer = await read(api, path, params={**asked, "limit": 100})
    assert len(fewer["series"]) == 41 * 100
    shorter = await read(api, path, params={**asked, "window": "month"})
    assert len(shorter["series"]) == 30 * 500
    assert (await read(api, path, params={**asked, "interval": "month"}))["series"]
    assert len(await file_of(api, path, **asked)) == 500


async def test_a_file_of_people_has_each_once_in_the_order_of_the_pages(
    api: Function, database: Database
) -> None:
    await watch(database)
    path = "/api/v1/admin/analytics/users"
    filed = [row["user_id"] for row in await file_of(api, path, window="week")]
    listed: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        asked = {"window": "week", "limit": 500} | ({"cursor": cursor} if cursor else {})
        page = await read(api, path, params=asked)
        listed += [row["user_id"] for row in page["data"]]
        cursor = page["page"]["next_cursor"]
    assert filed == listed
    assert len(set(filed)) == GUESTS
