"""Where the links in alerts lead: to pages of the dashboard, which a person can open."""

import pytest

from shared.settings import Settings
from tests.integration.actions.stage import Stage
from tests.integration.api.scenes import VIOLATIONS, read

HOME = "https://stats.example.org"
APPROVALS = f"{HOME}/sharing/approvals"


@pytest.fixture
def settings(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("ANALYTICS_PUBLIC_URL", f"{HOME}/")
    return settings.model_copy(update={"analytics_public_url": f"{HOME}/"})


async def links(stage: Stage) -> dict[str, str]:
    """Return the link of each event in the outbox, by its kind."""
    rows = await stage.fetch("SELECT kind, payload FROM outbox")
    return {row["kind"]: row["payload"]["url"] for row in rows}


async def test_the_link_of_a_case_leads_to_its_page(stage: Stage) -> None:
    await stage.rule("warn")
    await stage.two_at_once()
    [case] = (await read(stage.api, VIOLATIONS))["data"]
    assert await links(stage) == {"violation.opened": f"{HOME}/sharing/{case['id']}"}


@pytest.mark.parametrize("target", ["newest", "all"])
async def test_the_link_of_what_waits_leads_to_what_waits(stage: Stage, target: str) -> None:
    ending = {"type": "terminate_stream", "require_approval": True, "target": target}
    await stage.rule(ending)
    await stage.two_at_once()
    assert await links(stage) == {"action.awaiting_approval": APPROVALS}


async def test_the_link_of_what_failed_leads_to_what_failed(stage: Stage) -> None:
    await stage.rule({"type": "terminate_stream"})
    await stage.two_at_once()
    await stage.carry_out()
    assert (await stage.action())["state"] == "failed"
    assert await links(stage) == {"action.failed": f"{APPROVALS}?state=failed"}


async def test_the_link_of_what_had_no_effect_leads_to_what_is_escalated(stage: Stage) -> None:
    await stage.connect()
    await stage.rule({"type": "terminate_stream"})
    await stage.two_at_once()
    stage.service.on_end = lambda _: None
    await stage.carry_out()
    for _ in range(20):
        stage.clock.pass_seconds(5)
        await stage.carry_out()
    assert (await stage.action())["state"] == "escalated"
    assert await links(stage) == {"action.failed": f"{APPROVALS}?state=escalated"}


async def test_the_link_of_what_is_still_tried_leads_to_all_actions(stage: Stage) -> None:
    await stage.connect()
    await stage.rule({"type": "terminate_stream"})
    await stage.two_at_once()
    stage.service.out_of_order = [503] * 3
    for _ in range(3):
        await stage.carry_out()
        stage.clock.pass_seconds(400)
    assert (await stage.action())["state"] == "due"
    assert await links(stage) == {"action.failed": f"{APPROVALS}?state=all"}
