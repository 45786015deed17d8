"""Accounts that are suspended, and their way back."""

import asyncio
import threading
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

from shared.domain.delivery import Outcome
from shared.services.delivery import LEASE
from shared.store import action_claims as claims
from shared.store.action_claims import Claimed
from shared.store.database import Connection
from tests.integration.actions.stage import ACTIONS, Stage
from tests.integration.api.scenes import TRUST, VIOLATIONS, Json, audited, read

SUSPEND = {"type": "suspend_account", "require_approval": False, "message": "Call me."}
USERS = "/api/v1/analytics/users"


async def judge(stage: Stage, way: str, user_id: str) -> Json:
    [case] = (await read(stage.api, VIOLATIONS, params={"user_id": user_id}))["data"]
    return await stage.put(f"{VIOLATIONS}/{case['id']}/{way}")


async def suspended_at(stage: Stage, user_id: str) -> str | None:
    return (await read(stage.api, f"{TRUST}/{user_id}"))["suspended_at"]


async def test_a_rule_suspends_an_account_once_per_case(stage: Stage) -> None:
    await stage.connect()
    await stage.rule(SUSPEND)
    user_id, _, _ = await stage.two_at_once()
    await stage.play(user_id, "tablet", 4)
    await stage.look()
    assert await stage.carry_out() == [Outcome.DELIVERED]
    assert stage.service.suspended == {user_id}
    action = await stage.action()
    assert (action["state"], action["kind"]) == ("done", "suspend_account")
    assert stage.service.said[0]["data"]["message"] == "Call me."
    assert await suspended_at(stage, user_id) is not None


async def test_a_suspension_waits_for_approval_unless_a_rule_says_otherwise(stage: Stage) -> None:
    await stage.connect()
    await stage.rule("suspend_account")
    user_id, _, _ = await stage.two_at_once()
    waiting = await stage.action()
    assert waiting["state"] == "awaiting_approval"
    await stage.put(f"{ACTIONS}/{waiting['id']}/approve")
    await stage.carry_out()
    assert stage.service.suspended == {user_id}


async def test_a_false_alarm_lets_the_account_in_again(stage: Stage) -> None:
    await stage.connect()
    await stage.rule(SUSPEND)
    user_id, _, _ = await stage.two_at_once()
    await stage.carry_out()
    dismissed = await judge(stage, "dismiss", user_id)
    assert [a["kind"] for a in dismissed["actions"]] == ["unsuspend_account", "suspend_account"]
    await stage.carry_out()
    assert stage.service.suspended == set()
    assert await suspended_at(stage, user_id) is None


async def test_what_was_right_keeps_the_account_suspended(stage: Stage) -> None:
    await stage.connect()
    await stage.rule(SUSPEND)
    user_id, _, _ = await stage.two_at_once()
    await stage.carry_out()
    await judge(stage, "acknowledge", user_id)
    assert await stage.carry_out() == []
    assert stage.service.suspended == {user_id}


async def test_what_was_never_suspended_is_not_let_in_again(stage: Stage) -> None:
    await stage.connect()
    await stage.rule("suspend_account")
    user_id, _, _ = await stage.two_at_once()
    dismissed = await judge(stage, "dismiss", user_id)
    assert [a["state"] for a in dismissed["actions"]] == ["withdrawn"]


async def test_another_reason_keeps_the_account_suspended(stage: Stage) -> None:
    await stage.connect()
    await stage.rule(SUSPEND)
    user_id, _, _ = await stage.two_at_once()
    await stage.post(f"{USERS}/{user_id}/suspend")
    assert await stage.carry_out() == [Outcome.DELIVERED] * 2
    await judge(stage, "dismiss", user_id)
    await stage.carry_out()
    assert stage.service.suspended == {user_id}
    lifting = await stage.action(kind="unsuspend_account")
    assert (lifting["state"], lifting["reason"]) == (
        "withdrawn",
        "Something else keeps the account suspended.",
    )


async def test_an_attempt_that_may_have_arrived_is_taken_back_too(stage: Stage) -> None:
    await stage.connect()
    await stage.rule(SUSPEND)
    user_id, _, _ = await stage.two_at_once()
    stage.service.out_of_order = [504]
    assert await stage.carry_out() == [Outcome.FAILED]
    stage.service.suspended.add(user_id)  # it did arrive; only the answer was lost
    await judge(stage, "dismiss", user_id)
    await stage.carry_out()
    assert stage.service.suspended == set()


async def test_reopening_suspends_nobody_by_itself(stage: Stage) -> None:
    await stage.connect()
    await stage.rule(SUSPEND)
    user_id, _, _ = await stage.two_at_once()
    await stage.carry_out()
    await judge(stage, "dismiss", user_id)
    await stage.carry_out()
    await judge(stage, "reopen", user_id)
    await stage.look()
    assert await stage.carry_out() == []
    assert stage.service.suspended == set()


