"""Rules in shadow: they begin so, nothing comes of them, and they are accounted for by week."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from shared.domain.shadow import WEEK, week_of
from shared.services.shadow import tell_last_week
from shared.settings import Settings
from shared.store import trust
from shared.store.database import Connection, Database
from tests.conftest import Function
from tests.integration.detect.test_sharing_is_found import cases_of, play, start
from tests.places import LONDON

RULES = "/api/v1/analytics/rules"
NO_BRITAIN = {"name": "x", "type": "geo_restriction", "config": {"countries": ["GB"]}}


async def found_in_shadow(functions: Callable[[str], Function]) -> tuple[str, dict[str, Any]]:
    """Make a rule and let somebody break it; return who, and the rule."""
    made = await functions("api").call("POST", RULES, json=NO_BRITAIN)
    user_id, now = str(uuid4()), datetime.now(UTC)
    await play(functions("ingest_session"), start(user_id, "tv", LONDON, now))
    await functions("detect_sharing").job("/sweep")
    return user_id, made.json()


async def events(database: Database) -> list[Any]:
    async def read(connection: Connection) -> list[Any]:
        return await (await connection.execute("SELECT kind, payload FROM outbox")).fetchall()

    return await database.run(read)


async def test_a_new_rule_begins_in_shadow_and_nothing_comes_of_its_cases(
    functions: Callable[[str], Function], database: Database
) -> None:
    user_id, rule = await found_in_shadow(functions)
    assert rule["mode"] == "shadow"
    [case] = await cases_of(database, user_id)
    assert (case["mode"], case["notify_due_at"]) == ("shadow", None)
    assert await events(database) == []
    scores = await database.run(lambda c: trust.list_rows(c, {"limit": 9}))
    assert [row["score"] for row in scores] == [100]


async def test_rules_in_shadow_are_accounted_for_by_week(
    functions: Callable[[str], Function],
) -> None:
    _, rule = await found_in_shadow(functions)
    for path in ("/api/v1/analytics/shadow-accounts", f"{RULES}/{rule['id']}/shadow-account"):
        present, before = (await functions("api").call("GET", f"{path}?weeks=2")).json()["data"]
        counted = ("users", "cases", "findings", "alerts", "trust_lost")
        assert [present[name] for name in counted] == [1, 1, 1, 1, 20]
        assert [before[name] for name in counted] == [0] * 5


async def test_a_week_is_told_of_once_however_often_it_is_asked_for(
    functions: Callable[[str], Function], database: Database, settings: Settings
) -> None:
    _, rule = await found_in_shadow(functions)
    next_week = datetime.now(UTC) + WEEK
    told = await asyncio.gather(
        *(database.run(lambda c: tell_last_week(c, settings, next_week)) for _ in range(3))
    )
    assert sorted(deliveries is None for deliveries in told) == [False, True, True]
    [event] = await events(database)
    assert event["kind"] == "rules.shadow_account"
    assert event["payload"]["week"] == week_of(datetime.now(UTC)).start.date().isoformat()
    [line] = event["payload"]["rules"]
    assert (line["rule_id"], line["users"], line["alerts"]) == (rule["id"], 1, 1)


async def test_a_week_before_a_rule_was_made_is_not_told_of(
    functions: Callable[[str], Function], database: Database
) -> None:
    await found_in_shadow(functions)
    assert (await functions("detect_sharing").job("/shadow-account")).json() == {"told": 0}
    assert await events(database) == []


async def test_without_rules_in_shadow_there_is_nothing_to_tell(
    functions: Callable[[str], Function], database: Database
) -> None:
    assert (await functions("detect_sharing").job("/shadow-account")).json() == {"told": 0}
    assert await events(database) == []
