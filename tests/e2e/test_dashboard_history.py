"""The history: narrowed, kept as a view, with other columns, by plays, as a file, and deleted."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Stack
from tests.e2e.viewers import (
    LONDON,
    MADRID,
    SESSIONS,
    STREAM,
    ago,
    asking,
    tell,
    tell_of,
    wait_until_told,
    watch,
)

PLAYS = "/api/v1/analytics/plays"


def resume(stack: Stack, content_id: str, title: str) -> None:
    """Have somebody watch a film in two parts."""
    begun = {"content_id": content_id, "title": title, "user_id": content_id, "user_name": "Orlok"}
    with asking(stack) as api:
        for part, (start, end, position) in enumerate(((90, 70, 1200), (60, 40, 2400))):
            told = {"started_at": ago(start), "event_at": ago(start)}
            said = STREAM | begun | told | {"session_key": f"{title}-{part}"}
            said["progress_seconds"] = 1200 * part
            made = api.post(SESSIONS, json=said).raise_for_status().json()
            ended = {"progress_seconds": position, "event_at": ago(end)}
            api.post(f"{SESSIONS}/{made['id']}/stop", json=ended).raise_for_status()
        wait_until_told(
            api, PLAYS, lambda told: len(told["data"][0]["parts"]) == 2, user_id=content_id
        )


def test_history_is_narrowed_kept_as_a_view_and_shown_with_other_columns(
    signed_in: Page, stack: Stack
) -> None:
    for number, decision in enumerate(("direct_play", "transcode")):
        item = f"01982222-2222-7222-8222-22222222221{number}"
        watch(stack, session_key=item, content_id=item, title="Häxan", stream_type=decision)
    signed_in.goto(f"{stack.url}/history?search=h%C3%A4xan")
    rows = signed_in.get_by_role("row")
    expect(rows).to_have_count(3)  # the head, and two sessions
    signed_in.get_by_role("combobox", name="Delivery").select_option("transcode")
    expect(rows).to_have_count(2)
    signed_in.get_by_text("More filters").click()
    signed_in.get_by_label("Address or network").fill("192.168.0.0/16")
    signed_in.wait_for_url("**network=192.168.0.0%2F16**")
    expect(rows).to_have_count(2)

    signed_in.get_by_text("Views").click()
    signed_in.get_by_label("Name of this view").fill("Witches")
    signed_in.get_by_role("button", name="Save").click()
    signed_in.get_by_text("Columns", exact=True).click()
    signed_in.get_by_role("checkbox", name="Address").check()
    signed_in.goto(f"{stack.url}/history")
    expect(signed_in.get_by_role("columnheader", name="Address")).to_be_visible()
    signed_in.get_by_text("Views").click()
    signed_in.get_by_role("link", name="Witches").click()
    expect(rows).to_have_count(2)
    expect(signed_in).to_have_url(re.compile("stream_type=transcode"))


def test_a_film_in_two_evenings_is_one_play_a_line_of_its_file_and_deleted_with_both(
    signed_in: Page, stack: Stack
) -> None:
    person = "01981111-1111-7111-8111-111111111199"
    resume(stack, person, "Nosferatu in two evenings")
    signed_in.goto(f"{stack.url}/history?user_id={person}")
    rows = signed_in.get_by_role("row")
    expect(rows).to_have_count(3)
    signed_in.get_by_role("link", name="Plays").click()
    expect(rows).to_have_count(2)
    signed_in.get_by_text("2 sessions").click()
    expect(rows.get_by_role("listitem")).to_have_count(2)
    with signed_in.expect_download() as download:
        signed_in.get_by_role("link", name="CSV").click()
    assert len(download.value.path().read_text("utf-8").splitlines()) == 2

    signed_in.get_by_role("button", name="Choose").click()
    signed_in.get_by_role("checkbox", name="Nosferatu").check()
    signed_in.get_by_role("button", name="Delete 2 chosen").click()
    signed_in.get_by_role("button", name="really?").click()
    expect(signed_in.get_by_text("2 sessions deleted.")).to_be_visible()
    expect(signed_in.get_by_role("heading", name="Nothing found")).to_be_visible()


def test_a_session_that_was_at_two_places_at_one_instant_is_shown(
    signed_in: Page, stack: Stack
) -> None:
    person, began = "01981111-1111-7111-8111-111111111197", ago(30)
    said = {"session_key": "instant", "user_id": person, "title": "Vampyr", "started_at": began}
    with asking(stack) as api:
        for event, at, address in (
            ("start", began, LONDON),
            ("pause", began, MADRID),
            ("stop", ago(10), MADRID),
        ):
            tell(api, [said | {"event": event, "event_at": at, "ip_address": address}])
    signed_in.goto(f"{stack.url}/history?user_id={person}")
    signed_in.get_by_role("link", name="Vampyr").click()
    shown = signed_in.locator(".timeline")
    expect(shown).to_contain_text("London")
    expect(shown).to_contain_text("Madrid")


def test_a_long_history_is_walked_to_its_end_with_few_rows_at_a_time(
    signed_in: Page, stack: Stack
) -> None:
    person = "01981111-1111-7111-8111-111111111198"
    streams = [
        {"session_key": f"long-{number}", "user_id": person}
        | {"content_id": f"long-{number}", "started_at": ago(number)}
        for number in range(1, 601)
    ]
    with asking(stack) as api:
        tell_of(api, streams)
    signed_in.goto(f"{stack.url}/history?user_id={person}")
    table = signed_in.get_by_role("table")
    table.wait_for()
    # The end moves as pages come, and a row of it may be there and be left out at once: what is
    # seen is asked of the page in one go.
    while not signed_in.evaluate(
        """() => {
          const last = document.querySelector("tr[aria-rowindex='601']");
          return last !== null && last.getBoundingClientRect().top < innerHeight;
        }"""
    ):
        signed_in.keyboard.press("End")
        signed_in.wait_for_timeout(50)
    assert table.get_attribute("aria-rowcount") == "601"
    signed_in.wait_for_timeout(500)
    assert signed_in.locator("tr:not([aria-hidden])").count() < 200
    # What is away is one room, however many rows it stands for; they are there when one comes to them.
    expect(signed_in.locator("tr[aria-hidden]")).to_have_count(1)
    signed_in.evaluate("scrollTo(0, document.documentElement.scrollHeight / 2)")
    expect(signed_in.locator("tr[aria-rowindex='301']")).to_be_in_viewport()
    expect(signed_in.locator("tr[aria-hidden]")).to_have_count(2)
    signed_in.keyboard.press("Home")
    expect(signed_in.locator("tr[aria-rowindex='2']")).to_be_in_viewport()
    expect(signed_in.locator("tr[aria-hidden]")).to_have_count(1)
    # On a wall the end of a page may stay in sight: the next is read all the same.
    signed_in.set_viewport_size({"width": 2000, "height": 12_000})
    signed_in.reload()
    expect(signed_in.locator("tr[aria-rowindex='202']")).to_be_attached()
