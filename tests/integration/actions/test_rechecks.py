"""What is asked for is looked at again just before it is done, and withdrawn if it is not so."""

from collections.abc import Awaitable, Callable

import pytest

from tests.integration.actions.stage import Stage
from tests.integration.api.scenes import RULES, VIOLATIONS, read, tell

NEWEST = {"type": "terminate_stream", "target": "newest", "delay_seconds": 60}

TRUSTED = "/api/v1/analytics/trusted-entries"

Change = Callable[[Stage, str, str, str], Awaitable[object]]


async def judged(stage: Stage, way: str) -> None:
    [case] = (await read(stage.api, VIOLATIONS))["data"]
    await stage.put(f"{VIOLATIONS}/{case['id']}/{way}")


async def change_rule(stage: Stage, **said: object) -> None:
    rule = next(r for r in (await read(stage.api, RULES))["data"] if r["enabled"])
    answer = await stage.api.call("PATCH", f"{RULES}/{rule['id']}", json=said)
    assert answer.status_code == 200, answer.text


async def dismissed(stage: Stage, *_: str) -> None:
    await judged(stage, "dismiss")


async def acknowledged(stage: Stage, *_: str) -> None:
    await judged(stage, "acknowledge")


async def ended(stage: Stage, user_id: str, first: str, second: str) -> None:
    del user_id, first
    await stage.end(second)


async def trusted(stage: Stage, user_id: str, *_: str) -> None:
    wanted = {"what": {"kind": "user"}, "user_id": user_id}
    await stage.post(TRUSTED, 201, json=wanted)


async def device_trusted(stage: Stage, user_id: str, *_: str) -> None:
    wanted = {"what": {"kind": "device", "device_id": "tv"}, "user_id": user_id}
    await stage.post(TRUSTED, 201, json=wanted)


async def other_ended(stage: Stage, user_id: str, first: str, second: str) -> None:
    del user_id, second
    await stage.end(first)


async def other_paused(stage: Stage, user_id: str, first: str, second: str) -> None:
    del user_id, second
    await tell(stage.ingest, first, state="paused")


async def rule_disabled(stage: Stage, *_: str) -> None:
    await change_rule(stage, enabled=False)


async def rule_in_shadow(stage: Stage, *_: str) -> None:
    await change_rule(stage, mode="shadow")


async def rule_laxer(stage: Stage, *_: str) -> None:
    await change_rule(stage, config={"max_streams": 2})


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (dismissed, "The violation was dismissed."),
        (acknowledged, "The violation was acknowledged."),
        (ended, "The stream ended by itself."),
        (trusted, "The person is trusted by now."),
        (device_trusted, "Looked at again, what was found is not there any more."),
        (other_ended, "No more streams are playing by now than are allowed."),
        (other_paused, "No more streams are playing by now than are allowed."),
        (rule_disabled, "The rule is no longer in force."),
        (rule_in_shadow, "The rule is no longer in force."),
        (rule_laxer, "Looked at again, what was found is not there any more."),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
async def test_an_action_that_is_called_for_no_more_is_withdrawn_with_the_reason(
    stage: Stage, change: Change, reason: str
) -> None:
    await stage.connect()
    await stage.rule(NEWEST)
    user_id, first, second = await stage.two_at_once()
    await change(stage, user_id, first, second)
    stage.clock.pass_seconds(61)
    assert set(await stage.carry_out()) <= {None}
    action = await stage.action()
    assert (action["state"], action["reason"], action["attempts"]) == ("withdrawn", reason, 0)
    assert action["finished_at"] is not None
    assert stage.service.seen == []


async def test_an_action_that_is_still_called_for_is_carried_out_after_its_delay(
    stage: Stage,
) -> None:
    await stage.connect()
    await stage.rule(NEWEST)
    await stage.two_at_once()
    stage.clock.pass_seconds(61)
    await stage.carry_out()
    assert stage.service.seen == ["session.terminate"]


async def test_an_action_whose_attempts_fail_is_looked_at_before_each(stage: Stage) -> None:
    await stage.connect()
    await stage.rule(NEWEST | {"delay_seconds": 0})
    user_id, first, second = await stage.two_at_once()
    stage.service.out_of_order = [500]
    await stage.carry_out()
    await trusted(stage, user_id, first, second)
    stage.clock.pass_seconds(7)
    await stage.carry_out()
    assert (await stage.action())["reason"] == "The person is trusted by now."
    assert stage.service.seen == []
