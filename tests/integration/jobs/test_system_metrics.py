"""How the system fared: sampled by a job, kept by the hour, shown to those who run it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.domain.identifiers import new_id
from shared.domain.record import open_record, record
from shared.domain.session import EventKind, Session, SessionEvent
from shared.services.system_metrics import take_sample
from shared.store import channels, dirty, jobs, outbox, people, rollups, sessions, system_metrics
from shared.store.database import Connection, Database
from tests.conftest import Function

METRICS = "/api/v1/admin/analytics/system"
JOB = "/system-metrics"
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)

# A month of which there is a partition.
NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)

LEVELS = (
    "active_streams",
    "bandwidth_kbps",
    "due_users",
    "dirty_items",
    "detection_lag",
    "statistics_lag",
    "outbox_age",
    "events",
    "event_lag",
    "worst_event_lag",
    "sessions_started",
    "job_runs",
    "job_failures",
)
UNHEARD = (0, None, None)
NOTHING = (0, 0, 0, 0, *[timedelta()] * 3, *UNHEARD, 0, 0, 0)


async def play(
    connection: Connection, began: datetime, bitrate_kbps: int, *, ends: bool = False
) -> UUID:
    """Store a session of somebody new, and return who it is."""
    user_id = uuid4()
    attributes = {"content_type": "movie", "content_id": "m1", "bitrate_kbps": bitrate_kbps}
    blank = Session(new_id(began), user_id, "x", uuid4().hex, began, began, began)
    stored = record(
        open_record(blank, SessionEvent(EventKind.START, began, attributes=attributes)),
        SessionEvent(EventKind.STOP if ends else EventKind.PROGRESS, began + MINUTE),
        began,
    )
    await people.note(connection, [people.Sighting(user_id, began)])
    await sessions.insert(connection, [stored])
    return user_id


async def run(connection: Connection, job: str, scheduled_at: datetime, **ending: Any) -> None:
    """Let a job have run, ending as said, or still be running."""
    lease_until = scheduled_at + HOUR
    claimed = await jobs.claim(
        connection, job, scheduled_at, lease_until=lease_until, now=scheduled_at
    )
    assert claimed is not None
    if ending:
        await jobs.finish(connection, claimed, now=scheduled_at, **ending)


async def figures(connection: Connection) -> dict[datetime, tuple[Any, ...]]:
    """Return what is kept of each hour."""
    rows = await system_metrics.list_hours(connection, after=NOW - 1000 * HOUR)
    return {row["hour"]: tuple(row[name] for name in LEVELS) for row in rows}


async def test_a_sample_equals_what_is_there(connection: Connection) -> None:
    at = NOW + 20 * MINUTE
    first = await play(connection, NOW - 5 * MINUTE, 4_000)
    second = await play(connection, NOW + 5 * MINUTE, 2_000)
    await play(connection, NOW + 6 * MINUTE, 9_000, ends=True)
    for user_id, due_at in ((first, at - 90 * MINUTE), (second, at + MINUTE)):
        await dirty.mark_users(connection, [user_id], due_at=due_at, now=at)
    for items, marked_at in (
        ([(first, "m1"), (first, "m2")], at - 7 * MINUTE),
        ([(first, "m1"), (second, "m1")], at),
    ):
        await rollups.mark_items(connection, items, now=marked_at)
    await channels.add_channel(
        connection, name="ops", type_="webhook", config=b"", enabled=True, now=NOW
    )
    for created_at in (at - 3 * MINUTE, at):
        await outbox.write_event(connection, kind="test", payload={}, user_id=None, now=created_at)
    await run(connection, "relay", NOW, state="done")
    await run(connection, "relay", NOW + MINUTE, state="failed", error="refused")
    await run(connection, "relay", NOW + 2 * MINUTE)
    await run(connection, "relay", NOW - MINUTE, state="done")
    await take_sample(connection, now=at)
    ages = (90 * MINUTE, 7 * MINUTE, 3 * MINUTE)
    expected = (2, 6_000, 1, 3, *ages, *UNHEARD, 2, 2, 1)
    assert await figures(connection) == {NOW: expected}
    [row] = await system_metrics.list_hours(connection, after=NOW - HOUR)
    size = await (
        await connection.execute("SELECT pg_database_size(current_database()) AS bytes")
    ).fetchone()
    assert size is not None
    assert row["database_bytes"] == pytest.approx(size["bytes"], rel=0.1)
    assert row["sampled_at"] == at


async def test_a_second_sample_of_an_hour_keeps_the_peaks_and_counts_anew(
    connection: Connection,
) -> None:
    user_id = await play(connection, NOW, 4_000)
    await dirty.mark_users(connection, [user_id], due_at=NOW, now=NOW)
    await take_sample(connection, now=NOW + 10 * MINUTE)
    await dirty.take_user(connection, user_id)
    await play(connection, NOW + 12 * MINUTE, 1_000)
    await take_sample(connection, now=NOW + 15 * MINUTE)
    ages = (10 * MINUTE, timedelta(), timedelta())
    expected = (2, 5_000, 1, 0, *ages, *UNHEARD, 2, 0, 0)
    assert await figures(connection) == {NOW: expected}
    await take_sample(connection, now=NOW + 15 * MINUTE)
    assert await figures(connection) == {NOW: expected}


async def test_what_happens_after_an_hours_last_sample_is_counted_by_the_next_hours_first(
    connection: Connection,
) -> None:
    await take_sample(connection, now=NOW + 55 * MINUTE)
    await play(connection, NOW + 58 * MINUTE, 4_000, ends=True)
    await run(connection, "relay", NOW + 59 * MINUTE, state="done")
    await play(connection, NOW + HOUR, 4_000, ends=True)
    assert await take_sample(connection, now=NOW + HOUR) == {"hours": 2}
    kept = await figures(connection)
    assert [kept[hour][-3:] for hour in (NOW, NOW + HOUR)] == [(1, 1, 0), (1, 0, 0)]


async def test_an_empty_database_gives_zeros(connection: Connection) -> None:
    await take_sample(connection, now=NOW)
    assert await figures(connection) == {NOW: NOTHING}


async def test_the_job_takes_a_sample_that_the_api_shows(
    functions: Callable[[str], Function],
) -> None:
    assert (await functions("aggregate_stats").job(JOB)).json() == {"hours": 1}
    answer = await functions("api").call("GET", METRICS)
    [hour] = answer.json()["data"]
    assert hour.pop("database_bytes") > 1_000_000
    assert hour.pop("hour") <= hour.pop("sampled_at")
    assert set(hour.values()) == {0, None}


async def test_hours_are_shown_in_order_as_far_back_as_asked(
    functions: Callable[[str], Function], database: Database
) -> None:
    now = datetime.now(UTC)
    for back in (0, 22, 25, 160):
        await database.run(lambda connection, at=now - back * HOUR: take_sample(connection, now=at))
    api = functions("api")
    for asked, expected in (({"hours": 168}, 4), ({"hours": 30}, 3), ({}, 2)):
        answer = (await api.call("GET", METRICS, params=asked)).json()
        shown = [hour["sampled_at"] for hour in answer["data"]]
        assert (len(shown), shown) == (expected, sorted(shown))


@pytest.mark.parametrize("asked", [{"hours": 0}, {"hours": 169}, {"hours": "x"}, {"days": 1}])
async def test_what_cannot_be_asked_is_refused_by_the_field(
    functions: Callable[[str], Function], asked: dict[str, Any]
) -> None:
    answer = await functions("api").call("GET", METRICS, params=asked)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == next(iter(asked))


async def test_hours_are_forgotten_after_seven_days(
    functions: Callable[[str], Function], database: Database
) -> None:
    now = datetime.now(UTC)
    for back in (timedelta(days=7, hours=1), timedelta(days=6)):
        await database.run(lambda connection, at=now - back: take_sample(connection, now=at))
    answer = await functions("cleanup").job("/partitions")
    assert answer.json()["metrics"] == 1
    assert len(await database.run(figures)) == 1
