"""The job that learns households: whose turn it is, and what it leaves behind."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr

from shared.domain.linked_accounts import Link
from shared.services.households import learn_everybody, list_links
from shared.settings import Settings
from shared.store import households as store
from shared.store.database import Connection, Database
from tests.conftest import ENCRYPTION_KEY, Function
from tests.integration.api.lives import evenings, learn, live
from tests.places import LINKOPING, LONDON

Execute = Callable[..., Awaitable[list[dict[str, Any]]]]

NOW = datetime.now(UTC)
OTHER_KEY = "OTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTBmZWRjYmE="


@pytest.fixture
def execute(database: Database) -> Execute:
    """Run a statement and return its rows."""

    async def run(statement: Any, *parameters: object) -> list[dict[str, Any]]:
        async def work(connection: Connection) -> list[dict[str, Any]]:
            cursor = await connection.execute(statement, parameters)
            return await cursor.fetchall() if cursor.description else []

        return await database.run(work)

    return run


def earlier(event: dict[str, Any], hours: int) -> dict[str, Any]:
    """Return an event as it would have been some hours before."""
    moved = {
        name: (datetime.fromisoformat(event[name]) - timedelta(hours=hours)).isoformat()
        for name in ("started_at", "event_at")
    }
    return event | moved


async def at_home(ingest: Function, **said: object) -> str:
    user_id = str(uuid4())
    await live(ingest, evenings(user_id, range(3, 21), LONDON, "tv", **said))
    return user_id


async def test_each_person_is_learned_of_once_until_there_is_a_reason(
    ingest: Function, aggregate: Function, execute: Execute
) -> None:
    user_id = await at_home(ingest)
    assert (await learn(aggregate))["users"] == 1
    assert (await learn(aggregate))["users"] == 0
    await execute("UPDATE user_households SET learned_at = now() - interval '21 hours'")
    assert (await learn(aggregate))["users"] == 0, "nothing happened since"
    await live(ingest, evenings(user_id, [0], LONDON, "tv"))
    assert (await learn(aggregate))["users"] == 1, "something did"
    await execute("UPDATE users SET last_active_at = now() - interval '60 days'")
    await execute("UPDATE user_households SET score = 1, learned_at = now() - interval '21 hours'")
    assert (await learn(aggregate))["users"] == 1, "a score fades"
    await execute("UPDATE user_households SET learned_at = now() - interval '8 days'")
    assert (await learn(aggregate))["users"] == 1, "what is old is forgotten"


async def test_nobody_is_learned_of_where_detection_is_off(
    ingest: Function, database: Database, settings: Settings
) -> None:
    await at_home(ingest)
    off = settings.model_copy(update={"analytics_sharing_detection_enabled": False})
    assert await learn_everybody(database, off) == {"users": 0, "failed": 0}
    assert await learn_everybody(database, settings) == {"users": 1, "failed": 0}


async def test_two_runs_at_once_leave_what_one_leaves(
    ingest: Function, aggregate: Function, execute: Execute
) -> None:
    for _ in range(5):
        await at_home(ingest)
    planned = [
        {"X-CloudScheduler-ScheduleTime": f"2026-11-20T03:{minute:02}:00Z"} for minute in range(3)
    ]
    answers = await asyncio.gather(*(aggregate.job("/households", **when) for when in planned))
    assert [answer.json()["failed"] for answer in answers] == [0, 0, 0]
    kept = await execute("SELECT user_id FROM user_households WHERE learned_at IS NOT NULL")
    traces = await execute("SELECT user_id, kind FROM user_traces ORDER BY user_id, kind")
    assert len(kept) == 5
    assert [row["kind"] for row in traces] == ["device", "network"] * 5


async def test_one_who_cannot_be_learned_of_holds_nobody_else_up(
    ingest: Function, aggregate: Function, execute: Execute
) -> None:
    users = sorted([await at_home(ingest) for _ in range(3)])
    await execute(
        "INSERT INTO household_words VALUES (%s, 'x', 'home', 'test', now())", UUID(users[0])
    )
    await execute("ALTER TABLE household_words DROP CONSTRAINT household_words_class_check")
    await execute("UPDATE household_words SET class = 'castle'")
    assert await learn(aggregate) == {"users": 2, "failed": 1}
    kept = await execute("SELECT user_id FROM user_households ORDER BY user_id")
    assert [str(row["user_id"]) for row in kept] == users[1:]


async def test_what_was_learned_goes_with_the_person(
    ingest: Function, aggregate: Function, execute: Execute
) -> None:
    user_id = UUID(await at_home(ingest))
    await execute("INSERT INTO household_words VALUES (%s, 'x', 'home', 'test', now())", user_id)
    await learn(aggregate)
    await execute("DELETE FROM users WHERE user_id = %s", user_id)
    for table in ("user_households", "household_words", "user_traces"):
        assert await execute(f"SELECT 1 FROM {table}") == [], table  # noqa: S608  (our own names)


async def test_a_new_key_makes_every_trace_anew(
    ingest: Function, aggregate: Function, execute: Execute, database: Database, settings: Settings
) -> None:
    await at_home(ingest)
    await learn(aggregate)
    before = await execute("SELECT digest FROM user_traces")
    rotated = settings.model_copy(
        update={"revenge_encryption_key": SecretStr(f"{OTHER_KEY},{ENCRYPTION_KEY}")}
    )
    assert await learn_everybody(database, rotated) == {"users": 1, "failed": 0}
    after = await execute("SELECT digest FROM user_traces")
    assert len(before) == len(after) == 2
    assert not {row["digest"] for row in before} & {row["digest"] for row in after}
    assert await learn_everybody(database, rotated) == {"users": 0, "failed": 0}


async def test_a_film_that_goes_on_elsewhere_is_one_play_in_two_places(
    ingest: Function, aggregate: Function, database: Database
) -> None:
    user_id = str(uuid4())
    film: dict[str, object] = {"content_id": "m1", "duration_seconds": 7200}
    begun = evenings(user_id, [3], LONDON, "tv", **film)
    begun[1]["progress_seconds"] = 3600
    went_on = evenings(user_id, [2], LINKOPING, "other", **film)
    went_on[0]["progress_seconds"], went_on[1]["progress_seconds"] = 3600, 7200
    went_on = [earlier(event, hours=3) for event in went_on]
    await live(ingest, begun, went_on, evenings(user_id, [1], LONDON, "tv"))
    await aggregate.job("/recent")
    since = NOW - timedelta(days=9)
    plays = await database.run(
        lambda connection: store.list_plays(connection, UUID(user_id), since=since)
    )
    assert sorted(Counter(plays.values()).values()) == [1, 2]


async def test_shared_traces_are_those_of_several_accounts_and_not_of_very_many(
    ingest: Function, aggregate: Function, database: Database, execute: Execute, settings: Settings
) -> None:
    pair = sorted([await at_home(ingest) for _ in range(2)])
    await live(ingest, evenings(str(uuid4()), range(3, 21), LINKOPING, "other"))
    await learn(aggregate)
    shared = await database.run(store.list_shared_traces)
    assert sorted({str(one.user_id) for one in shared}) == pair
    assert len(shared) == 4

    async def linked(user_id: UUID | None) -> list[Link]:
        return await database.run(
            lambda connection: list_links(connection, settings, user_id=user_id, now=NOW)
        )

    assert [tuple(map(str, link.user_ids)) for link in await linked(UUID(pair[1]))] == [tuple(pair)]
    await execute(
        "WITH others AS (INSERT INTO users (user_id, first_seen_at, last_active_at)"
        " SELECT gen_random_uuid(), now(), now() FROM generate_series(1, 19) RETURNING user_id)"
        " SELECT user_id FROM others"
    )
    await execute(
        "INSERT INTO user_traces (user_id, kind, digest, days, first_seen_at, last_seen_at)"
        " SELECT u.user_id, t.kind, t.digest, 9, now(), now() FROM users AS u, user_traces AS t"
        " WHERE t.user_id = %s ON CONFLICT DO NOTHING",
        UUID(pair[0]),
    )
    assert await database.run(store.list_shared_traces) == []
    for user_id in (None, UUID(pair[0])):
        assert await linked(user_id) == []
