"""The pages of settings in a real browser."""

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Stack

NOBODY_ANSWERS = "http://127.0.0.1:9"


def test_a_media_server_that_does_not_answer_is_told_so_in_words(
    signed_in: Page, stack: Stack
) -> None:
    signed_in.get_by_role("link", name="Settings").click()
    signed_in.get_by_label("Kind").select_option("jellyfin")
    signed_in.get_by_label("Name").fill("Attic")
    signed_in.get_by_label("Address", exact=True).fill(NOBODY_ANSWERS)
    signed_in.get_by_label("Token").fill("secret")
    signed_in.get_by_role("button", name="Connect and try").click()
    server = signed_in.get_by_role("row").filter(has_text="Attic")
    expect(server).to_contain_text("Does not work", timeout=40_000)
    server.get_by_role("button", name="Disconnect").click()
    server.get_by_role("button", name="Disconnect: really?").click()
    expect(server).to_have_count(0)
    signed_in.goto(f"{stack.url}/settings/audit?action=media_server")
    expect(signed_in.get_by_role("row").filter(has_text="media_server").first).to_be_visible()
    signed_in.get_by_role("button", name="Verify").click()
    expect(signed_in.get_by_text("Intact:")).to_be_visible()


def test_a_key_and_a_webhook_address_are_shown_once_and_revoked(
    signed_in: Page, stack: Stack
) -> None:
    signed_in.goto(f"{stack.url}/settings/keys")
    signed_in.get_by_label("Name").fill("Doorbell")
    signed_in.get_by_role("button", name="Make", exact=True).click()
    expect(signed_in.get_by_label("Doorbell")).not_to_be_empty()
    key = signed_in.get_by_role("row").filter(has_text="Doorbell")
    key.get_by_role("button", name="Revoke").click()
    key.get_by_role("button", name="Revoke: really?").click()
    expect(key).to_contain_text("Revoked")
    signed_in.goto(f"{stack.url}/settings/audit?action=key.create")
    made = signed_in.get_by_role("row").filter(has_text="Doorbell")
    expect(made).to_contain_text("analytics.library.view, analytics.map.view")
    signed_in.goto(f"{stack.url}/settings/webhooks")
    signed_in.get_by_label("Name").fill("Cellar")
    signed_in.get_by_role("button", name="Make", exact=True).click()
    expect(signed_in.get_by_label("Paste this address")).not_to_be_empty()
    expect(signed_in.get_by_text("In Plex Web, as the owner")).to_be_visible()
    signed_in.reload()
    expect(signed_in.get_by_role("row").filter(has_text="Cellar")).to_be_visible()
    expect(signed_in.get_by_label("Paste this address")).to_have_count(0)


def test_fields_beside_each_other_and_their_names_are_equally_high(
    signed_in: Page, stack: Stack
) -> None:
    signed_in.goto(f"{stack.url}/settings/keys")
    fields = [signed_in.get_by_label(name).first for name in ("Name", "Role", "Valid until")]
    boxes = [field.bounding_box() for field in fields]
    assert len({(box["y"], box["height"]) for box in boxes if box}) == 1


def test_a_channel_is_tried_and_what_was_sent_is_listed(signed_in: Page, stack: Stack) -> None:
    signed_in.goto(f"{stack.url}/settings/notifications")
    signed_in.get_by_label("Kind").select_option("webhook")
    signed_in.get_by_label("Name").fill("Bell")
    signed_in.get_by_label("Address", exact=True).fill(f"{NOBODY_ANSWERS}/bell")
    signed_in.get_by_label("It is at home").check()
    signed_in.get_by_role("button", name="Make", exact=True).click()
    expect(signed_in.get_by_label("Secret that messages are signed with")).not_to_be_empty()
    channel = signed_in.get_by_role("row").filter(has_text="Bell")
    channel.get_by_role("button", name="Send a test").click()
    expect(signed_in.get_by_role("row").filter(has_text="test").last).to_be_visible()
    signed_in.goto(f"{stack.url}/settings/system")
    expect(signed_in.get_by_role("heading", name="Jobs")).to_be_visible()
    signed_in.goto(f"{stack.url}/settings/in-force")
    expect(signed_in.get_by_role("row").filter(has_text="ANALYTICS_PUBLIC_URL")).to_be_visible()
