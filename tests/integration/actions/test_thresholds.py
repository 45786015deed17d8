"""Thresholds of trust: each fires once on the way down, and does what it is named for."""

from uuid import UUID, uuid4

import pytest

from shared.clock import utc_now
from shared.domain.trust import penalty
from shared.services import trust
from shared.settings import Settings
from shared.store.database import Connection
from tests.integration.actions.stage import ACTIONS, Stage
from tests.integration.api.scenes import TRUST, VIOLATIONS, read

ON = {"analytics_trust_terminate_enabled": True, "analytics_trust_suspend_enabled": True}


@pytest.fixture(autouse=True)
def all_thresholds_on(functions: object, monkeypatch: pytest.MonkeyPatch) -> None:
    del functions  # which takes away what is set before
    for name in ON:
        monkeypatch.setenv(name.upper(), "true")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return Settings.model_validate(dict(settings) | ON)


async def lose(stage: Stage, user_id: str, points: int) -> None:
    """Let a person have lost points before."""

    async def charge(connection: Connection) -> None:
        for _ in range(points // 5):
            entry = penalty(4, case_id=uuid4(), at=utc_now(), reason="before")
            await trust.charge(connection, UUID(user_id), entry, stage.settings, utc_now())

    await stage.database.run(charge)


async def test_falling_low_ends_all_streams_and_lower_suspends_once_somebody_approves(
    stage: Stage,
) -> None:
    await stage.connect()
    await stage.rule("warn", severity=1)
    user_id = str(uuid4())
    streams = {await stage.play(user_id, device, 5) for device in ("tv", "phone")}
    await lose(stage, user_id, 35)
    await stage.look()
    waiting = await stage.actions()
    assert {a["session_id"] for a in waiting} == streams
    assert {(a["state"], a["threshold"], a["requested_by"]) for a in waiting} == {
        ("awaiting_approval", "terminate", "trust")
    }
    assert (await stage.events()).count("trust.low") == 2  # 70 before, and 40 now
    await stage.put(f"{ACTIONS}/{waiting[0]['id']}/approve")
    await stage.carry_out()
    assert stage.service.seen == ["session.terminate"]


async def test_a_deep_fall_fires_every_threshold_it_passes(stage: Stage) -> None:
    await stage.connect()
    await stage.rule(severity=1)
    user_id = str(uuid4())
    await stage.play(user_id, "tv", 10)
    await stage.play(user_id, "phone", 5)
    await lose(stage, user_id, 55)
    await stage.look()
    assert (await read(stage.api, f"{TRUST}/{user_id}"))["score"] == 15
    assert {a["threshold"] for a in await stage.actions()} == {"terminate", "suspend"}
    suspension = await stage.action(kind="suspend_account")
    await stage.put(f"{ACTIONS}/{suspension['id']}/approve")
    await stage.carry_out()
    assert stage.service.suspended == {user_id}


async def test_trust_that_came_back_withdraws_what_its_fall_asked_for(stage: Stage) -> None:
    await stage.connect()
    await stage.rule(severity=1)
    user_id = str(uuid4())
    await stage.play(user_id, "tv", 10)
    await stage.play(user_id, "phone", 5)
    await lose(stage, user_id, 50)
    await stage.look()
    waiting = await stage.actions(kind="suspend_account")
    await stage.put(f"{TRUST}/{user_id}/reset", json={"reason": "talked"})
    await stage.put(f"{ACTIONS}/{waiting[0]['id']}/approve")
    await stage.carry_out()
    [action] = await stage.actions(kind="suspend_account")
    assert action["reason"] == "Trust has come back, or the threshold was changed."
    assert stage.service.seen == []


async def test_a_dismissed_case_lifts_the_suspension_of_the_threshold_it_crossed(
    stage: Stage,
) -> None:
    await stage.connect()
    await stage.rule(severity=1)
    user_id = str(uuid4())
    await stage.play(user_id, "tv", 10)
    await stage.play(user_id, "phone", 5)
    await lose(stage, user_id, 55)
    await stage.look()
    suspension = await stage.action(kind="suspend_account")
    await stage.put(f"{ACTIONS}/{suspension['id']}/approve")
    await stage.carry_out()
    assert stage.service.suspended == {user_id}
    [case] = (await read(stage.api, VIOLATIONS))["data"]
    await stage.put(f"{VIOLATIONS}/{case['id']}/dismiss")
    await stage.carry_out()
    assert stage.service.suspended == set()
    assert (await read(stage.api, f"{TRUST}/{user_id}"))["score"] == 45
