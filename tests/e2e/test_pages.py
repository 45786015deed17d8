"""The api's pages in a real browser: they work, and ask nobody else for anything."""

import json

from playwright.sync_api import Page

from tests.e2e.conftest import Stack


def test_the_root_leads_to_the_documentation(page: Page, stack: Stack) -> None:
    page.goto(stack.url)
    page.get_by_role("link", name="API documentation").click()
    page.get_by_text("List the sessions that go on").wait_for()


def test_a_request_can_be_tried_with_a_key(page: Page, stack: Stack) -> None:
    page.goto(f"{stack.url}/docs")
    page.get_by_role("button", name="Authorize").click()
    page.get_by_label("auth-bearer-value").first.fill(stack.key)
    page.get_by_role("button", name="Apply credentials").first.click()
    page.locator(".btn-done").first.click()
    operation = page.locator(".opblock", has_text="List the sessions that go on")
    operation.locator(".opblock-summary").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    operation.locator(".live-responses-table").get_by_text("200", exact=True).first.wait_for()


ASK = """async ([method, path, body, csrf]) => {
  const headers = {"Content-Type": "application/json", ...(csrf ? {"X-Analytics-CSRF": "1"} : {})};
  const answer = await fetch(path, {method, headers, body});
  return (await answer.text()) || String(answer.status);
}"""


def test_a_browser_signs_in_once_and_no_script_of_a_page_reads_how(
    page: Page, stack: Stack
) -> None:
    page.goto(stack.url)
    credential = json.dumps({"credential": stack.key})
    assert "expires_at" in page.evaluate(ASK, ["POST", "/api/v1/session", credential, False])
    assert page.evaluate("document.cookie") == ""
    made = page.evaluate(
        ASK, ["POST", "/api/v1/admin/keys", '{"name": "tv", "role": "viewer"}', True]
    )
    assert json.loads(made)["name"] == "tv"
    assert page.evaluate(ASK, ["DELETE", "/api/v1/session", None, True]) == "204"
    assert page.context.cookies() == []


def test_the_reference_can_be_read_and_searched(page: Page, stack: Stack) -> None:
    page.goto(f"{stack.url}/redoc")
    page.get_by_role("heading", name="Revenge Analytics").wait_for()
    page.get_by_placeholder("Search...").fill("secret")
    page.get_by_role("search").get_by_text("Give an API key another secret").first.wait_for()
