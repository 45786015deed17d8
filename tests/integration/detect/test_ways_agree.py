"""However somebody comes to be looked at, by a task or by a sweep, the cases are the same."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st
from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row
from psycopg.types.string import TextLoader

from shared.domain.rules.rule import RuleType
from shared.schemas.rules import NewRule
from shared.services import rules
from shared.services.detection import detect_for_user
from shared.services.quiet import pass_over_quiet
from shared.settings import Settings, read_settings
from shared.store import cases, dirty
from shared.store.database import Connection, Database
from tests import histories
from tests.conftest import Function, environment
from tests.histories import NOW, Run
from tests.integration.detect.test_sharing_is_found import cases_of, play, start
from tests.places import LINKOPING, LONDON

Found = dict[tuple[UUID, str], tuple[Any, ...]]
FIRST_RULES_FIND_NOTHING_OFTEN = (
    NewRule(name="a", type=RuleType.CONCURRENT_STREAMS, config={"max_streams": 1}),
    NewRule(name="b", type=RuleType.GEO_RESTRICTION, config={"countries": ["GB", "FR"]}),
    NewRule(name="c", type=RuleType.DEVICE_VELOCITY, config={"count": "networks", "max": 2}),
)


async def by_tasks(connection: Connection, user_ids: Sequence[UUID], given: Settings) -> None:
    for user_id in user_ids:
        await detect_for_user(connection, user_id, given, NOW)


async def by_sweep(connection: Connection, user_ids: Sequence[UUID], given: Settings) -> None:
    passed = await pass_over_quiet(connection, user_ids, given, NOW)
    assert passed.quiet + len(passed.others) == len(user_ids)
    await by_tasks(connection, passed.others, given)


async def outcome(connection: Connection, user_ids: Sequence[UUID]) -> tuple[Found, set[Any]]:
    """Return everybody's cases, but for what differs each time, and who is to be looked at when."""
    found: Found = {}
    marks: set[Any] = set()
    for user_id in user_ids:
        for row in await cases.list_rows(connection, {"user_id": user_id, "limit": 50}):
            known = ("occurrences", "first_seen_at", "last_seen_at", "notified_at", "details")
            found[user_id, row["rule_name"]] = tuple(row[name] for name in known)
    cursor = await connection.execute("SELECT user_id, due_at FROM dirty_users")
    marks = {(row["user_id"], row["due_at"]) for row in await cursor.fetchall()}
    return found, marks


@trying(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pasts=st.lists(histories.pasts, min_size=1, max_size=4))
def test_a_sweep_and_tasks_give_the_same_cases(
    common_url: str, loop: asyncio.Runner, pasts: list[list[Run]]
) -> None:
    given = read_settings(environment(common_url), "")

    async def within() -> list[tuple[Found, set[Any]]]:
        async with await AsyncConnection[DictRow].connect(
            common_url, row_factory=dict_row
        ) as connection:
            connection.adapters.register_loader("inet", TextLoader)  # as the product reads them
            user_ids = [uuid4() for _ in pasts]
            for user_id, past in zip(user_ids, pasts, strict=True):
                await histories.write(connection, user_id, past)
            for rule in FIRST_RULES_FIND_NOTHING_OFTEN:
                await rules.make_rule(connection, rule, NOW, retention_days=90)
            await dirty.mark_users(connection, user_ids, due_at=NOW, now=NOW)
            found: list[tuple[Found, set[Any]]] = []
            for way in (by_tasks, by_sweep):
                async with connection.transaction(force_rollback=True):
                    await way(connection, user_ids, given)
                    found.append(await outcome(connection, user_ids))
            await connection.rollback()
            return found

    tasks, sweep = loop.run(within())
    assert tasks == sweep


async def test_what_a_lost_nudge_left_is_found_by_the_sweep(
    functions: Callable[[str], Function], database: Database
) -> None:
    ingest, detect = functions("ingest_session"), functions("detect_sharing")
    nudged, lost, now = str(uuid4()), str(uuid4()), datetime.now(UTC)
    for user_id in (nudged, lost):
        await play(
            ingest,
            start(user_id, "tv", LONDON, now - timedelta(minutes=5)),
            start(user_id, "phone", LINKOPING, now - timedelta(minutes=4)),
        )
    await detect.job(f"/users/{nudged}")
    assert await cases_of(database, lost) == []
    await detect.job("/sweep")
    sentences = [
        [(case["rule_type"], case["occurrences"]) for case in await cases_of(database, user_id)]
        for user_id in (nudged, lost)
    ]
    assert sentences == [[("simultaneous_locations", 1)]] * 2


async def test_a_sweep_of_many_finds_the_few_there_is_something_to_find_of(
    functions: Callable[[str], Function], database: Database
) -> None:
    ingest, detect, now = (
        functions("ingest_session"),
        functions("detect_sharing"),
        datetime.now(UTC),
    )
    people = [str(uuid4()) for _ in range(20)]
    for number, user_id in enumerate(people):
        other = LINKOPING if number % 10 == 0 else LONDON
        await play(
            ingest,
            start(user_id, "tv", LONDON, now - timedelta(minutes=5)),
            start(user_id, "phone", other, now - timedelta(minutes=4)),
        )
    assert (await detect.job("/sweep")).json() == {
        "users": 20,
        "opened": 2,
        "grown": 0,
        "failed": 0,
    }
    assert [len(await cases_of(database, user_id)) for user_id in people[:11]] == [1, *[0] * 9, 1]
