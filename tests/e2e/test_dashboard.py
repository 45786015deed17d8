"""The dashboard in a real browser, on the stack as `make run` starts it."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Stack, sign_in, sign_out
from tests.e2e.viewers import travel, wait_until_told, watch, watching

DARK, LIGHT = "rgb(14, 18, 23)", "rgb(244, 246, 248)"


def test_who_starts_to_watch_appears_and_who_stops_vanishes(signed_in: Page, stack: Stack) -> None:
    with watching(stack):
        stream = signed_in.get_by_role("article").filter(has_text="Metropolis")
        expect(stream).to_contain_text("Ada")
        expect(stream).to_contain_text("Transcode")
        expect(stream).to_contain_text("18 Mb/s")
        expect(stream).to_contain_text(re.compile(r"1:\d\d"))
    expect(stream).to_have_count(0)


def test_a_page_opened_again_is_still_signed_in_until_one_signs_out(signed_in: Page) -> None:
    signed_in.reload()
    signed_in.get_by_role("heading", name="Now").wait_for()
    sign_out(signed_in)


def test_who_could_not_be_signed_out_is_told_so_and_stays(browser: Browser, stack: Stack) -> None:
    page = browser.new_page()  # where what is refused may stand in the console
    sign_in(page, stack)
    page.route("**/api/v1/session", lambda route: route.fulfill(status=503))
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("heading", name="Now")).to_be_visible()
    page.unroute("**/api/v1/session")
    sign_out(page)
    page.close()


def test_the_language_and_the_theme_are_chosen_once(signed_in: Page) -> None:
    signed_in.get_by_label("Language").select_option("de")
    signed_in.get_by_role("heading", name="Jetzt").wait_for()
    signed_in.get_by_label("Darstellung").select_option("light")
    signed_in.reload()
    signed_in.get_by_role("heading", name="Jetzt").wait_for()
    expect(signed_in.locator("body")).to_have_css("background-color", LIGHT)


def test_the_theme_of_the_system_is_followed_as_it_changes(signed_in: Page) -> None:
    signed_in.emulate_media(color_scheme="light")
    expect(signed_in.locator("body")).to_have_css("background-color", LIGHT)
    signed_in.emulate_media(color_scheme="dark")
    expect(signed_in.locator("body")).to_have_css("background-color", DARK)


def test_history_is_narrowed_by_words_and_every_view_is_an_address(
    signed_in: Page, stack: Stack
) -> None:
    for number, title in enumerate(("Nosferatu", "Sunrise")):
        item = f"01982222-2222-7222-8222-22222222220{number}"
        watch(stack, session_key=title, content_id=item, title=title)
    signed_in.get_by_role("link", name="History").click()
    signed_in.get_by_role("searchbox").fill("nosf")
    expect(signed_in.get_by_role("row")).to_have_count(2)  # the head and one session
    expect(signed_in).to_have_url(re.compile("search=nosf"))
    signed_in.reload()
    signed_in.get_by_role("link", name="Nosferatu").click()
    expect(signed_in.get_by_role("heading", name="Nosferatu")).to_be_visible()
    expect(signed_in.locator(".timeline")).to_contain_text("local network")
    signed_in.go_back()
    expect(signed_in.get_by_role("searchbox")).to_have_value("nosf")


def test_a_case_appears_by_itself_and_is_judged_with_its_evidence_in_view(
    signed_in: Page, stack: Stack
) -> None:
    travel(stack, "01983333-3333-7333-8333-333333333333", "Phileas")
    case = signed_in.get_by_role("region", name="Sharing").get_by_role("link", name="Phileas")
    case.first.click(timeout=20_000)
    expect(signed_in.locator(".sides").first).to_contain_text("device-0")
    signed_in.get_by_role("button", name="Acknowledge").click()
    expect(signed_in.get_by_text("Acknowledged by")).to_be_visible()
    signed_in.get_by_role("button", name="Open again").click()
    expect(signed_in.get_by_role("button", name="Acknowledge")).to_be_visible()


def test_statistics_are_drawn_and_their_period_is_an_address(signed_in: Page, stack: Stack) -> None:
    with watching(stack, session_key="drawn") as api:
        counted = "/api/v1/analytics/stats/plays"
        wait_until_told(api, counted, lambda told: told["total"]["sessions"], window="day")
        signed_in.goto(f"{stack.url}/statistics?window=week")
        expect(
            signed_in.get_by_role("img", name="Plays over time").locator("canvas")
        ).to_be_visible()
        signed_in.get_by_role("link", name="A year").click()
        expect(signed_in.get_by_role("link", name="A year")).to_have_attribute(
            "aria-current", "true"
        )
        expect(signed_in).to_have_url(f"{stack.url}/statistics?window=year")
