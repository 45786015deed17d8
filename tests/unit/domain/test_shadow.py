"""What a rule in shadow would have done in a week."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from shared.domain.finding import Finding
from shared.domain.shadow import Account, ShadowCase, account, week_from, week_of

ADA, BOB = UUID(int=1), UUID(int=2)
MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
WEEK = week_of(MONDAY)


def _finding(day: float, key: str = "a", number: int = 0) -> Finding:
    at = MONDAY + timedelta(days=day)
    return Finding(key, at, at, (), {}, "", f"{key}{day}{number}")


def _case(*findings: Finding, user_id: UUID = ADA) -> ShadowCase:
    return ShadowCase(user_id, findings[0].at, findings)


@pytest.mark.parametrize("day", [0, 3, 6])
def test_a_week_begins_on_monday(day: int) -> None:
    assert week_of(MONDAY + timedelta(days=day)) == WEEK
    assert week_from(date(2026, 11, 16) + timedelta(days=day)) == WEEK


def test_an_account_counts_people_violations_messages_and_trust() -> None:
    cases = [_case(_finding(0), _finding(1), _finding(2, "b")), _case(_finding(3), user_id=BOB)]
    assert account(cases, 3, WEEK) == Account(users=2, cases=2, findings=4, alerts=3, trust_lost=20)


def test_messages_are_as_far_apart_as_whoever_operates_this_wants() -> None:
    cases = [_case(_finding(0), _finding(0.1, "b"), _finding(0.2, "c"))]
    counts = [account(cases, 3, WEEK, merge_hours=hours).alerts for hours in (1, 6)]
    assert counts == [3, 2]


def test_a_case_that_opened_before_the_week_costs_nothing_in_it() -> None:
    grown = _case(_finding(-3), _finding(1), _finding(2, "b"))
    assert account([grown], 2, WEEK) == Account(
        users=1, cases=0, findings=2, alerts=1, trust_lost=0
    )


def test_what_the_next_week_finds_is_not_of_this_one() -> None:
    later = replace(_case(_finding(7)))
    assert account([later], 2, WEEK) == Account(0, 0, 0, 0, 0)
