"""The map of the dashboard in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Stack
from tests.e2e.viewers import travel

TOURIST = "01984444-4444-7444-8444-444444444444"


@pytest.fixture(scope="module")
def journey(stack: Stack) -> None:
    """Have one person at two places at once."""
    travel(stack, TOURIST, "Jeanne")


@pytest.mark.usefixtures("journey")
def test_places_are_drawn_and_listed_and_a_line_between_two_leads_to_its_case(
    signed_in: Page,
) -> None:
    signed_in.get_by_role("link", name="Map").click()
    listed = signed_in.get_by_role("region", name="Places")
    expect(listed).to_contain_text("London, United Kingdom")
    drawn = signed_in.get_by_role("region", name="Map")
    expect(drawn.locator("path.country").first).to_be_attached()
    expect(drawn.get_by_role("button", name="Madrid, Spain")).to_be_visible()
    expect(drawn.locator("path.arc").first).to_be_attached()
    expect(listed.get_by_role("link", name="Streamed from London").first).to_be_visible()
    drawn.locator("path.arc").first.dispatch_event("click")
    expect(signed_in.get_by_role("button", name="Acknowledge")).to_be_visible()
    expect(signed_in).to_have_url(re.compile("/sharing/."))


@pytest.mark.usefixtures("journey")
def test_what_the_map_shows_is_an_address(signed_in: Page, stack: Stack) -> None:
    signed_in.goto(f"{stack.url}/map?at=6/40.4/-3.7&user_id={TOURIST}")
    listed = signed_in.get_by_role("region", name="Places")
    expect(listed).to_contain_text("Madrid, Spain")
    expect(listed.get_by_role("listitem").filter(has_text="London, United")).to_have_count(0)
    signed_in.get_by_label("Kind").select_option("music_track")
    expect(listed).to_contain_text("Nothing played here")
    expect(signed_in).to_have_url(re.compile("content_type=music_track"))
    expect(signed_in).to_have_url(re.compile("at=6"))


@pytest.mark.usefixtures("journey")
def test_one_walks_through_a_period_by_keyboard_and_sees_where_most_is_played(
    signed_in: Page, stack: Stack
) -> None:
    signed_in.goto(f"{stack.url}/map?period=day&user_id={TOURIST}")
    listed = signed_in.get_by_role("region", name="Places")
    expect(listed).to_contain_text("Madrid, Spain")
    slider = signed_in.get_by_role("slider", name="Walk through the period")
    slider.press("ArrowRight")  # the first hour, a day ago
    expect(listed).to_contain_text("Nothing played here")
    expect(signed_in).to_have_url(re.compile("step=1"))
    slider.press("Home")
    expect(listed).to_contain_text("Madrid, Spain")
    signed_in.get_by_label("Heat").check()
    drawn = signed_in.get_by_role("region", name="Map")
    expect(drawn.get_by_role("button", name="Madrid, Spain")).to_have_class(re.compile(r"\bheat\b"))
    expect(signed_in).to_have_url(re.compile("heat=true"))