async def test_a_person_suspends_an_account_and_lets_it_in_again(stage: Stage) -> None:
    await stage.connect()
    user_id = str(uuid4())
    await stage.play(user_id, "tv", 5)
    asked = await stage.post(f"{USERS}/{user_id}/suspend", json={"message": "Call me."})
    assert (asked["kind"], asked["state"]) == ("suspend_account", "due")
    await stage.carry_out()
    assert stage.service.suspended == {user_id}
    await stage.post(f"{USERS}/{user_id}/unsuspend")
    await stage.carry_out()
    assert stage.service.suspended == set()
    assert await suspended_at(stage, user_id) is None
    assert (await audited(stage.database))[1:] == ["user.suspend", "user.unsuspend"]


async def test_letting_in_again_takes_back_what_still_waits_to_be_suspended(stage: Stage) -> None:
    await stage.connect()
    user_id = str(uuid4())
    await stage.play(user_id, "tv", 5)
    await stage.post(f"{USERS}/{user_id}/suspend")
    await stage.post(f"{USERS}/{user_id}/unsuspend")
    await stage.carry_out()
    assert stage.service.seen == ["user.unsuspend"]
    first = await stage.action(kind="suspend_account")
    assert first["reason"] == "key:bootstrap asked for the opposite."


@asynccontextmanager
async def suspending(stage: Stage, user_id: str, *answers: int) -> AsyncGenerator[None]:
    """Have a suspension arrive at the playback service, which answers it last thing."""
    arrived, answered = threading.Event(), threading.Event()

    def hold() -> None:
        arrived.set()
        answered.wait(10)

    await stage.post(f"{USERS}/{user_id}/suspend")
    stage.service.out_of_order, stage.service.on_arrival = list(answers), hold
    sending = asyncio.create_task(stage.carry_out())
    assert await asyncio.to_thread(arrived.wait, 10)
    stage.service.on_arrival = lambda: None
    try:
        yield
    finally:
        answered.set()
        await sending


async def test_letting_in_again_ends_a_suspension_that_is_just_being_refused(stage: Stage) -> None:
    await stage.connect()
    user_id = str(uuid4())
    await stage.play(user_id, "tv", 5)
    async with suspending(stage, user_id, 503):
        await stage.post(f"{USERS}/{user_id}/unsuspend")
    await stage.carry_out()
    stage.clock.pass_seconds(3600)
    assert await stage.carry_out() == []
    assert (stage.service.seen, stage.service.suspended) == (["user.unsuspend"], set())
    assert (await stage.action(kind="suspend_account"))["state"] == "withdrawn"


async def test_letting_in_again_waits_for_a_suspension_that_is_just_being_done(
    stage: Stage,
) -> None:
    await stage.connect()
    user_id = str(uuid4())
    await stage.play(user_id, "tv", 5)
    async with suspending(stage, user_id):
        await stage.post(f"{USERS}/{user_id}/unsuspend")
        assert await stage.carry_out() == [None]
    assert stage.service.suspended == {user_id}
    stage.clock.pass_seconds(6)
    await stage.carry_out()
    assert stage.service.seen == ["user.suspend", "user.unsuspend"]
    assert stage.service.suspended == set()
    assert await suspended_at(stage, user_id) is None


async def test_letting_in_again_ends_a_suspension_whose_sender_was_killed(stage: Stage) -> None:
    await stage.connect()
    user_id = str(uuid4())
    await stage.play(user_id, "tv", 5)
    action_id = UUID((await stage.post(f"{USERS}/{user_id}/suspend"))["id"])
    now = stage.clock()

    async def claim(connection: Connection) -> Claimed | None:
        return await claims.claim(connection, action_id, now=now, lease_until=now + LEASE)

    assert await stage.database.run(claim)
    stage.clock.pass_seconds(61)
    await stage.post(f"{USERS}/{user_id}/unsuspend")
    await stage.carry_out()
    stage.clock.pass_seconds(3600)
    assert await stage.carry_out() == []
    assert stage.service.seen == ["user.unsuspend"]


async def test_without_a_playback_service_nobody_can_be_suspended(stage: Stage) -> None:
    user_id = str(uuid4())
    await stage.play(user_id, "tv", 5)
    await stage.post(f"{USERS}/{user_id}/suspend")
    assert await stage.carry_out() == [Outcome.DEAD]
    assert (await stage.action())["reason"] == (
        "No playback service is connected, and only one can suspend accounts."
    )


async def test_who_is_unknown_cannot_be_suspended(stage: Stage) -> None:
    answer = await stage.post(f"{USERS}/{uuid4()}/suspend", 404)
    assert answer["code"] == "user_not_found"
