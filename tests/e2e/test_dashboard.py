"""The dashboard in a real browser, on the stack as `make run` starts it."""

import time

import httpx
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Stack

STREAM = {
    "source": "revenge",
    "session_key": "dashboard",
    "user_id": "01981111-1111-7111-8111-111111111111",
    "user_name": "Ada",
    "content_type": "movie",
    "content_id": "01982222-2222-7222-8222-222222222222",
    "title": "Metropolis",
    "ip_address": "192.168.1.20",
    "stream_type": "transcode",
    "bitrate_kbps": 18000,
    "progress_seconds": 61,
    "duration_seconds": 7200,
}

LONDON, MADRID = "62.252.72.9", "2.138.96.9"


def wait_until_counted(api: httpx.Client) -> None:
    for _ in range(60):
        told = api.get("/api/v1/analytics/stats/plays", params={"window": "day"}).json()
        if told["total"]["sessions"]:
            return
        time.sleep(1)
    raise AssertionError("what plays is not counted within a minute")


def test_who_starts_to_watch_appears_and_who_stops_vanishes(signed_in: Page, stack: Stack) -> None:
    with httpx.Client(base_url=stack.url, headers={"Authorization": f"Bearer {stack.key}"}) as api:
        made = api.post("/api/v1/analytics/sessions", json=STREAM).raise_for_status().json()
        stream = signed_in.get_by_role("article").filter(has_text="Metropolis")
        expect(stream).to_contain_text("Ada")
        expect(stream).to_contain_text("Transcode")
        expect(stream).to_contain_text("18 Mb/s")
        expect(stream).to_contain_text("1:01")
        stopped = api.post(f"/api/v1/analytics/sessions/{made['id']}/stop", json={})
        stopped.raise_for_status()
        expect(stream).to_have_count(0)


def test_a_page_opened_again_is_still_signed_in_until_one_signs_out(signed_in: Page) -> None:
    signed_in.reload()
    signed_in.get_by_role("heading", name="Now").wait_for()
    signed_in.get_by_role("button", name="Sign out").click()
    signed_in.get_by_label("API key").wait_for()


def test_the_language_and_the_theme_are_chosen_once(signed_in: Page) -> None:
    signed_in.get_by_label("Language").select_option("de")
    signed_in.get_by_role("heading", name="Jetzt").wait_for()
    signed_in.get_by_label("Darstellung").select_option("light")
    signed_in.reload()
    signed_in.get_by_role("heading", name="Jetzt").wait_for()
    assert signed_in.evaluate("getComputedStyle(document.body).backgroundColor") == (
        "rgb(244, 246, 248)"
    )


def test_history_is_narrowed_by_words_and_every_view_is_an_address(
    signed_in: Page, stack: Stack
) -> None:
    with httpx.Client(base_url=stack.url, headers={"Authorization": f"Bearer {stack.key}"}) as api:
        for number, title in enumerate(("Nosferatu", "Sunrise")):
            item = f"01982222-2222-7222-8222-22222222220{number}"
            told = STREAM | {"session_key": title, "content_id": item, "title": title}
            made = api.post("/api/v1/analytics/sessions", json=told).raise_for_status().json()
            stopped = api.post(f"/api/v1/analytics/sessions/{made['id']}/stop", json={})
            stopped.raise_for_status()
    signed_in.get_by_role("link", name="History").click()
    signed_in.get_by_role("searchbox").fill("nosf")
    expect(signed_in.get_by_role("row")).to_have_count(2)  # the head and one session
    assert "search=nosf" in signed_in.url
    signed_in.reload()
    signed_in.get_by_role("link", name="Nosferatu").click()
    expect(signed_in.get_by_role("heading", name="Nosferatu")).to_be_visible()
    expect(signed_in.locator(".timeline")).to_contain_text("local network")
    signed_in.go_back()
    expect(signed_in.get_by_role("searchbox")).to_have_value("nosf")


def test_a_case_appears_by_itself_and_is_judged_with_its_evidence_in_view(
    signed_in: Page, stack: Stack
) -> None:
    traveller = "01983333-3333-7333-8333-333333333333"
    with httpx.Client(base_url=stack.url, headers={"Authorization": f"Bearer {stack.key}"}) as api:
        for number, address in enumerate((LONDON, MADRID)):
            told = STREAM | {
                "session_key": f"travel-{number}",
                "user_id": traveller,
                "user_name": "Phileas",
                "device_id": f"device-{number}",
                "ip_address": address,
            }
            made = api.post("/api/v1/analytics/sessions", json=told).raise_for_status().json()
            stopped = api.post(f"/api/v1/analytics/sessions/{made['id']}/stop", json={})
            stopped.raise_for_status()
    case = signed_in.get_by_role("region", name="Sharing").get_by_role("link", name="Phileas")
    case.first.click(timeout=20_000)
    expect(signed_in.locator(".sides").first).to_contain_text("device-0")
    signed_in.get_by_role("button", name="Acknowledge").click()
    expect(signed_in.get_by_text("Acknowledged")).to_be_visible()
    signed_in.get_by_role("button", name="Open again").click()
    expect(signed_in.get_by_role("button", name="Acknowledge")).to_be_visible()


def test_statistics_are_drawn_and_their_period_is_an_address(signed_in: Page, stack: Stack) -> None:
    with httpx.Client(base_url=stack.url, headers={"Authorization": f"Bearer {stack.key}"}) as api:
        made = api.post("/api/v1/analytics/sessions", json=STREAM | {"session_key": "drawn"})
        made.raise_for_status()
        wait_until_counted(api)
        signed_in.goto(f"{stack.url}/statistics?window=week")
        expect(
            signed_in.get_by_role("img", name="Plays over time").locator("canvas")
        ).to_be_visible()
        signed_in.get_by_role("link", name="A year").click()
        expect(signed_in.get_by_role("link", name="A year")).to_have_attribute(
            "aria-current", "true"
        )
        assert signed_in.url.endswith("/statistics?window=year")
        stop = api.post(f"/api/v1/analytics/sessions/{made.json()['id']}/stop", json={})
        stop.raise_for_status()
