"""Violations judged, judged otherwise, judged again, and many at once."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.case import JUDGED_FROM, CaseState
from shared.services.judgement import judge
from shared.settings import Settings
from shared.store.database import Connection, Database
from tests.conftest import Function
from tests.integration.api.conftest import CallerWith
from tests.integration.api.scenes import (
    TRUST,
    VIOLATIONS,
    Json,
    ago,
    audited,
    read,
    start,
    travel,
)
from tests.places import LINKOPING

VERDICTS = {
    "acknowledge": CaseState.ACKNOWLEDGED,
    "dismiss": CaseState.DISMISSED,
    "reopen": CaseState.OPEN,
}


async def case_of(api: Function, user_id: str) -> Json:
    return (await read(api, VIOLATIONS, params={"user_id": user_id}))["data"][0]


async def put(api: Function, case: Json, way: str, expected: int = 200) -> Json:
    answer = await api.call("PUT", f"{VIOLATIONS}/{case['id']}/{way}")
    assert answer.status_code == expected, answer.text
    return answer.json()


async def score(api: Function, user_id: str) -> int:
    return (await read(api, f"{TRUST}/{user_id}"))["score"]


async def test_what_was_acknowledged_may_turn_out_a_false_alarm_but_not_the_other_way_round(
    api: Function, ingest: Function, detect: Function
) -> None:
    user_id = await travel(ingest, detect)
    case = await case_of(api, user_id)
    await put(api, case, "acknowledge")
    assert await score(api, user_id) == 80
    assert (await put(api, case, "dismiss"))["state"] == "dismissed"
    assert await score(api, user_id) == 100
    refused = await put(api, case, "acknowledge", 409)
    assert refused["code"] == "violation_dismissed"
    assert "reopen it first" in refused["detail"]


async def test_a_reopened_violation_costs_again_what_its_dismissal_gave_back(
    api: Function, ingest: Function, detect: Function, database: Database
) -> None:
    user_id = await travel(ingest, detect)
    case = await case_of(api, user_id)
    await put(api, case, "dismiss")
    reopened = await put(api, case, "reopen")
    assert (reopened["state"], reopened["closed_at"], reopened["closed_by"]) == ("open", None, None)
    assert await put(api, case, "reopen") == reopened
    trust = await read(api, f"{TRUST}/{user_id}")
    assert (trust["score"], [entry["void"] for entry in trust["ledger"]]) == (80, [False])
    assert await audited(database) == ["violation.dismiss", "violation.reopen"]


async def test_reopening_what_was_right_costs_nothing_more(
    api: Function, ingest: Function, detect: Function
) -> None:
    user_id = await travel(ingest, detect)
    case = await case_of(api, user_id)
    await put(api, case, "acknowledge")
    await put(api, case, "reopen")
    assert await score(api, user_id) == 80


async def test_the_silence_of_a_dismissed_behaviour_ends_when_it_is_reopened(
    api: Function, ingest: Function, detect: Function
) -> None:
    user_id = await travel(ingest, detect)
    case = await case_of(api, user_id)
    await put(api, case, "dismiss")
    now = ago(0)
    again = {"device_id": "tablet", "ip_address": LINKOPING, "started_at": now, "event_at": now}
    await start(ingest, user_id=user_id, **again)
    await detect.job("/sweep")
    assert (await case_of(api, user_id))["occurrences"] == 1
    await put(api, case, "reopen")
    await detect.job("/sweep")
    assert (await case_of(api, user_id))["occurrences"] == 2


async def test_a_violation_is_not_reopened_beside_one_that_is_open(
    api: Function, ingest: Function, detect: Function, database: Database
) -> None:
    user_id = await travel(ingest, detect)
    case = await case_of(api, user_id)
    await put(api, case, "acknowledge")

    async def open_another(connection: Connection) -> None:
        await connection.execute(
            "INSERT INTO analytics_sharing_violations"
            " SELECT (jsonb_populate_record(v, jsonb_build_object("
            "   'id', %s::text, 'state', 'open', 'closed_at', NULL))).*"
            " FROM analytics_sharing_violations AS v WHERE id = %s",
            [str(uuid4()), case["id"]],
        )

    await database.run(open_another)
    refused = await put(api, case, "reopen", 409)
    assert refused["code"] == "violation_open_already"
    assert (await read(api, f"{VIOLATIONS}/{case['id']}"))["state"] == "acknowledged"
    assert await audited(database) == ["violation.acknowledge"]


async def test_verdicts_at_once_leave_trust_as_the_last_one_has_it(
    api: Function, ingest: Function, detect: Function
) -> None:
    user_id = await travel(ingest, detect)
    case = await case_of(api, user_id)
    ways = ["dismiss", "reopen", "acknowledge"] * 4
    await asyncio.gather(*(api.call("PUT", f"{VIOLATIONS}/{case['id']}/{way}") for way in ways))
    dismissed = (await case_of(api, user_id))["state"] == "dismissed"
    assert await score(api, user_id) == (100 if dismissed else 80)


@pytest.mark.parametrize("way", ["acknowledge", "dismiss"])
async def test_many_are_judged_at_once_with_an_answer_for_each(
    api: Function, ingest: Function, detect: Function, database: Database, way: str
) -> None:
    ids = [(await case_of(api, await travel(ingest, detect)))["id"] for _ in range(3)]
    unknown = str(uuid4())
    await api.call("PUT", f"{VIOLATIONS}/{ids[0]}/{way}")
    answer = await api.call(
        "POST", f"{VIOLATIONS}/bulk-{way}", json={"ids": [*ids, unknown, ids[1]]}
    )
    assert answer.status_code == 207
    said = answer.json()
    assert (said["changed"], said["failed"]) == (2, 1)
    assert [r["id"] for r in said["results"]] == [*ids, unknown]
    assert [r["changed"] for r in said["results"]] == [False, True, True, False]
    assert [r["state"] for r in said["results"]] == [VERDICTS[way]] * 3 + [None]
    assert said["results"][-1]["problem"]["code"] == "violation_not_found"
    again = await api.call("POST", f"{VIOLATIONS}/bulk-{way}", json={"ids": ids})
    assert (again.status_code, again.json()["changed"]) == (200, 0)
    opened = await api.call("POST", f"{VIOLATIONS}/bulk-reopen", json={"ids": ids})
    assert [r["state"] for r in opened.json()["results"]] == ["open"] * 3
    assert await audited(database) == [f"violation.{way}"] * 3 + ["violation.reopen"] * 3


async def test_judging_many_takes_between_one_and_five_hundred_ids(api: Function) -> None:
    for ids in ([], [str(uuid4())] * 501, ["x"]):
        answer = await api.call("POST", f"{VIOLATIONS}/bulk-dismiss", json={"ids": ids})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"].startswith("ids")
    most = [str(uuid4()) for _ in range(500)]
    answer = await api.call("POST", f"{VIOLATIONS}/bulk-dismiss", json={"ids": most})
    assert (answer.status_code, answer.json()["failed"]) == (207, 500)


async def test_who_may_only_look_judges_nothing(
    api: Function, ingest: Function, detect: Function, caller: CallerWith
) -> None:
    case = await case_of(api, await travel(ingest, detect))
    viewer = await caller("viewer")
    answers = [
        await api.call("PUT", f"{VIOLATIONS}/{case['id']}/reopen", headers=viewer),
        *[
            await api.call(
                "POST", f"{VIOLATIONS}/bulk-{way}", json={"ids": [case["id"]]}, headers=viewer
            )
            for way in VERDICTS
        ],
    ]
    assert [answer.status_code for answer in answers] == [403] * 4


@given(st.lists(st.sampled_from(CaseState), max_size=20))
def test_every_verdict_leads_to_its_state_or_is_refused(verdicts: list[CaseState]) -> None:
    present = CaseState.OPEN
    for verdict in verdicts:
        before, allowed = present, JUDGED_FROM[verdict]
        assert verdict not in allowed
        present = verdict if present in allowed else present
        assert present is verdict or (before, verdict) == (
            CaseState.DISMISSED,
            CaseState.ACKNOWLEDGED,
        )


async def test_a_verdict_that_is_undone_by_its_transaction_has_no_consequence(
    api: Function, ingest: Function, detect: Function, database: Database, settings: Settings
) -> None:
    user_id = await travel(ingest, detect)
    case = await case_of(api, user_id)
    now = datetime.now(UTC)

    async def dismiss_and_fail(connection: Connection) -> None:
        judged = await judge(
            connection, case["id"], CaseState.DISMISSED, settings, actor="x", now=now
        )
        assert judged.changed
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        await database.run(dismiss_and_fail)
    present: dict[str, Any] = await case_of(api, user_id)
    assert (present["state"], await score(api, user_id)) == ("open", 80)
