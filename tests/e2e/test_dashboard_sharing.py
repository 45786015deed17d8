"""Sharing in a real browser: cases judged, rules tried before they are saved, actions decided."""

import re
from collections.abc import Generator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Stack
from tests.e2e.viewers import ago, asking, tell, travel, wait_until_told, watching

VIOLATIONS = "/api/v1/analytics/violations"
PHONE = (390, 780)
STOCKHOLM, MALMO = "2.64.0.9", "2.65.131.9"
TRAVELLERS = {
    "01987777-0000-7777-8777-000000000001": "Amelia",
    "01987777-0000-7777-8777-000000000002": "Bessie",
}


@pytest.fixture(scope="module")
def cases(stack: Stack) -> None:
    """Have two people at two places at once, and wait until that is found."""
    for user_id, name in TRAVELLERS.items():
        travel(stack, user_id, name)
    with asking(stack) as api:
        for user_id in TRAVELLERS:
            wait_until_told(api, VIOLATIONS, lambda told: told["data"], user_id=user_id)


@pytest.mark.usefixtures("cases")
def test_several_cases_are_judged_at_once_and_that_is_taken_back(
    signed_in: Page, stack: Stack
) -> None:
    signed_in.goto(f"{stack.url}/sharing?user_id={min(TRAVELLERS)}")
    row = signed_in.get_by_role("row").filter(has_text="Amelia")
    expect(row).to_contain_text("New")
    row.get_by_role("checkbox").check()
    signed_in.get_by_role("button", name="Select all that match the filters").click()
    signed_in.get_by_role("button", name="Acknowledge").click()
    expect(signed_in.get_by_text("It would be done to 1 case.")).to_be_visible()
    signed_in.get_by_role("button", name="Do it").click()
    expect(signed_in.get_by_text("Done to 1 case.")).to_be_visible()
    expect(row).to_have_count(0)
    signed_in.get_by_role("button", name="Undo").click()
    expect(signed_in.get_by_text("It was taken back.")).to_be_visible()
    expect(row).to_have_count(1)


@pytest.mark.usefixtures("cases")
def test_a_case_tells_why_on_a_map_and_over_time_and_what_to_do(
    signed_in: Page, stack: Stack
) -> None:
    signed_in.goto(f"{stack.url}/sharing?user_id={max(TRAVELLERS)}")
    signed_in.get_by_role("row").filter(has_text="Bessie").get_by_role("link").first.click()
    why = signed_in.get_by_role("region", name="Why this was flagged")
    drawn = why.get_by_role("region", name="Map")
    expect(drawn.get_by_role("button", name="Madrid, Spain")).to_be_visible()
    expect(drawn.locator("path.arc").first).to_be_attached()
    expect(signed_in.get_by_role("complementary", name="What to do")).to_be_visible()
    at = drawn.get_by_role("button", name="Madrid, Spain").bounding_box()
    drawn.hover(position={"x": 60, "y": 120})
    signed_in.mouse.wheel(0, 10)
    signed_in.wait_for_timeout(200)
    signed_in.evaluate("scrollTo(0, 0)")
    assert drawn.get_by_role("button", name="Madrid, Spain").bounding_box() == at
    expect(why.get_by_role("list", name="London, GB")).to_contain_text("Bessie-device-0")
    expect(why.get_by_role("list", name="Madrid, ES")).to_contain_text("Bessie-device-1")
    todo = signed_in.get_by_role("complementary", name="What to do")
    todo.get_by_text("It is fine, also in future").click()
    todo.get_by_role("button", name="See what it would have silenced").click()
    expect(todo).to_contain_text("It would have silenced 1 case of the past 90 days")
    todo.get_by_role("button", name="Trust it").click()
    expect(todo).to_contain_text("It is trusted from now on.")
    expect(todo).to_contain_text("Dismissed by")


@pytest.mark.usefixtures("cases")
def test_a_case_says_what_to_do_at_once_on_a_telephone_and_beside_why_on_a_desk(
    signed_in: Page, stack: Stack
) -> None:
    width, height = PHONE
    signed_in.set_viewport_size({"width": width, "height": height})
    signed_in.goto(f"{stack.url}/sharing?user_id={min(TRAVELLERS)}")
    signed_in.get_by_role("row").filter(has_text="Amelia").get_by_role("link").first.click()
    for name in ("Acknowledge", "Dismiss as false alarm"):
        assert bottom(signed_in.get_by_role("button", name=name)) < 1.2 * height
    why = signed_in.get_by_role("region", name="Why this was flagged")
    todo = signed_in.get_by_role("complementary", name="What to do")
    assert bottom(todo) < top(why)
    signed_in.set_viewport_size({"width": 1440, "height": 900})
    assert top(todo) == top(why)


def test_a_case_of_a_session_that_changed_its_network_offers_it_once(
    signed_in: Page, stack: Stack
) -> None:
    who = {"user_id": "01987777-0000-7777-8777-000000000011", "user_name": "Selma"}
    rule = {
        "name": "Not from Sweden",
        "type": "geo_restriction",
        "config": {"countries": ["SE"]},
        "scope": {"users": [who["user_id"]]},
    }
    with asking(stack) as api:
        api.post("/api/v1/analytics/rules", json=rule).raise_for_status()
        said = who | {"session_key": "moves", "started_at": ago(30)}
        moves = (("start", STOCKHOLM, 30), ("pause", MALMO, 20), ("stop", MALMO, 10))
        tell(
            api,
            [
                said | {"event": event, "ip_address": address, "event_at": ago(minutes)}
                for event, address, minutes in moves
            ],
        )
        wait_until_told(api, VIOLATIONS, lambda told: told["data"], user_id=who["user_id"])
    signed_in.goto(f"{stack.url}/sharing?user_id={who['user_id']}")
    signed_in.get_by_role("row").filter(has_text="Selma").get_by_role("link").first.click()
    why = signed_in.get_by_role("region", name="Why this was flagged")
    expect(why.get_by_role("list", name="Evidence").get_by_role("listitem")).to_have_count(2)
    signed_in.get_by_text("It is fine, also in future").click()
    expect(signed_in.get_by_role("form", name="Trust")).to_be_visible()
    expect(signed_in.get_by_label("Of which stream")).to_have_count(0)


