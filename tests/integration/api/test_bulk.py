"""Many things done alike: chosen, tried, done with an answer for each, and taken back."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from shared.domain.bulk import UNDONE_WITHIN
from shared.services.retention import let_go
from shared.settings import Settings
from shared.store.database import Connection, Database
from tests.conftest import Function
from tests.integration.api.conftest import CallerWith
from tests.integration.api.scenes import (
    RULES,
    SESSIONS,
    TRUST,
    VIOLATIONS,
    Json,
    ago,
    audited,
    read,
    start,
    stop,
    travel,
)

BULK = "/api/v1/analytics/bulk"

KINDS = [
    "acknowledge",
    "dismiss",
    "reopen",
    "reset-trust",
    "delete-sessions",
    "terminate",
    "enable-rules",
    "disable-rules",
]


async def do(api: Function, kind: str, expected: int = 200, **said: object) -> Json:
    if kind == "reset-trust":
        said = {"reason": "A new year.", **said}
    answer = await api.call("POST", f"{BULK}/{kind}", json=said)
    assert answer.status_code == expected, answer.text
    return answer.json()


async def undo(api: Function, done: Json, expected: int = 200) -> Json:
    answer = await api.call("POST", f"{BULK}/{done['id']}/undo")
    assert answer.status_code == expected, answer.text
    return answer.json()


async def states(api: Function) -> dict[str, str]:
    return {case["id"]: case["state"] for case in (await read(api, VIOLATIONS))["data"]}


async def ended(ingest: Function, **said: object) -> str:
    session = await start(ingest, **said)
    await stop(ingest, session["id"])
    return session["id"]


async def test_violations_are_dismissed_by_filter_and_their_trust_comes_back_and_goes_again(
    api: Function, ingest: Function, detect: Function
) -> None:
    people = [await travel(ingest, detect) for _ in range(3)]
    first = next(c for c in (await read(api, VIOLATIONS))["data"] if c["user_id"] == people[0])
    await do(api, "acknowledge", ids=[first["id"]])
    done = await do(api, "dismiss", filter={"rule_type": "impossible_travel"})
    assert (done["changed"], done["failed"], done["more"]) == (3, 0, False)
    assert {item["state"] for item in done["results"]} == {"dismissed"}
    assert (await read(api, f"{TRUST}/{people[1]}"))["score"] == 100
    assert (await do(api, "dismiss", filter={"rule_type": "impossible_travel"}))["results"] == []
    undone = await undo(api, done)
    assert (undone["changed"], undone["failed"]) == (3, 0)
    now = await states(api)
    assert now.pop(first["id"]) == "acknowledged"
    assert set(now.values()) == {"open"}
    assert [(await read(api, f"{TRUST}/{p}"))["score"] for p in people] == [80] * 3
    assert (await undo(api, done))["results"] == []


async def test_what_was_judged_otherwise_since_stays_so_when_the_rest_is_taken_back(
    api: Function, ingest: Function, detect: Function
) -> None:
    for _ in range(2):
        await travel(ingest, detect)
    ids = list(await states(api))
    done = await do(api, "acknowledge", ids=ids)
    await do(api, "dismiss", ids=ids[:1])
    undone = await undo(api, done, 207)
    assert [i["problem"] and i["problem"]["code"] for i in undone["results"]] == [
        "changed_since",
        None,
    ]
    assert await states(api) == {ids[0]: "dismissed", ids[1]: "open"}


async def test_a_dry_run_answers_as_the_deed_would_and_changes_nothing(
    api: Function, ingest: Function, detect: Function, database: Database
) -> None:
    user_id = await travel(ingest, detect)
    going = await start(ingest)
    gone = await ended(ingest)
    rule = (await read(api, RULES))["data"][0]
    unknown = str(uuid4())
    before = await everything(database)
    for kind, item in {
        "acknowledge": next(iter(await states(api))),
        "dismiss": next(iter(await states(api))),
        "reset-trust": user_id,
        "delete-sessions": gone,
        "terminate": going["id"],
        "disable-rules": rule["id"],
    }.items():
        tried = await do(api, kind, 207, ids=[item, unknown], dry_run=True)
        assert (tried["dry_run"], tried["id"], tried["undo_until"]) == (True, None, None)
        assert await everything(database) == before, kind
        done = await do(api, kind, 207, ids=[item, unknown])
        assert done["results"] == tried["results"], kind
        assert [result["changed"] for result in done["results"]] == [True, False]
        if done["id"] is not None:
            await undo(api, done)
        before = await everything(database)


async def everything(database: Database) -> Any:
    """Return what deeds and their consequences are kept in."""
    tables = (
        "analytics_sessions",
        "analytics_sharing_violations",
        "analytics_sharing_rules",
        "analytics_user_trust",
        "trust_ledger",
        "actions",
        "session_tombstones",
        "bulk_operations",
        "bulk_changes",
        "audit_log",
        "dirty_items",
        "outbox",
    )

    async def find(connection: Connection) -> Any:
        found: dict[str, Any] = {}
        for table in tables:
            cursor = await connection.execute(f"SELECT t::text AS t FROM {table} AS t ORDER BY 1")  # noqa: S608  # pyright: ignore[reportArgumentType, reportCallIssue]
            found[table] = [row["t"] for row in await cursor.fetchall()]
        return found

    return await database.run(find)


async def test_sessions_are_deleted_by_filter_for_good(
    api: Function, ingest: Function, database: Database
) -> None:
    user_id = str(uuid4())
    for minutes in (50, 40):
        await ended(ingest, user_id=user_id, started_at=ago(minutes), event_at=ago(minutes))
    going = await start(ingest, user_id=user_id)
    other = await ended(ingest)
    done = await do(api, "delete-sessions", filter={"user_id": user_id})
    assert (done["changed"], done["id"], done["undo_until"]) == (2, None, None)
    assert {item["state"] for item in done["results"]} == {"deleted"}
    left = {session["id"] for session in (await read(api, SESSIONS))["data"]}
    assert left == {going["id"], other}
    refused = await do(api, "delete-sessions", 207, ids=[going["id"], other])
    assert refused["results"][0]["problem"]["code"] == "session_active"
    assert refused["results"][1]["changed"]
    assert await audited(database) == ["session.delete"] * 3


@pytest.mark.parametrize(
    ("older", "kind"),
    [
        (f"{SESSIONS}/bulk-delete", "delete-sessions"),
        (f"{VIOLATIONS}/bulk-acknowledge", "acknowledge"),
        (f"{VIOLATIONS}/bulk-dismiss", "dismiss"),
        (f"{VIOLATIONS}/bulk-reopen", "reopen"),
    ],
)
async def test_the_older_paths_do_the_same(api: Function, older: str, kind: str) -> None:
    said = {"ids": [str(uuid4())], "dry_run": True}
    answers = [await api.call("POST", path, json=said) for path in (older, f"{BULK}/{kind}")]
    assert answers[0].status_code == answers[1].status_code == 207
    assert answers[0].json() == answers[1].json()


async def test_streams_of_a_server_are_ended_and_asked_to_be_only_once(
    api: Function, ingest: Function
) -> None:
    streams = {(await start(ingest, server_id="attic"))["id"] for _ in range(2)}
    elsewhere = await start(ingest, server_id="cellar")
    done = await do(api, "terminate", filter={"server_id": "attic"}, message="Good night.")
    assert {item["id"] for item in done["results"]} == streams
    assert done["id"] is None
    await do(api, "terminate", filter={"server_id": "attic"})
    actions = (await read(api, "/api/v1/analytics/actions"))["data"]
    assert {action["session_id"] for action in actions} == streams
    assert {action["message"] for action in actions} == {"Good night."}
    assert elsewhere["id"] not in streams


async def test_a_reset_of_trust_is_taken_back_with_what_came_since(
    api: Function, ingest: Function, detect: Function, database: Database
) -> None:
    user_id = await travel(ingest, detect)
    done = await do(api, "reset-trust", filter={"max_score": 90})
    assert [(item["id"], item["state"]) for item in done["results"]] == [(user_id, "100")]
    assert (await do(api, "reset-trust", ids=[user_id]))["changed"] == 0
    undone = await undo(api, done)
    assert undone["results"][0]["state"] == "80"
    trust = await read(api, f"{TRUST}/{user_id}")
    assert (trust["score"], [entry["void"] for entry in trust["ledger"]]) == (80, [True, False])
    assert await audited(database) == ["trust.reset", "trust.reset_undone"]


async def test_rules_are_switched_off_and_back_on(api: Function) -> None:
    enabled = {rule["id"] for rule in (await read(api, RULES))["data"] if rule["enabled"]}
    done = await do(api, "disable-rules", filter={"mode": "live"})
    assert {item["id"] for item in done["results"]} == enabled
    assert not any(rule["enabled"] for rule in (await read(api, RULES))["data"])
    one = next(iter(enabled))
    await do(api, "enable-rules", ids=[one])
    undone = await undo(api, done)
    assert undone["changed"] == len(enabled) - 1
    assert all(rule["enabled"] for rule in (await read(api, RULES))["data"])


@pytest.mark.parametrize("kind", KINDS)
async def test_each_takes_its_permission_and_so_does_its_undoing(
    api: Function, caller: CallerWith, kind: str
) -> None:
    said: Json = {"ids": [str(uuid4())]} | ({"reason": "x"} if kind == "reset-trust" else {})
    viewer = await caller("viewer")
    answer = await api.call("POST", f"{BULK}/{kind}", json=said, headers=viewer)
    assert answer.status_code == 403
    undoing = await api.call("POST", f"{BULK}/{uuid4()}/undo", headers=viewer)
    assert undoing.status_code == 403


async def test_who_may_judge_does_not_take_back_what_was_done_to_rules(
    api: Function, caller: CallerWith
) -> None:
    done = await do(api, "disable-rules", filter={"mode": "live"})
    moderator = await caller("moderator")
    answer = await api.call("POST", f"{BULK}/{done['id']}/undo", headers=moderator)
    assert answer.status_code == 403
    assert "rules.manage" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "body"),
        ({"ids": [str(uuid4())], "filter": {"severity": 2}}, "body"),
        ({"filter": {}}, "body"),
        ({"filter": {"limit": 5}}, "filter.limit"),
        ({"filter": {"severity": 9}}, "filter.severity"),
        ({"ids": []}, "ids"),
        ({"ids": ["x"]}, "ids.0"),
        ({"ids": [str(uuid4())] * 501}, "ids"),
        ({"ids": [str(uuid4())], "force": True}, "force"),
    ],
    ids=[
        "nothing",
        "both",
        "empty filter",
        "page",
        "range",
        "no ids",
        "no uuid",
        "too many",
        "unknown",
    ],
)
async def test_a_wrong_choice_is_refused_by_its_name(api: Function, said: Json, field: str) -> None:
    answer = await api.call("POST", f"{BULK}/dismiss", json=said)
    assert answer.status_code == 422, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_a_filter_finds_no_single_address_for_who_may_not_see_one(
    api: Function, caller: CallerWith
) -> None:
    remover = await caller("viewer", "analytics.sessions.delete", "analytics.sessions.terminate")
    for kind in ("delete-sessions", "terminate"):
        said = {"filter": {"network": "81.2.69.160"}, "dry_run": True}
        answer = await api.call("POST", f"{BULK}/{kind}", json=said, headers=remover)
        assert answer.status_code == 403


async def test_what_is_too_long_ago_or_unknown_is_not_undone(
    api: Function, database: Database, settings: Settings
) -> None:
    done = await do(api, "disable-rules", filter={"mode": "live"})
    assert (await undo(api, {"id": str(uuid4())}, 404))["code"] == "bulk_not_found"
    long_ago = datetime.now(UTC) - UNDONE_WITHIN - timedelta(minutes=1)
    await database.run(
        lambda connection: connection.execute(
            "UPDATE bulk_operations SET created_at = %s", [long_ago]
        )
    )
    assert (await undo(api, done, 404))["code"] == "bulk_not_found"
    assert (await let_go(database, settings))["bulk_operations"] == 1


async def test_undoing_twice_at_once_takes_each_back_once(
    api: Function, ingest: Function, detect: Function, database: Database
) -> None:
    for _ in range(3):
        await travel(ingest, detect)
    done = await do(api, "dismiss", filter={"severity": 2})
    path = f"{BULK}/{done['id']}/undo"
    answers = await asyncio.gather(*(api.call("POST", path) for _ in range(3)))
    assert {answer.status_code for answer in answers} <= {200, 207}
    assert sum(answer.json()["changed"] for answer in answers) == 3
    assert (await audited(database)).count("violation.reopen") == 3


@hypothesis_settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_what_is_done_and_undone_leaves_states_as_they_were(
    api: Function, ingest: Function, detect: Function, data: st.DataObject
) -> None:
    if not await states(api):
        for _ in range(3):
            await travel(ingest, detect)
    ids = sorted(await states(api))
    for item in ids:
        way = data.draw(st.sampled_from(["acknowledge", "dismiss", "reopen"]))
        await api.call("PUT", f"{VIOLATIONS}/{item}/{way}")
    before = await states(api)
    kind = data.draw(st.sampled_from(["acknowledge", "dismiss", "reopen"]))
    answer = await api.call("POST", f"{BULK}/{kind}", json={"ids": ids})
    done = answer.json()
    changed = {item["id"] for item in done["results"] if item["changed"]}
    after = await states(api)
    assert changed == {item for item in ids if after[item] != before[item]}
    await undo(api, done)
    assert await states(api) == before
