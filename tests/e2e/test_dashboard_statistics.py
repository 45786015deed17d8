"""Statistics: each view is an address, told in words beside its chart, and as a file."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Stack
from tests.e2e.viewers import LONDON, asking, tell_of, wait_until_told

COMPATIBILITY = "/api/v1/analytics/stats/compatibility"
VIEWS = ("Transcoding", "Devices", "Bandwidth", "Geography", "Patterns")


@pytest.fixture(scope="module")
def counted(stack: Stack) -> Stack:
    """Return the stack once eight streams in 4K on a box, six of them transcoded, are counted."""
    begun = datetime.now(UTC) - timedelta(hours=1)
    said = {"client_name": "Old box", "resolution": "2160p", "started_at": begun.isoformat()}
    streams = [
        said
        | {"session_key": f"box-{number}", "content_id": f"box-{number}", "ip_address": LONDON}
        | {"user_id": f"box-{number}", "user_name": "Ada" if number else "Chosen"}
        | (
            {"stream_type": "transcode", "transcode_reasons": "VideoCodecNotSupported"}
            if number < 6
            else {"stream_type": "direct_play"}
        )
        for number in range(8)
    ]
    with asking(stack) as api:
        tell_of(api, streams, seconds=1200)
        wait_until_told(
            api,
            COMPATIBILITY,
            lambda told: any(row["key"] == "Old box" for row in told["data"]),
            window="week",
        )
    return stack


@pytest.mark.usefixtures("counted")
def test_how_much_4k_is_transcoded_on_which_player_is_found_in_two_clicks(signed_in: Page) -> None:
    signed_in.get_by_role("link", name="Statistics").click()
    signed_in.get_by_role("link", name="Transcoding").click()
    row = signed_in.get_by_role("row").filter(has_text="Old box")
    expect(row).to_contain_text("2160p")
    expect(row.get_by_role("cell")).to_have_text(["4K (2160p)", "6", "8", "75%"])
    with signed_in.expect_download() as download:
        signed_in.get_by_role("link", name="What is transcoded on which player: CSV").click()
    assert "Old box,resolution,2160p,8,2,6" in download.value.path().read_text(encoding="utf-8")
    with signed_in.expect_download() as download:
        signed_in.get_by_role("link", name="Why it was transcoded: CSV").click()
    assert "VideoCodecNotSupported" in download.value.path().read_text(encoding="utf-8")
    signed_in.get_by_role("link", name="Devices").click()
    expect(signed_in.get_by_role("img", name="How well").locator("canvas").first).to_be_visible()
    signed_in.get_by_text("As a table").click()
    expect(signed_in.get_by_role("row").filter(has_text="Old box").first).to_contain_text("25 %")


def test_each_view_keeps_the_time_and_zone_and_has_its_files(
    signed_in: Page, counted: Stack
) -> None:
    today = datetime.now(UTC).date()
    of = f"from={today - timedelta(days=2)}&to={today + timedelta(days=1)}&tz=Asia%2FKathmandu"
    signed_in.goto(f"{counted.url}/statistics?{of}")
    for view in VIEWS:
        signed_in.get_by_role("navigation", name="Statistics").get_by_role(
            "link", name=view
        ).click()
        expect(signed_in.get_by_role("table").first).to_be_attached()
        path = view.lower().replace("transcoding", "streams")
        expect(signed_in).to_have_url(f"{counted.url}/statistics/{path}?{of}")
        file = signed_in.get_by_role("link", name="CSV").first
        assert "tz=Asia%2FKathmandu" in (file.get_attribute("href") or "")
    expect(signed_in.get_by_label("Time zone")).to_have_value("Asia/Kathmandu")


def test_what_is_narrowed_to_a_person_and_a_kind_is_so_in_every_view(
    signed_in: Page, counted: Stack
) -> None:
    signed_in.goto(f"{counted.url}/statistics/streams?window=week")
    row = signed_in.get_by_role("row").filter(has_text="Direct play")
    expect(row).to_be_visible()
    signed_in.get_by_label("Kind").select_option("movie")
    name = signed_in.get_by_role("combobox", name="Who")
    name.press_sequentially("Chosen")
    option = signed_in.locator("datalist option")
    expect(option).to_have_attribute("value", "Chosen")
    name.fill("Chosen")
    expect(signed_in.get_by_role("button", name="Who: Chosen")).to_be_visible()
    expect(row).to_have_count(0)
    views = signed_in.get_by_role("navigation", name="Statistics")
    views.get_by_role("link", name="Devices").click()
    file = signed_in.get_by_role("link", name="Player: CSV")
    href = file.get_attribute("href") or ""
    assert "users=" in href
    assert "content_types=movie" in href
    signed_in.reload()
    signed_in.get_by_role("button", name="Who: Chosen").click()
    signed_in.get_by_label("Kind").select_option("")
    expect(signed_in).to_have_url(f"{counted.url}/statistics/devices?window=week")


def test_bandwidth_and_places_are_told_apart_as_one_asks(signed_in: Page, counted: Stack) -> None:
    signed_in.goto(f"{counted.url}/statistics/bandwidth?window=week")
    signed_in.get_by_label("Told apart by").select_option("location")
    expect(signed_in.get_by_role("rowheader", name="Internet")).to_be_visible()
    signed_in.goto(f"{counted.url}/statistics/geography?window=week")
    expect(signed_in.get_by_role("rowheader", name="United Kingdom")).to_be_visible()
    signed_in.get_by_role("link", name="Cities").click()
    expect(signed_in.get_by_role("rowheader", name="London")).to_be_visible()