@pytest.mark.usefixtures("cases")
def test_a_rule_is_tried_on_the_past_before_it_is_saved(signed_in: Page, stack: Stack) -> None:
    signed_in.goto(f"{stack.url}/sharing/rules")
    signed_in.get_by_role("link", name="Make a rule").click()
    form = signed_in.get_by_role("form", name="Make a rule")
    form.get_by_label("Kind").first.select_option("device_velocity")
    form.get_by_label("Name").fill("Two places a day")
    form.get_by_label("More than").fill("1")
    form.get_by_role("button", name="Try it on the past").click()
    tried = signed_in.get_by_role("region", name="Try it on the past")
    found = tried.get_by_role("row", name="Amelia Streamed from 2 places")
    expect(found).to_be_visible(timeout=30_000)
    expect(tried.get_by_role("rowheader", name="Amelia-device-1")).to_be_visible()
    expect(signed_in).to_have_url(re.compile("backtest="))
    form.get_by_label("Enabled").uncheck()  # of nobody here is anything to be found by it
    form.get_by_role("button", name="Save").click()
    expect(signed_in.get_by_role("heading", name="Two places a day")).to_be_visible()
    signed_in.get_by_role("link", name="← Rules").click()
    rule = signed_in.get_by_role("row", name="Two places a day More places")
    expect(rule).to_contain_text("Shadow")
    expect(rule).to_contain_text("Disabled")
    rule.get_by_role("button", name="Delete").click()
    rule.get_by_role("button", name="Delete: really?").click()
    expect(rule).to_have_count(0)


def test_what_a_rule_proposes_is_refused_with_a_reason_that_is_kept(
    signed_in: Page, stack: Stack
) -> None:
    user_id = "01987777-0000-7777-8777-000000000009"
    with end_proposed(stack, user_id=user_id, user_name="Valentina"):
        proposed = waiting_for_approval(signed_in, "Valentina")
        proposed.get_by_role("button", name="Refuse").click()
        asked = signed_in.get_by_role("dialog", name="Refuse")
        asked.get_by_label("Why?").fill("She is my sister.")
        asked.get_by_role("button", name="Refuse").click()
        expect(proposed).to_contain_text("Refused")
        expect(proposed).to_contain_text("She is my sister.")
    signed_in.goto(f"{stack.url}/settings/audit")
    noted = signed_in.get_by_role("row").filter(has_text="action.refuse")
    expect(noted).to_contain_text("She is my sister.")


def test_what_a_rule_proposes_is_done_once_somebody_approves(signed_in: Page, stack: Stack) -> None:
    user_id = "01987777-0000-7777-8777-000000000010"
    with end_proposed(stack, user_id=user_id, user_name="Ruth"):
        proposed = waiting_for_approval(signed_in, "Ruth")
        proposed.get_by_role("button", name="Approve").click()
        proposed.get_by_role("button", name="Approve: really?").click()
        expect(proposed).not_to_contain_text("Waits for approval")
        expect(proposed.get_by_role("button", name="Refuse")).to_have_count(0)
    signed_in.goto(f"{stack.url}/settings/audit")
    expect(signed_in.get_by_role("row").filter(has_text="action.approve")).to_be_visible()


def top(shown: Locator) -> float:
    """Return how far something begins below the upper end of its page."""
    return shown.evaluate("(each) => each.getBoundingClientRect().top + scrollY")


def bottom(shown: Locator) -> float:
    """Return how far something ends below the upper end of its page."""
    return shown.evaluate("(each) => each.getBoundingClientRect().bottom + scrollY")


@contextmanager
def end_proposed(stack: Stack, **who: str) -> Generator[None]:
    """Have somebody play two streams under a rule that allows one, until the end of one waits."""
    rule = {
        "name": f"One stream: {who['user_name']}",
        "type": "concurrent_streams",
        "config": {"max_streams": 1, "min_overlap_seconds": 1},
        "scope": {"users": [who["user_id"]]},
        "mode": "live",
        "actions": [{"type": "terminate_stream", "require_approval": True}],
    }
    with (
        watching(stack, **who, session_key=f"{who['user_name']} one", device_id="one") as api,
        watching(stack, **who, session_key=f"{who['user_name']} two", device_id="two"),
    ):
        api.post("/api/v1/analytics/rules", json=rule).raise_for_status()
        waiting = {"user_id": who["user_id"], "state": "awaiting_approval"}
        wait_until_told(api, "/api/v1/analytics/actions", lambda told: told["data"], **waiting)
        yield


def waiting_for_approval(page: Page, name: str) -> Locator:
    """Open what waits for approval; return what is proposed of somebody."""
    page.get_by_role("link", name="Sharing", exact=True).click()
    page.get_by_role("link", name="To approve").click()
    proposed = page.get_by_role("article", name="End the stream").filter(has_text=name)
    expect(proposed).to_contain_text("Waits for approval")
    return proposed
