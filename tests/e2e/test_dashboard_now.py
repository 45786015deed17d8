"""What goes on now, in a real browser: ended by a person, seen over hours, and by the hundred."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Stack, sign_in
from tests.e2e.viewers import asking, tell, watching

CROWD = 300


def test_a_stream_is_ended_with_a_message_and_what_came_of_it_is_told(
    signed_in: Page, stack: Stack
) -> None:
    own = {"user_id": "01986666-6666-7666-8666-666666666666", "user_name": "Zuse"}
    with watching(stack, session_key="to-end", title="Endless", **own):
        stream = signed_in.get_by_role("article").filter(has_text="Endless")
        stream.get_by_role("button", name="End stream: Endless, Zuse").click()
        asked = signed_in.get_by_role("dialog", name="End stream")
        asked.get_by_label("Message").fill("The server goes down for an hour.")
        asked.get_by_role("button", name="End stream").click()
        expect(asked).to_be_hidden()
        told = signed_in.get_by_role("listitem").filter(has_text="Endless · Zuse")
        # Nobody plays it in truth, and so nobody takes the request.
        expect(told).to_contain_text("It was not ended.", timeout=60_000)
        told.get_by_role("button", name="Hide").click()
        expect(told).to_have_count(0)


def test_the_last_hours_show_who_streamed_when_and_the_period_is_an_address(
    signed_in: Page, stack: Stack
) -> None:
    own = {"user_id": "0198aaaa-aaaa-7aaa-8aaa-aaaaaaaaaaaa", "user_name": "Noether"}
    with watching(stack, session_key="hours", title="Long Hours", **own):
        hours = signed_in.get_by_role("region", name="The last hours")
        expect(hours.get_by_role("link", name="Long Hours")).to_be_attached()
        hours.get_by_label("Period").select_option("24 hours")
        expect(signed_in).to_have_url(re.compile("hours=24"))
    signed_in.reload()
    hours.get_by_role("link", name=re.compile("Long Hours.*Transcode")).click()
    expect(signed_in.get_by_role("heading", name="Long Hours")).to_be_visible()


def test_a_stream_goes_on_between_two_reports(signed_in: Page, stack: Stack) -> None:
    with watching(stack, session_key="ticks", title="Ticking"):
        stream = signed_in.get_by_role("article").filter(has_text="Ticking")
        expect(stream.get_by_text("1:04")).to_be_visible()


def test_what_goes_on_is_heard_again_once_the_server_answers_again(
    browser: Browser, stack: Stack
) -> None:
    page = browser.new_page()  # where what is refused may stand in the console
    page.route("**/analytics/live", lambda route: route.fulfill(status=502))
    sign_in(page, stack)
    expect(page.get_by_role("alert")).to_be_visible()
    page.unroute("**/analytics/live")
    with watching(stack, session_key="again", title="Heard Again"):
        expect(page.get_by_role("article").filter(has_text="Heard Again")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    page.close()


def test_who_was_signed_out_meanwhile_is_asked_to_sign_in(browser: Browser, stack: Stack) -> None:
    page = browser.new_page()
    page.route("**/analytics/live", lambda route: route.fulfill(status=502))
    sign_in(page, stack)
    page.wait_for_load_state("networkidle")
    page.context.clear_cookies()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    page.close()


def test_hundreds_of_streams_are_shown_and_each_changes_by_itself(
    signed_in: Page, stack: Stack
) -> None:
    streams = signed_in.get_by_role("listitem").filter(has_text="Film")
    with asking(stack) as api:
        tell(api, crowd("start"))
        try:
            expect(streams).to_have_count(CROWD)
            assert signed_in.get_by_role("article").count() < CROWD  # those in sight are drawn
            farthest = streams.last
            farthest.scroll_into_view_if_needed()
            expect(farthest.get_by_role("article")).to_contain_text("Playing")
            tell(api, crowd("pause"))
            expect(farthest.get_by_role("article")).to_contain_text("Paused")
        finally:
            tell(api, crowd("stop"))
        expect(streams).to_have_count(0)


def crowd(event: str) -> list[dict[str, str]]:
    """Return an event of each stream of a crowd."""
    return [
        {"event": event, "session_key": f"crowd-{number}", "title": f"Film {number}"}
        for number in range(CROWD)
    ]
