"""Actions that wait until a person approves or refuses them."""

import asyncio

from tests.integration.actions.stage import ACTIONS, Stage
from tests.integration.api.conftest import CallerWith
from tests.integration.api.scenes import VIOLATIONS, audited, read

ASKED = {"type": "terminate_stream", "require_approval": True}


async def test_what_needs_approval_waits_in_a_queue_and_people_are_told(stage: Stage) -> None:
    await stage.connect()
    await stage.rule(ASKED | {"target": "all"})
    await stage.two_at_once()
    assert await stage.carry_out() == [None, None]
    queue = await stage.actions(state="awaiting_approval")
    assert len(queue) == 2
    assert await stage.events() == ["action.awaiting_approval"]
    assert stage.service.seen == []


async def test_what_is_approved_is_carried_out_at_once_and_says_who_approved(stage: Stage) -> None:
    await stage.connect()
    await stage.rule(ASKED)
    await stage.two_at_once()
    waiting = await stage.action()
    path = f"{ACTIONS}/{waiting['id']}/approve"
    approved = await stage.put(path)
    assert (approved["state"], approved["decided_by"]) == ("due", "key:bootstrap")
    assert (await stage.put(path))["id"] == waiting["id"]
    await stage.carry_out()
    assert stage.service.seen == ["session.terminate"]
    assert (await stage.put(path))["state"] == "sent"
    assert (await audited(stage.database)).count("action.approve") == 1


async def test_what_is_refused_is_never_carried_out(stage: Stage) -> None:
    await stage.connect()
    await stage.rule(ASKED)
    await stage.two_at_once()
    path = f"{ACTIONS}/{(await stage.action())['id']}"
    refused = await stage.put(f"{path}/refuse", json={"reason": "She is my sister."})
    assert (refused["state"], refused["reason"]) == ("refused", "She is my sister.")
    assert (await stage.put(f"{path}/refuse"))["reason"] == "She is my sister."
    late = await stage.put(f"{path}/approve", 409)
    assert late["code"] == "action_not_waiting"
    assert await stage.carry_out() == []
    assert stage.service.seen == []
    assert (await audited(stage.database)).count("action.refuse") == 1


async def test_an_approval_after_the_stream_ended_says_so(stage: Stage) -> None:
    await stage.connect()
    await stage.rule(ASKED)
    _, _, second = await stage.two_at_once()
    await stage.end(second)
    path = f"{ACTIONS}/{(await stage.action())['id']}/approve"
    told = await stage.put(path)
    assert told["state"] == "withdrawn"
    assert told["reason"] == "The stream had ended before this was approved."
    assert (await stage.put(path, 409))["code"] == "action_not_waiting"


async def test_what_nobody_decides_on_leaves_the_queue_when_its_stream_ends(stage: Stage) -> None:
    await stage.rule(ASKED)
    _, _, second = await stage.two_at_once()
    await stage.carry_out()
    await stage.end(second)
    stage.clock.pass_seconds(61)
    await stage.carry_out()
    action = await stage.action()
    assert action["reason"] == "The stream ended before anybody decided."


async def test_judging_the_violation_empties_its_queue(stage: Stage) -> None:
    await stage.rule(ASKED)
    await stage.two_at_once()
    [case] = (await read(stage.api, VIOLATIONS))["data"]
    dismissed = await stage.put(f"{VIOLATIONS}/{case['id']}/dismiss")
    [action] = dismissed["actions"]
    assert (action["state"], action["reason"]) == ("withdrawn", "The violation was dismissed.")


async def test_what_is_approved_days_later_still_finds_what_it_is_for(stage: Stage) -> None:
    await stage.connect()
    await stage.rule("suspend_account")
    user_id, first, second = await stage.two_at_once()
    await stage.end(first)
    await stage.end(second)
    await stage.put(f"{ACTIONS}/{(await stage.action())['id']}/approve")
    stage.clock.pass_seconds(5 * 86_400)
    await stage.carry_out()
    assert stage.service.suspended == {user_id}


async def test_of_an_approval_and_a_refusal_at_once_one_counts(stage: Stage) -> None:
    await stage.rule(ASKED)
    await stage.two_at_once()
    path = f"{ACTIONS}/{(await stage.action())['id']}"
    answers = await asyncio.gather(
        *(stage.api.call("PUT", f"{path}/{way}") for way in ("approve", "refuse") * 3)
    )
    assert {answer.status_code for answer in answers} == {200, 409}
    state = (await stage.action())["state"]
    agreeing = [answer for answer in answers if answer.status_code == 200]
    assert {answer.json()["state"] for answer in agreeing} == {state}


async def test_what_never_waited_cannot_be_decided_on(stage: Stage) -> None:
    await stage.rule({"type": "terminate_stream", "delay_seconds": 300})
    await stage.two_at_once()
    path = f"{ACTIONS}/{(await stage.action())['id']}"
    for way in ("approve", "refuse"):
        assert (await stage.put(f"{path}/{way}", 409))["code"] == "action_not_waiting"


async def test_who_may_end_streams_may_not_decide_on_accounts(
    stage: Stage, caller: CallerWith
) -> None:
    await stage.rule(ASKED, "suspend_account")
    await stage.two_at_once()
    ender = await caller("moderator", "analytics.sessions.terminate")
    by_kind = {action["kind"]: action["id"] for action in await stage.actions()}
    suspend = f"{ACTIONS}/{by_kind['suspend_account']}/approve"
    assert (await stage.put(suspend, 403, headers=ender))["status"] == 403
    terminate = f"{ACTIONS}/{by_kind['terminate_stream']}/approve"
    assert (await stage.put(terminate, headers=ender))["state"] == "due"
    viewer = await caller("viewer")
    for way in ("approve", "refuse"):
        answer = await stage.api.call("PUT", suspend.replace("approve", way), headers=viewer)
        assert answer.status_code == 403
