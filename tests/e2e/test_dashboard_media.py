"""Live TV, music, and the pages of what is played, in a real browser."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Stack
from tests.e2e.viewers import asking, wait_until_told, watch, watching

PLAYS = "/api/v1/analytics/stats/plays"
PROGRAMME = {
    "content_type": "livetv_program",
    "content_id": "news-at-nine",
    "title": "News at Nine",
    "channel_id": "harbour/tv",
    "channel_title": "Harbour TV",
    "duration_seconds": None,
}
TRACK = {
    "content_type": "music_track",
    "content_id": "low-tide",
    "title": "Low Tide",
    "artist": "The Ferrymen",
    "album": "Knots",
}
EPISODE = {"content_type": "tvshow_episode", "show_id": "pier", "show_title": "The Pier"}

MEDIA = {
    "Live TV": (PROGRAMME, "Harbour TV", "Channels"),
    "Music": (TRACK, "The Ferrymen", "Artists"),
}


@pytest.mark.parametrize("page_name", MEDIA)
def test_what_is_on_is_shown_and_each_title_has_a_page_of_its_own(
    signed_in: Page, stack: Stack, page_name: str
) -> None:
    played, group, ranking = MEDIA[page_name]
    began = (datetime.now(UTC) - timedelta(minutes=30)).isoformat()
    watch(stack, session_key=f"{page_name} before", started_at=began, event_at=began, **played)
    with watching(stack, session_key=page_name, **played) as api:
        counted = {"window": "day", "content_types": str(played["content_type"])}
        wait_until_told(api, PLAYS, lambda told: told["total"]["plays"], **counted)
        signed_in.get_by_role("link", name=page_name).click()
        now = signed_in.get_by_role("region", name="Now").get_by_role("article")
        expect(now).to_contain_text(str(played["title"]))
        expect(now).to_contain_text(group)
    expect(now).to_have_count(0)
    ranked = signed_in.locator("section").filter(
        has=signed_in.get_by_role("heading", name=ranking, exact=True)
    )
    expect(ranked.get_by_role("link", name=f"{ranking}: CSV")).to_be_visible()
    ranked.get_by_role("link", name=group).click()
    expect(signed_in.get_by_role("heading", name=group)).to_be_visible()
    recent = (
        signed_in.get_by_role("row").filter(has_text="Ada").filter(has_text=str(played["title"]))
    )
    expect(recent.first).to_be_visible()
    signed_in.reload()
    expect(signed_in.get_by_role("heading", name=group)).to_be_visible()
    expect(signed_in.get_by_role("img", name="Played for").locator("canvas")).to_be_visible()


def test_a_show_lists_its_seasons_and_episodes_also_those_that_nobody_played(
    signed_in: Page, stack: Stack
) -> None:
    told = [
        EPISODE
        | {"id": f"pier-{season}-{number}", "title": title, "season_number": season}
        | {"episode_number": number}
        for season, number, title in ((1, 1, "Low Water"), (1, 2, "Slack"), (2, 1, "Flood"))
    ]
    with asking(stack) as api:
        path = "/api/v1/analytics/library/series/scans"
        lines = "\n".join(map(json.dumps, told))
        api.post(path, params={"name": "Series"}, content=lines).raise_for_status()
        began = (datetime.now(UTC) - timedelta(minutes=30)).isoformat()
        played = EPISODE | {"content_id": "pier-1-2", "title": "Slack", "season_number": 1}
        watch(stack, session_key="pier", started_at=began, event_at=began, **played)
        counted = "/api/v1/admin/analytics/media/show/pier"
        wait_until_told(api, counted, lambda told: told.get("total", {}).get("plays"))
    signed_in.goto(f"{stack.url}/media/show/pier")
    rows = signed_in.get_by_role("row")
    expect(rows.filter(has_text="Season 1").get_by_role("cell")).to_have_text(["", "1", "30 min"])
    expect(rows.filter(has_text="Flood").get_by_role("cell")).to_have_text(["0", "0", ""])
    signed_in.get_by_role("button", name="What is in Season 2").click()
    expect(rows.filter(has_text="Flood")).to_have_count(0)
    signed_in.get_by_role("link", name="Season 1").click()
    expect(rows.filter(has_text="Low Water")).to_contain_text("1")
    expect(rows.filter(has_text="Flood")).to_have_count(0)
    signed_in.get_by_role("link", name="The whole show").click()
    signed_in.get_by_role("button", name="What is in Season 2").click()
    signed_in.get_by_role("link", name="Flood").click()
    expect(signed_in.get_by_role("heading", name="Flood")).to_be_visible()


def test_a_page_of_what_nobody_knows_says_so(signed_in: Page, stack: Stack) -> None:
    signed_in.goto(f"{stack.url}/media/opera/tosca")
    expect(signed_in.get_by_role("heading", name="There is no such page")).to_be_visible()
