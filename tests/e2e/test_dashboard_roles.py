"""What each role is shown of the dashboard: a request that is refused fails the test as well."""

from collections.abc import Mapping

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Stack, sign_in, sign_out
from tests.e2e.viewers import LONDON, asking, travel, wait_until_told, watching
from tests.e2e.walking import pages, show

INGRID = "01987777-7777-7777-8777-777777777777"
EMAIL = "ingrid@home.arpa"
NOT_ALLOWED = "You may not open this page"


@pytest.fixture(scope="module")
def keys(stack: Stack) -> Mapping[str, str]:
    """Have somebody with an address watch at two places at once; return a key of each role."""
    travel(stack, INGRID, "Ingrid")
    with asking(stack) as api:
        api.put(f"/api/v1/analytics/users/{INGRID}", json={"email": EMAIL}).raise_for_status()
        cases = {"user_id": INGRID}
        wait_until_told(api, "/api/v1/analytics/violations", lambda told: told["data"], **cases)
        return {
            role: api.post(
                "/api/v1/admin/keys", json={"name": role, "role": role, "user_id": INGRID}
            )
            .raise_for_status()
            .json()["key"]
            for role in ("admin", "viewer", "member")
        }


def test_an_administrator_is_shown_all_of_a_person_and_may_act(
    page: Page, stack: Stack, keys: Mapping[str, str]
) -> None:
    sign_in(page, stack, keys["admin"])
    assert {"Now", "Me", "Settings"} < set(menu(page))
    show(page, f"{stack.url}/users/{INGRID}/devices")
    network = page.get_by_role("row").filter(has_text=LONDON)
    expect(network.get_by_role("button", name="Forget")).to_be_visible()
    show(page, f"{stack.url}/sharing?user_id={INGRID}")
    page.get_by_role("row").filter(has_text="Ingrid").get_by_role("link").first.click()
    expect(page.get_by_role("button", name="Acknowledge")).to_be_visible()


def test_a_viewer_is_shown_no_address_anywhere_and_no_act(
    page: Page, stack: Stack, keys: Mapping[str, str]
) -> None:
    sign_in(page, stack, keys["admin"])
    everything = menu(page)
    sign_out(page)
    sign_in(page, stack, keys["viewer"])
    assert menu(page) == [name for name in everything if name != "Settings"]
    for path in pages(page, stack.url).values():
        show(page, stack.url + path)
        said = page.locator("main").inner_text()
        assert (path, LONDON in said, EMAIL in said) == (path, False, False)
    show(page, f"{stack.url}/users/{INGRID}/devices")
    network = page.get_by_role("row").filter(has_text="62.252.72.x")
    expect(network).to_contain_text("London")
    expect(page.get_by_role("button", name="Forget")).to_have_count(0)
    show(page, f"{stack.url}/sharing?user_id={INGRID}")
    page.get_by_role("row").filter(has_text="Ingrid").get_by_role("link").first.click()
    expect(page.locator(".sides").first).to_be_visible()
    todo = page.get_by_role("complementary", name="What to do")
    expect(todo).to_contain_text("It waits for somebody who may judge cases.")
    for act in ("Acknowledge", "Dismiss", "Trust this"):
        expect(page.get_by_role("button", name=act)).to_have_count(0)
    show(page, f"{stack.url}/settings/keys")
    expect(page.get_by_role("heading", name=NOT_ALLOWED)).to_be_visible()


def test_a_member_is_shown_their_own_pages_alone(
    page: Page, stack: Stack, keys: Mapping[str, str]
) -> None:
    with (
        watching(stack, session_key="other", title="Sherlock Jr."),
        watching(stack, session_key="own", user_id=INGRID, user_name="Ingrid", title="Safety Last"),
    ):
        sign_in(page, stack, keys["member"])
        expect(page.get_by_role("article").filter(has_text="Safety Last")).to_be_visible()
        expect(page.get_by_role("article").filter(has_text="Sherlock Jr.")).to_have_count(0)
    assert menu(page) == ["Now", "Me"]
    page.get_by_role("link", name="Me", exact=True).click()
    expect(page.get_by_role("row").filter(has_text="Safety Last")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Sherlock Jr.")).to_have_count(0)
    assert set(pages(page, stack.url)) == {"/", "/me", "/me/review", "/me/data"}
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert INGRID in download.value.path().read_text(encoding="utf-8")
    show(page, f"{stack.url}/users/{INGRID}")
    expect(page.get_by_role("heading", name=NOT_ALLOWED)).to_be_visible()


def menu(page: Page) -> list[str]:
    """Return the names of the pages that the menu leads to."""
    links = page.get_by_role("navigation", name="Menu").get_by_role("link")
    return [name.strip() for name in links.all_inner_texts()]
