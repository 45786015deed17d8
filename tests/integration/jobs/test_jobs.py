"""The scheduled jobs, called as the scheduler calls them."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.domain.identifiers import new_id
from shared.domain.record import open_record, record
from shared.domain.rules.rule import RuleType
from shared.domain.session import EndReason, EventKind, Session, SessionEvent
from shared.domain.trust import penalty
from shared.services import trust as trust_service
from shared.settings import Settings
from shared.store import cases, partitions, people, rollups, sessions, statistics, trust
from shared.store.database import Connection, Database
from shared.store.partitions import Month
from tests.conftest import Function
from tests.places import LONDON

SESSIONS = "/api/v1/analytics/sessions"
FILM = {"content_type": "movie", "content_id": "m1"}
HOUR = timedelta(hours=1)


def ago(**span: float) -> str:
    return (datetime.now(UTC) - timedelta(**span)).isoformat()


def planned(hour: int) -> dict[str, str]:
    """Return the headers of a call that was planned for an hour."""
    return {"X-CloudScheduler-ScheduleTime": f"2026-11-20T0{hour}:00:00Z"}


async def play(
    functions: Callable[[str], Function], user_id: str, began: str, *later: dict[str, Any]
) -> UUID:
    """Start a session, tell what happened later, and return its id."""
    start = {
        "event": "start",
        "source": "revenge",
        "session_key": uuid4().hex,
        "user_id": user_id,
        "content_type": "movie",
        "content_id": "m1",
        "ip_address": LONDON,
        "event_at": began,
        "started_at": began,
    }
    events = [start, *({**start, **event} for event in later)]
    answer = await functions("ingest_session").call(
        "POST", f"{SESSIONS}/batch", json={"events": events}
    )
    assert answer.status_code == 200, answer.text
    return UUID(answer.json()["results"][0]["id"])


async def session(database: Database, session_id: UUID) -> Any:
    found = await database.run(lambda connection: sessions.load_by_ids(connection, [session_id]))
    return found[session_id].record.session


async def test_a_silent_session_is_closed_at_its_last_sign_of_life(
    functions: Callable[[str], Function], database: Database
) -> None:
    silent = await play(functions, str(uuid4()), ago(minutes=30))
    alive = await play(
        functions,
        str(uuid4()),
        ago(minutes=30),
        {"event": "progress", "event_at": ago(minutes=1)},
    )
    answer = await functions("cleanup").job("/stale-sessions")
    assert answer.json()["closed"] == 1
    ended = await session(database, silent)
    assert (ended.end_reason, ended.stopped_at) == (EndReason.TIMEOUT, ended.last_seen_at)
    assert (await session(database, alive)).is_active


async def test_a_job_runs_once_per_planned_time_however_often_it_is_called(
    functions: Callable[[str], Function],
) -> None:
    planned = {"X-CloudScheduler-ScheduleTime": "2026-11-20T03:00:00Z"}
    cleanup = functions("cleanup")
    answers = await asyncio.gather(*(cleanup.job("/partitions", **planned) for _ in range(4)))
    skipped = [answer.json() for answer in answers if answer.json() == {"skipped": 1}]
    assert len(skipped) == 3, [answer.text for answer in answers]


async def test_a_job_is_for_the_scheduler_alone(functions: Callable[[str], Function]) -> None:
    cleanup = functions("cleanup")
    assert (await cleanup.call("POST", "/partitions")).status_code == 401
    assert (await cleanup.client.post("/partitions")).status_code == 401
    other = await functions("notify").job("/relay")
    assert other.status_code == 200
    stolen = {"Authorization": other.request.headers["authorization"]}
    assert (await cleanup.client.post("/partitions", headers=stolen)).status_code == 401


async def test_partitions_are_made_ahead_and_dropped_after_retention(
    functions: Callable[[str], Function], database: Database
) -> None:
    old = Month(2020, 1)
    await database.run(lambda connection: partitions.create(connection, old))
    answer = await functions("cleanup").job("/partitions")
    assert answer.json()["dropped"] == 1
    months = await database.run(partitions.list_months)
    now = Month.of(datetime.now(UTC))
    assert old not in months
    assert {now, now.next, now.next.next} <= set(months)


async def test_a_month_that_is_not_counted_yet_is_dropped_once_it_is(
    functions: Callable[[str], Function], database: Database
) -> None:
    old, user_id = Month(2020, 1), uuid4()
    began = SessionEvent(EventKind.START, old.start, attributes=FILM)
    blank = Session(new_id(old.start), user_id, "x", "x", old.start, old.start, old.start)
    watched = record(
        open_record(blank, began), SessionEvent(EventKind.STOP, old.start + HOUR), old.start
    )

    async def arrange(connection: Connection) -> None:
        await partitions.create(connection, old)
        await people.note(connection, [people.Sighting(user_id, old.start)])
        await sessions.insert(connection, [watched])
        await rollups.mark_items(connection, [(user_id, "m1")], now=old.start)

    await database.run(arrange)
    assert (await functions("cleanup").job("/partitions", **planned(1))).json()["dropped"] == 0
    await functions("aggregate_stats").job("/recent")
    assert (await functions("cleanup").job("/partitions", **planned(2))).json()["dropped"] == 1
    rows = await database.run(lambda connection: statistics.list_user_days(connection, user_id))
    assert [(row["plays"], row["watched_ms"]) for row in rows] == [(1, 3_600_000)]


async def test_daily_statistics_follow_what_was_played(
    functions: Callable[[str], Function], database: Database
) -> None:
    user_id = str(uuid4())
    await play(functions, user_id, ago(minutes=40), {"event": "stop", "event_at": ago(minutes=10)})
    assert (await functions("aggregate_stats").job("/daily")).json()["items"] >= 1
    rows = await database.run(
        lambda connection: statistics.list_user_days(connection, UUID(user_id))
    )
    assert sum(row["sessions"] for row in rows) == 1
    assert sum(row["watched_ms"] for row in rows) == pytest.approx(1_800_000, abs=2_000)


async def test_who_is_playing_now_is_in_todays_statistics(
    functions: Callable[[str], Function], database: Database
) -> None:
    user_id = str(uuid4())
    await functions("aggregate_stats").job("/recent")
    await play(
        functions, user_id, ago(seconds=90), {"event": "progress", "event_at": ago(seconds=1)}
    )
    await functions("aggregate_stats").job("/recent")
    rows = await database.run(
        lambda connection: statistics.list_user_days(connection, UUID(user_id))
    )
    assert sum(row["watched_ms"] for row in rows) > 80_000


async def test_clean_days_give_trust_back(
    functions: Callable[[str], Function], database: Database, settings: Settings
) -> None:
    user_id, now = uuid4(), datetime.now(UTC)

    async def arrange(connection: Connection) -> None:
        await people.note(connection, [people.Sighting(user_id, now)])
        await trust.lock_score(connection, user_id, now=now)
        entry = penalty(2, case_id=None, at=now - timedelta(days=4), reason="a case")
        await trust.add_entry(connection, user_id, entry)
        await trust_service.recover(connection, user_id, settings, now=now - timedelta(days=4))

    await database.run(arrange)
    answer = await functions("aggregate_stats").job("/trust-recovery")
    assert answer.json() == {"people": 1, "days": 3}
    [row] = await database.run(lambda connection: trust.list_rows(connection, {"user_id": user_id}))
    assert row["score"] == 83


async def test_who_has_gone_silent_is_found_once(
    functions: Callable[[str], Function], database: Database
) -> None:
    user_id = str(uuid4())
    await play(
        functions, user_id, ago(days=40), {"event": "stop", "event_at": ago(days=40, minutes=-5)}
    )
    detect = functions("detect_sharing")
    await detect.job("/sweep")
    for hour in (1, 2):
        planned = {"X-CloudScheduler-ScheduleTime": f"2026-11-20T0{hour}:00:00Z"}
        assert (await detect.job("/inactivity", **planned)).json() == {"marked": 1}
        await detect.job("/sweep")
    found = await database.run(
        lambda connection: cases.list_rows(connection, {"user_id": user_id, "limit": 9})
    )
    assert [(row["rule_type"], row["occurrences"]) for row in found] == [(RuleType.INACTIVITY, 1)]


async def test_a_film_resumed_after_midnight_is_a_play_of_the_day_it_began(
    functions: Callable[[str], Function], database: Database
) -> None:
    user_id = str(uuid4())
    film = {"duration_seconds": 6000}
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    moments = [
        (midnight - timedelta(hours=20), 0),
        (midnight - timedelta(hours=19), 3600),
        (midnight - timedelta(hours=1), 3590),
        (midnight - timedelta(minutes=15), 6000),
    ]
    began, paused, resumed, ended = (at.isoformat() for at, _ in moments)
    stop = {"event": "stop", "event_at": paused, "progress_seconds": 3600}
    await play(functions, user_id, began, {"event": "progress", "progress_seconds": 0} | film, stop)
    await functions("aggregate_stats").job("/recent")
    again = {"event": "progress", "event_at": resumed, "progress_seconds": 3590} | film
    done = {"event": "stop", "event_at": ended, "progress_seconds": 6000}
    await play(functions, user_id, resumed, again, done)
    await functions("aggregate_stats").job("/daily")
    rows = await database.run(
        lambda connection: statistics.list_user_days(connection, UUID(user_id))
    )
    assert [(row["sessions"], row["plays"], row["completed"]) for row in rows] == [(2, 1, 1)]
