"""The sharing score: what it is made of, and what it is not."""

from dataclasses import replace
from datetime import timedelta

from shared.domain.households import HouseholdClass
from shared.domain.sharing_score import Contribution, Kind, weight
from tests.unit.domain.households.lives import (
    KNOWLEDGE,
    NOW,
    SUNDSVALL,
    every,
    scored,
    watch,
)
from tests.unit.domain.rules.builders import AWAY, HOME

TV = watch(every(1), HOME, "tv", minutes=150)
ELSEWHERE = watch(every(2), SUNDSVALL, "other")


def test_each_contribution_says_what_it_is_for() -> None:
    assert scored(TV, ELSEWHERE).contributions == (
        Contribution(
            Kind.SIMULTANEOUS,
            70,
            "Two households played at the same time on 44 days in 14 weeks.",
        ),
        Contribution(Kind.DEVICES, 5, "1 device in regular use was never seen at home."),
        Contribution(Kind.DISTANCE, 7, "At least 366 km lie between two households."),
    )


def test_who_does_nothing_unusual_has_nothing_to_explain() -> None:
    score = scored(TV)
    assert (score.score, score.contributions) == (0, ())


def test_a_trusted_person_has_a_score_of_0_and_sees_why() -> None:
    score = scored(TV, ELSEWHERE, trusted=True)
    assert score.score == 0
    assert score.contributions[-1] == Contribution(Kind.TRUSTED, -82, "You trust this person.")


def test_what_is_seen_on_few_days_counts_for_little_even_by_an_operators_word() -> None:
    word = replace(KNOWLEDGE, said={"AS2119/SE/Sundsvall": HouseholdClass.STRANGER})
    score = scored(TV, watch([80, 82], SUNDSVALL, "other"), knowledge=word)
    assert score.score == 10
    few = score.contributions[-1]
    assert few.kind is Kind.LITTLE_EVIDENCE
    assert few.text == "Seen on no more than 2 days in 1 week: a score grows with time."


def test_a_third_household_counts_and_so_does_playing_at_once() -> None:
    both = scored(TV, ELSEWHERE, watch(every(2), AWAY, "third"))
    kinds = {found.kind: found.points for found in both.contributions}
    assert (kinds[Kind.HOUSEHOLDS], kinds[Kind.STREAMS]) == (5, 5)
    assert both.score > scored(TV, ELSEWHERE).score


def test_two_places_of_the_same_strangers_are_one_further_household() -> None:
    moving = watch(every(2, 1), AWAY, "other")
    kinds = {found.kind for found in scored(TV, ELSEWHERE, moving).contributions}
    assert Kind.HOUSEHOLDS not in kinds


def test_evidence_is_worth_half_after_30_days() -> None:
    today = NOW.date()
    assert weight(today, today) == 1
    assert weight(today - timedelta(days=30), today) == 0.5
    assert weight(today + timedelta(days=1), today) == 1
