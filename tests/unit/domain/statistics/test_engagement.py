"""How far plays came."""

import pytest

from shared.domain.statistics.engagement import (
    Engagement,
    Reach,
    engagement_of,
    engagements,
    still_watching,
)


def came(reached: int | None, plays: int = 1) -> Reach:
    return Reach(reached, is_completed=False, plays=plays)


@pytest.mark.parametrize(
    ("reached", "wanted"),
    [
        (0, Engagement.ABANDONED),
        (19, Engagement.ABANDONED),
        (20, Engagement.SAMPLED),
        (49, Engagement.SAMPLED),
        (50, Engagement.ENGAGED),
        (84, Engagement.ENGAGED),
        (None, Engagement.UNKNOWN),
    ],
)
def test_a_play_is_what_it_came_to(reached: int | None, wanted: Engagement) -> None:
    assert engagement_of(came(reached)) is wanted


def test_what_is_complete_by_the_players_word_is_complete_however_far_it_came() -> None:
    assert engagement_of(Reach(10, is_completed=True, plays=1)) is Engagement.COMPLETED


def test_every_tier_is_counted_also_those_without_plays() -> None:
    found = engagements([came(10, 3), came(5, 2)])
    assert found == {kind: 5 if kind is Engagement.ABANDONED else 0 for kind in Engagement}


def test_who_still_watches_is_told_at_each_tenth_of_what_is_known() -> None:
    curve = dict(still_watching([came(100), came(45, 3), came(None, 9)]))
    assert (curve[0], curve[40], curve[50], curve[100]) == (1, 1, 0.25, 0.25)
    assert still_watching([came(None, 9)]) == []
