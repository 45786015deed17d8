"""Since when people and devices are known: what was played says so, however it was told."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any, LiteralString
from uuid import uuid4

from shared.store.database import Connection, Database
from tests.conftest import Function

Told = list[dict[str, Any]]

BATCH = "/api/v1/analytics/sessions/batch"
LATE = datetime.now(UTC).replace(hour=23, minute=50, second=0, microsecond=0) - timedelta(days=20)
BEGINNINGS = (LATE, LATE + timedelta(days=7), LATE + timedelta(days=18))
LENGTH = timedelta(minutes=30)


def played(user_id: str, began: datetime, device_id: str = "tv") -> Told:
    """Return a start that says when it began only as it is paused, and a stop."""
    known = {
        "source": "revenge",
        "session_key": began.isoformat(),
        "user_id": user_id,
        "content_type": "movie",
        "content_id": "m1",
        "device_id": device_id,
        "started_at": began.isoformat(),
    }
    return [
        known | {"event": "pause", "event_at": (began + LENGTH / 2).isoformat()},
        known | {"event": "stop", "event_at": (began + LENGTH).isoformat()},
    ]


async def tell(ingest: Function, *sessions: Told) -> None:
    events = [event for session in sessions for event in session]
    answer = await ingest.call("POST", BATCH, json={"events": events})
    assert answer.status_code == 200, answer.text


async def seen(database: Database, user_id: str) -> set[tuple[datetime, datetime]]:
    """Return from when until when a person and their devices were seen."""
    statement: LiteralString = (
        "SELECT first_seen_at, last_active_at AS last_seen_at FROM users WHERE user_id = %(id)s"
        " UNION ALL"
        " SELECT first_seen_at, last_seen_at FROM user_devices WHERE user_id = %(id)s"
    )

    async def read(connection: Connection) -> set[tuple[datetime, datetime]]:
        rows = await (await connection.execute(statement, {"id": user_id})).fetchall()
        assert len(rows) > 1, rows
        return {(row["first_seen_at"], row["last_seen_at"]) for row in rows}

    return await database.run(read)


async def test_in_any_order_and_batches_people_are_seen_from_their_first_start_to_their_last_end(
    ingest: Function, database: Database
) -> None:
    whole = {(BEGINNINGS[0], BEGINNINGS[-1] + LENGTH)}
    for order in permutations(BEGINNINGS):
        for cuts in ((), (1,), (2,), (1, 2)):
            user_id = str(uuid4())
            sessions = [played(user_id, began) for began in order]
            for start, end in zip((0, *cuts), (*cuts, None), strict=True):
                await tell(ingest, *sessions[start:end])
            assert await seen(database, user_id) == whole, (order, cuts)


async def test_each_device_is_seen_from_its_own_first_start(
    ingest: Function, database: Database
) -> None:
    user_id = str(uuid4())
    first, second, last = BEGINNINGS
    await tell(
        ingest,
        played(user_id, second, "tv"),
        played(user_id, last),
        played(user_id, first, "phone"),
    )
    assert await seen(database, user_id) == {
        (first, last + LENGTH),
        (first, first + LENGTH),
        (second, last + LENGTH),
    }


async def test_a_person_whose_account_was_merged_is_seen_since_what_it_tells_began(
    api: Function, ingest: Function, database: Database
) -> None:
    person, account = str(uuid4()), str(uuid4())
    first, second, last = BEGINNINGS
    await tell(ingest, played(person, last), played(account, last))
    merging = f"/api/v1/analytics/users/{person}/merge"
    assert (await api.call("POST", merging, json={"user_id": account})).status_code == 200
    await tell(ingest, played(account, first), played(account, second))
    assert (first, last + LENGTH) in await seen(database, person)


async def test_a_clock_that_is_ahead_makes_nobody_known_later_than_their_session(
    ingest: Function, database: Database
) -> None:
    user_id = str(uuid4())
    ahead = datetime.now(UTC) + timedelta(hours=3)
    await tell(ingest, played(user_id, ahead - LENGTH))
    statement: LiteralString = "SELECT started_at FROM analytics_sessions"

    async def start(connection: Connection) -> datetime:
        [row] = await (await connection.execute(statement)).fetchall()
        return row["started_at"]

    stored = await database.run(start)
    assert stored < ahead - LENGTH
    assert {began for began, _ in await seen(database, user_id)} == {stored}


async def test_who_was_there_before_is_new_in_one_report_alone(
    functions: Callable[[str], Function],
) -> None:
    ingest, jobs, api = map(functions, ("ingest_session", "aggregate_stats", "api"))
    user_id = str(uuid4())
    first, second, _ = BEGINNINGS

    async def new(day: datetime) -> int:
        for job in ("/recent", "/reports"):
            assert (await jobs.job(job)).status_code == 200
        path = f"/api/v1/admin/analytics/reports/day/{day.date()}"
        answer = await api.call("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()["summary"]["people"]["new"]

    await tell(ingest, played(user_id, second))
    assert await new(second) == 1
    await tell(ingest, played(user_id, first))
    assert (await new(first), await new(second)) == (1, 0)
