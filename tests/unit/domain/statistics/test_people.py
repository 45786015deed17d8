"""What kind of viewer somebody is."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from shared.domain.statistics.people import Taste, ViewerType, taste, viewer_type
from shared.domain.statistics.period import Period

START = datetime(2026, 3, 2, tzinfo=UTC)
WEEK = timedelta(weeks=1)
FOUR_WEEKS = Period(START, START + 4 * WEEK, ZoneInfo("UTC"))
LONG_AGO = START - 50 * WEEK


@pytest.mark.parametrize(
    ("hours", "kind"),
    [
        (0, None),
        (0.1, ViewerType.LIGHT),
        (11.9, ViewerType.LIGHT),
        (12, ViewerType.REGULAR),
        (55.9, ViewerType.REGULAR),
        (56, ViewerType.HEAVY),
    ],
)
def test_who_watches_more_a_week_is_a_heavier_viewer(hours: float, kind: ViewerType | None) -> None:
    watched = timedelta(hours=hours)
    assert viewer_type(watched, FOUR_WEEKS, LONG_AGO, START + 9 * WEEK) is kind


def test_weeks_that_are_still_to_come_or_were_before_one_came_do_not_count() -> None:
    fortnight = timedelta(hours=6)
    assert viewer_type(fortnight, FOUR_WEEKS, LONG_AGO, START + 4 * WEEK) is ViewerType.LIGHT
    assert viewer_type(fortnight, FOUR_WEEKS, LONG_AGO, START + 2 * WEEK) is ViewerType.REGULAR
    came = START + 2 * WEEK
    assert viewer_type(fortnight, FOUR_WEEKS, came, START + 4 * WEEK) is ViewerType.REGULAR


def test_one_long_evening_of_somebody_new_makes_no_heavy_viewer() -> None:
    came = START + timedelta(days=27)
    watched = timedelta(hours=5)
    assert viewer_type(watched, FOUR_WEEKS, came, START + 4 * WEEK) is ViewerType.REGULAR


@pytest.mark.parametrize(
    ("watched", "liked"),
    [
        ({}, None),
        ({"movie": 0}, None),
        ({"movie": 60, "tvshow_episode": 40}, Taste.MOVIES),
        ({"movie": 59, "tvshow_episode": 41}, Taste.MIXED),
        ({"tvshow_episode": 7, "movie": 3}, Taste.SHOWS),
        ({"music_track": 1}, Taste.MUSIC),
        ({"livetv_program": 9, "music_track": 1}, Taste.LIVE_TV),
        ({"clip": 9, "movie": 1}, Taste.MIXED),
    ],
    ids=str,
)
def test_what_takes_most_of_the_time_is_what_somebody_likes(
    watched: dict[str, int], liked: Taste | None
) -> None:
    assert taste(watched) is liked
