"""What the dashboard shows of libraries, in a real browser."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Stack
from tests.e2e.household import learn
from tests.e2e.viewers import asking, wait_until_told

GB = 10**9


@pytest.fixture(scope="module")
def films(stack: Stack) -> None:
    """Tell of a library with a film in two qualities and one that has no file."""
    files = [
        {"id": "1", "path": "/films/harbour-uhd.mkv", "size_bytes": 30 * GB, "resolution": "2160p"},
        {"id": "2", "path": "/films/harbour.mkv", "size_bytes": 4 * GB, "resolution": "1080p"},
    ]
    harbour = {
        "id": "m1",
        "content_type": "movie",
        "title": "The Third Harbour",
        "year": 1998,
        "added_at": "2026-01-01T00:00:00Z",
        "tmdb_id": "1",
    }
    told = [
        harbour | {"files": [file | {"duration_ms": 6_000_000} for file in files]},
        {"id": "m2", "content_type": "movie", "title": "Lost Reel"},
    ]
    with asking(stack) as api:
        api.post(
            "/api/v1/analytics/library/films/scans",
            params={"name": "Films"},
            content="\n".join(map(json.dumps, told)),
        ).raise_for_status()
        counted = "/api/v1/analytics/library/overview"
        wait_until_told(api, counted, lambda told: told["total"]["size_bytes"])
    learn(stack)


@pytest.mark.usefixtures("films")
def test_what_a_library_holds_and_will_take_is_drawn_and_every_view_is_an_address(
    signed_in: Page, stack: Stack
) -> None:
    signed_in.get_by_role("link", name="Library").click()
    expect(signed_in.get_by_role("row").filter(has_text="Films")).to_contain_text("34 GB")
    expect(signed_in.get_by_role("img", name="How it grew").locator("canvas")).to_be_visible()
    signed_in.get_by_role("link", name="Storage").click()
    expect(signed_in.get_by_role("img", name="Where it leads").locator("canvas")).to_be_visible()
    signed_in.get_by_role("link", name="Quality").click()
    signed_in.get_by_label("Kind").select_option("movie")
    expect(signed_in.get_by_role("row").filter(has_text="2160p")).to_contain_text("50%")
    expect(signed_in).to_have_url(f"{stack.url}/library/quality?kind=movie")


@pytest.mark.usefixtures("films")
def test_what_can_be_deleted_is_one_click_away_and_leads_to_a_file_and_to_each_title(
    signed_in: Page, stack: Stack
) -> None:
    signed_in.get_by_role("link", name="Library").click()
    signed_in.get_by_role("link", name="What can be deleted").click()
    expect(signed_in.get_by_text("Nothing is deleted from here.")).to_be_visible()
    freed = signed_in.locator("dl div").filter(has_text="Could be freed")
    expect(freed).to_contain_text("34 GB")
    signed_in.get_by_label("Only what was never played").check()
    expect(signed_in).to_have_url(f"{stack.url}/library/stale?never=true")
    expect(freed).to_contain_text("34 GB")
    file = signed_in.get_by_role("link", name="What can be deleted: CSV")
    with signed_in.expect_download() as download:
        file.click()
    assert "The Third Harbour" in download.value.path().read_text(encoding="utf-8")
    signed_in.get_by_role("link", name="The Third Harbour").click()
    expect(signed_in.get_by_role("heading", name="The Third Harbour")).to_be_visible()
    expect(signed_in.get_by_text("Nothing was played").first).to_be_visible()


@pytest.mark.usefixtures("films")
@pytest.mark.parametrize(
    "view", ["duplicates", "stale", "roi", "watch", "watched", "health", "recent"]
)
def test_each_view_of_libraries_shows_something_or_says_why_not(
    signed_in: Page, stack: Stack, view: str
) -> None:
    signed_in.goto(f"{stack.url}/library/{view}")
    shown = signed_in.locator("main").locator("table, .empty").first
    expect(shown).to_be_visible()
    expect(signed_in.get_by_role("alert")).to_have_count(0)
