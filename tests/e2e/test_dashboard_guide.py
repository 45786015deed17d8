"""The guide for who begins, in a real browser, with a media server and a recipient of its own."""

from collections.abc import Generator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Stack, running_alone
from tests.e2e.viewers import asking, travel, watching
from tests.integration.actions.media_server import Answers, serving
from tests.integration.notify.recipient import Recipient, listening

SERVERS, CHANNELS = "/api/v1/admin/sources", "/api/v1/notifications/channels"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Generator[Stack]:
    yield from running_alone(tmp_path_factory)


@pytest.fixture
def plex() -> Generator[Answers]:
    """Serve as a Plex server on which nobody plays anything."""
    answers = Answers(("X-Plex-Token", "t0ken"), open_paths=("/identity",))
    answers.known = {
        ("GET", "/identity"): (200, {"MediaContainer": {"machineIdentifier": "attic"}}),
        ("GET", "/"): (200, {"MediaContainer": {"friendlyName": "Attic"}}),
        ("GET", "/status/sessions"): (200, {"MediaContainer": {"size": 0}}),
    }
    with serving(answers):
        yield answers


@pytest.fixture
def recipient() -> Generator[Recipient]:
    with listening() as listener:
        yield listener


@pytest.fixture
def guide(signed_in: Page, stack: Stack) -> Generator[Locator]:
    """Open the guide where nothing is connected yet; leave nothing connected."""
    yield signed_in.get_by_role("region", name="First steps")
    with asking(stack) as api:
        for path in (SERVERS, CHANNELS):
            for each in api.get(path).raise_for_status().json()["data"]:
                api.delete(f"{path}/{each['id']}").raise_for_status()


def test_a_newcomer_is_led_from_nothing_to_a_first_alert(
    guide: Locator, plex: Answers, recipient: Recipient
) -> None:
    server, places, alert = (guide.locator("details").nth(step) for step in range(3))
    expect(places.locator("summary")).to_contain_text("done")
    server.get_by_label("Address", exact=True).fill(plex.url)
    server.get_by_label("Token").fill("t0ken")
    server.get_by_role("button", name="Connect and try").click()
    expect(server.locator("summary")).to_contain_text("done", timeout=40_000)
    alert.get_by_label("Kind").select_option("webhook")
    alert.get_by_label("Name").fill("Doorbell")
    alert.get_by_label("Address", exact=True).fill(recipient.url())
    alert.get_by_label("It is at home").check()
    alert.get_by_role("button", name="Make", exact=True).click()
    alert.get_by_role("button", name="Send a test").click()
    expect(guide).to_contain_text("All is set up")
    assert recipient.received
    guide.page.reload()
    expect(guide.page.get_by_text("Nobody is watching")).to_be_visible()
    expect(guide).to_have_count(0)


def test_the_guide_can_be_put_away_and_found_again_in_the_settings(
    guide: Locator, stack: Stack
) -> None:
    guide.get_by_role("button", name="Put away").click()
    expect(guide).to_have_count(0)
    guide.page.reload()
    expect(guide.page.get_by_text("Nobody is watching")).to_be_visible()
    expect(guide).to_have_count(0)
    guide.page.goto(f"{stack.url}/settings")
    guide.page.get_by_role("link", name="First steps").click()
    expect(guide.locator("details").first).to_contain_text("to do")


def test_who_streams_is_in_sight_however_much_else_there_is_to_say(
    guide: Locator, stack: Stack
) -> None:
    for number in range(4):
        travel(stack, f"0198bbbb-bbbb-7bbb-8bbb-bbbbbbbbbbb{number}", f"Traveller {number}")
    expect(guide.page.get_by_role("link", name="1 more case")).to_be_visible(timeout=30_000)
    expect(guide).to_be_visible()
    with watching(stack, title="First Sight"):
        stream = guide.page.get_by_role("article").filter(has_text="First Sight")
        expect(stream).to_be_in_viewport()
