"""How many events come, and how late: counted by each worker, written now and then, added up."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.domain.statistics.histogram import bin_of, percentiles
from shared.services.intake import Intake
from shared.services.system_metrics import take_sample
from shared.settings import Settings
from shared.store import system_metrics
from shared.store.database import Database
from tests.conftest import Function
from tests.integration.ingest.test_lanes import lanes_of, start

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
NEVER = timedelta(days=1)
BEGAN = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
AT = BEGAN + 20 * timedelta(minutes=1)


async def sampled(database: Database, at: datetime = AT) -> list[dict[str, Any]]:
    """Take a sample, and return what is kept of each hour then."""
    await database.run(lambda connection: take_sample(connection, now=at))
    return await database.run(
        lambda connection: system_metrics.list_hours(connection, after=BEGAN - HOUR)
    )


async def test_events_of_all_workers_are_added_up(database: Database) -> None:
    for lags in ((1, 2), (3, 40), (5,)):
        intake = Intake(database, lambda: AT, NEVER)
        intake.note(AT - lag * SECOND for lag in lags)
        await intake.close()
    [hour] = await sampled(database)
    assert (hour["events"], hour["worst_event_lag"]) == (5, 40 * SECOND)
    assert hour["event_lag"].total_seconds() == pytest.approx(3, rel=0.02)


async def test_the_database_finds_the_median_that_the_domain_does(database: Database) -> None:
    lags = [1, 7, 7, 90, 1_000, 86_400_000, 2_500, 2_600, 30, 8]
    for number in range(1, len(lags) + 1):
        at = BEGAN + number * HOUR
        intake = Intake(database, lambda at=at: at, NEVER)
        intake.note(at - timedelta(milliseconds=lag) for lag in lags[:number])
        await intake.close()
        kept = (await sampled(database, at))[-1]
        expected = percentiles(Counter(map(bin_of, lags[:number])), [50])[50] or 0
        worst = max(lags[:number])
        found = kept["event_lag"] / timedelta(milliseconds=1)
        assert found == pytest.approx(min(expected, worst), abs=0.01)


async def test_an_event_whose_clock_is_ahead_was_not_on_its_way(database: Database) -> None:
    intake = Intake(database, lambda: AT, NEVER)
    intake.note([AT + HOUR])
    await intake.close()
    [hour] = await sampled(database)
    assert (hour["events"], hour["worst_event_lag"]) == (1, timedelta())


async def test_a_count_that_is_written_twice_or_late_counts_once(database: Database) -> None:
    worker, number = uuid4(), bin_of(1000)
    for events in (2, 3, 3, 2):
        row = system_metrics.LagCount(BEGAN, worker, number, events, 1.0)
        await database.run(lambda connection, row=row: system_metrics.write_lags(connection, [row]))
    [hour] = await sampled(database)
    assert hour["events"] == 3


async def test_an_hour_is_counted_on_by_itself_after_another_has_begun(database: Database) -> None:
    clock = [BEGAN + HOUR - SECOND]
    intake = Intake(database, lambda: clock[0], timedelta(milliseconds=10))
    intake.note([clock[0]] * 2)
    await asyncio.sleep(0.2)
    clock[0] += 2 * SECOND
    intake.note([clock[0]])
    await intake.close()
    await sampled(database, BEGAN)
    hours = await sampled(database, clock[0])
    assert [hour["events"] for hour in hours] == [2, 1]


async def test_what_was_counted_is_written_while_events_come(database: Database) -> None:
    intake = Intake(database, lambda: AT, timedelta(milliseconds=10))
    intake.note([AT])
    async with asyncio.timeout(10):
        while not any(hour["events"] for hour in await sampled(database)):
            pass
    await intake.close()


async def test_what_could_not_be_written_is_written_later(
    database: Database, settings: Settings
) -> None:
    away = Database(settings)
    intake = Intake(away, lambda: AT, timedelta(milliseconds=10))
    intake.note([AT, AT])
    await asyncio.sleep(0.1)
    assert [hour["events"] for hour in await sampled(database)] == [0]
    await away.open()
    await intake.close()
    assert [hour["events"] for hour in await sampled(database)] == [2]
    await away.close()


async def test_events_that_are_stored_count_and_those_that_are_refused_do_not(
    database: Database, settings: Settings
) -> None:
    lanes = lanes_of(database, settings)
    fresh = start()
    old = replace(fresh, event=replace(fresh.event, at=AT - timedelta(days=400)))
    await lanes.record([fresh, old, start()])
    await lanes.close()
    hours = await sampled(database, datetime.now(UTC))
    assert sum(hour["events"] for hour in hours) == 2


async def test_the_api_shows_how_many_events_came_and_how_late(
    functions: Callable[[str], Function], database: Database, settings: Settings
) -> None:
    lanes = lanes_of(database, settings)
    await lanes.record([start()])
    await lanes.close()
    await functions("aggregate_stats").job("/system-metrics")
    answer = await functions("api").call("GET", "/api/v1/admin/analytics/system")
    [hour] = answer.json()["data"]
    assert hour["events"] == 1
    assert 0 <= hour["event_lag_seconds"] <= hour["worst_event_lag_seconds"] < 60
