"""The pages of people in a real browser."""

import re
from datetime import UTC, datetime
from uuid import UUID

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Stack
from tests.e2e.viewers import LONDON, watch


def watch_in_london(stack: Stack, user_id: UUID, name: str) -> None:
    watch(
        stack,
        session_key=name,
        user_id=str(user_id),
        user_name=name,
        device_id=name,
        device_name="Tablet",
        ip_address=LONDON,
    )


def test_a_person_is_found_and_what_is_known_of_them_read(signed_in: Page, stack: Stack) -> None:
    watch_in_london(stack, UUID("01986666-6666-7666-8666-666666666666"), "Hedy")
    signed_in.get_by_role("link", name="Users").click()
    signed_in.get_by_label("Search people").fill("hed")
    expect(signed_in.get_by_role("row")).to_have_count(2)  # the head and one person
    expect(signed_in).to_have_url(re.compile("search=hed"))
    signed_in.get_by_role("link", name="Hedy").click()
    expect(signed_in).to_have_url(re.compile("/users/01986666-"))
    expect(signed_in.get_by_role("link", name="Metropolis")).to_be_visible()
    tabs = signed_in.get_by_role("navigation", name="Hedy")
    tabs.get_by_role("link", name="Sharing").click()
    expect(signed_in.get_by_text("100 of 100")).to_be_visible()
    tabs.get_by_role("link", name="Year in review").click()
    expect(signed_in.get_by_role("heading", name=str(datetime.now(UTC).year))).to_be_visible()
    tabs.get_by_role("link", name="Devices and networks").click()
    expect(signed_in.get_by_role("row").filter(has_text="Tablet")).to_be_visible()
    network = signed_in.get_by_role("row").filter(has_text="62.252.72.9")
    expect(network).to_contain_text("London")
    network.get_by_role("button", name="Say where it is").click()
    signed_in.get_by_label("City").fill("Leeds")
    signed_in.get_by_role("button", name="Save").click()
    expect(network).to_contain_text("Leeds")
    network.get_by_role("button", name="Forget").click()
    network.get_by_role("button", name="Forget: really?").click()
    expect(network).to_have_count(0)


def test_a_person_is_archived_taken_back_and_erased_only_by_name_which_stays_typed_meanwhile(
    signed_in: Page, stack: Stack
) -> None:
    viewer = UUID("01985555-5555-7555-8555-555555555555")
    watch_in_london(stack, viewer, "Alma")
    signed_in.goto(f"{stack.url}/users/{viewer}/data")
    with signed_in.expect_download() as download:
        signed_in.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == f"user-{viewer}.json"
    signed_in.get_by_label("Streams at once, at most").fill("2")
    signed_in.get_by_role("button", name="Save").click()
    expect(signed_in.get_by_text("Streams at once, at most: 2")).to_be_visible()
    erase = signed_in.get_by_role("button", name="Erase for good")
    expect(erase).to_be_disabled()
    signed_in.get_by_label("Type “Alma” to confirm").fill("Alma")
    signed_in.get_by_role("button", name="Archive").click()
    signed_in.get_by_role("button", name="Archive: really?").click()
    signed_in.get_by_role("button", name="Take back from the archive").click()
    expect(signed_in.get_by_role("button", name="Archive", exact=True)).to_be_visible()
    erase.click()
    expect(signed_in.get_by_text("It is being erased.")).to_be_visible()
