"""Binges: three episodes in a row, half an hour apart at most."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from shared.domain.statistics.binges import Viewing, binges

EVENING = datetime(2026, 11, 20, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SOMEBODY = UUID(int=1)


def watched(*episodes: tuple[int | None, int | None], pause: int = 5) -> list[Viewing]:
    return [
        Viewing(
            SOMEBODY,
            UUID(int=number),
            "show",
            f"{season}x{episode}",
            season,
            episode,
            EVENING + number * (40 + pause) * MINUTE,
            EVENING + (number * (40 + pause) + 40) * MINUTE,
            40 * 60_000,
        )
        for number, (season, episode) in enumerate(episodes)
    ]


def test_three_episodes_in_a_row_are_a_binge_and_two_are_none() -> None:
    [found] = binges(watched((1, 1), (1, 2), (1, 3)))
    assert (found.episodes, found.watched_ms) == (3, 3 * 40 * 60_000)
    assert found.ended_at - found.started_at == 130 * MINUTE
    assert binges(watched((1, 1), (1, 2))) == []


@pytest.mark.parametrize(("pause", "count"), [(30, 1), (31, 0)])
def test_it_goes_on_within_half_an_hour(pause: int, count: int) -> None:
    assert len(binges(watched((1, 1), (1, 2), (1, 3), pause=pause))) == count


@pytest.mark.parametrize(
    "episodes",
    [
        ((1, 1), (1, 3), (1, 4)),
        ((1, 3), (1, 2), (1, 1)),
        ((1, 9), (2, 2), (2, 3)),
        ((None, None), (None, 1), (1, None)),
    ],
    ids=("one left out", "backwards", "not the first of a season", "unknown"),
)
def test_episodes_that_do_not_follow_are_none(
    episodes: tuple[tuple[int | None, int | None], ...],
) -> None:
    assert binges(watched(*episodes)) == []


def test_a_season_goes_on_with_the_next_and_an_episode_after_a_break() -> None:
    [found] = binges(watched((1, 9), (1, 9), (1, 10), (2, 1)))
    assert found.episodes == 3


def test_a_glance_is_no_viewing() -> None:
    seen = watched((1, 1), (1, 2), (1, 3))
    glance = replace(seen[1], watched_ms=119_999)
    assert binges([seen[0], glance, seen[2]]) == []
