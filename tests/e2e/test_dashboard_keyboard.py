"""The dashboard without a mouse, and for whom movement troubles, in a real browser."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import Stack
from tests.e2e.viewers import asking


def test_one_skips_the_menu_and_sees_where_one_is(signed_in: Page) -> None:
    signed_in.reload()
    signed_in.get_by_role("heading", name="Now").wait_for()
    signed_in.keyboard.press("Tab")
    skip = signed_in.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    assert signed_in.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    signed_in.keyboard.press("Enter")
    expect(signed_in.locator("main")).to_be_focused()
    expect(signed_in.get_by_role("heading", name="Now")).to_be_visible()


def test_what_was_chosen_in_the_menu_has_the_focus(signed_in: Page) -> None:
    signed_in.get_by_role("link", name="History").press("Enter")
    expect(signed_in).to_have_title("History · Revenge Analytics")
    expect(signed_in.locator("main")).to_be_focused()
    signed_in.go_back()
    expect(signed_in).to_have_title("Now · Revenge Analytics")
    expect(signed_in.locator("main")).to_be_focused()


def test_within_a_page_the_focus_stays_where_its_views_are_chosen(signed_in: Page) -> None:
    signed_in.get_by_role("link", name="Settings").press("Enter")
    keys = signed_in.get_by_role("link", name="API keys")
    keys.press("Enter")
    expect(keys).to_have_attribute("aria-current", "page")
    expect(keys).to_be_focused()


def test_a_question_whether_one_means_it_takes_the_focus_and_gives_it_back(
    signed_in: Page, stack: Stack
) -> None:
    with asking(stack) as api:
        made = {"name": "Porch", "role": "viewer"}
        api.post("/api/v1/admin/keys", json=made).raise_for_status()
    signed_in.goto(f"{stack.url}/settings/keys")
    key = signed_in.get_by_role("row").filter(has_text="Porch")
    key.get_by_role("button", name="Revoke").press("Enter")
    expect(key.get_by_role("button", name="Revoke: really?")).to_be_focused()
    signed_in.keyboard.press("Escape")
    expect(key.get_by_role("button", name="Revoke", exact=True)).to_be_focused()


@pytest.mark.parametrize(("wish", "moves"), [("no-preference", True), ("reduce", False)])
def test_nothing_moves_for_whom_that_troubles(
    signed_in: Page, stack: Stack, wish: str, *, moves: bool
) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    signed_in.emulate_media(reduced_motion="reduce" if wish == "reduce" else "no-preference")
    signed_in.route("**/api/v1/analytics/sessions?*", hold)
    signed_in.goto(f"{stack.url}/history")
    signed_in.locator(".skeleton").wait_for()
    assert (signed_in.evaluate("document.getAnimations().length") > 0) is moves
    for route in held:
        route.continue_()
