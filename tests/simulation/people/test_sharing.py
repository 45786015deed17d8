"""A few hundred people: that the sharing score tells those who share from those who do not."""

import json
from pathlib import Path

import pytest

from shared.domain.households import HouseholdClass
from tests.simulation.people import sharing
from tests.simulation.people.sharing import LIKELY, Scored

SEED, PEOPLE = 5, 300


@pytest.fixture(scope="module")
def people() -> list[Scored]:
    return sharing.learn_of_all(SEED, PEOPLE)


def test_nobody_who_does_not_share_has_a_score(people: list[Scored]) -> None:
    assert [one for one in people if one.score and not one.shares] == []


def test_most_who_share_with_somebody_far_away_are_worth_a_look(people: list[Scored]) -> None:
    far = [one for one in people if one.kind in ("shares, far", "shares, abroad", "reseller")]
    assert sum(one.score >= LIKELY for one in far) >= 0.6 * len(far) > 0


def test_everybody_who_watches_at_one_place_has_a_home(people: list[Scored]) -> None:
    at_home = [one for one in people if one.kind in ("household", "seasonal", "new devices")]
    assert all(HouseholdClass.HOME in one.classes for one in at_home)


def test_the_report_is_written_beside_the_figures(tmp_path: Path) -> None:
    assert sharing.main(["--people", "40", "--seeds", "5", "--output", str(tmp_path)]) == 0
    assert "| reseller |" in (tmp_path / "detection.md").read_text(encoding="utf-8")
    figures = json.loads((tmp_path / "sharing.json").read_text(encoding="utf-8"))
    assert figures["sharing_honest_above_0_people"] == 0
