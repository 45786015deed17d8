"""Days, weeks, months and years, and what stands out in them."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.statistics.summary import Span, Streak, busiest, longest_streak

FIRST = date(2024, 2, 26)


@pytest.mark.parametrize(
    ("span", "start", "after", "before"),
    [
        (Span.DAY, date(2024, 2, 29), date(2024, 3, 1), date(2024, 2, 28)),
        (Span.WEEK, date(2024, 2, 26), date(2024, 3, 4), date(2024, 2, 19)),
        (Span.MONTH, date(2024, 2, 1), date(2024, 3, 1), date(2024, 1, 1)),
        (Span.YEAR, date(2024, 1, 1), date(2025, 1, 1), date(2023, 1, 1)),
    ],
)
def test_a_leap_day_lies_in_its_week_month_and_year(
    span: Span, start: date, after: date, before: date
) -> None:
    day = date(2024, 2, 29)
    assert (span.start(day), span.after(day), span.before(day)) == (start, after, before)


@given(
    day=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    span=st.sampled_from(Span),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "Australia/Lord_Howe"]),
)
def test_each_ends_where_the_next_begins(day: date, span: Span, zone: str) -> None:
    tz = ZoneInfo(zone)
    assert span.start(day) <= day < span.after(day)
    assert span.start(span.after(day)) == span.after(day)
    assert span.after(span.before(day)) == span.start(day)
    assert span.period(day, tz).end == span.period(span.after(day), tz).start


@given(st.sets(st.integers(0, 30)))
def test_no_days_in_a_row_are_more_than_the_longest_streak(days: set[int]) -> None:
    found = longest_streak(FIRST + timedelta(days=day) for day in days)
    if found is None:
        assert not days
        return
    first = (found.first - FIRST).days
    assert set(range(first, first + found.days)) <= days
    longer = found.days + 1
    assert not any(set(range(day, day + longer)) <= days for day in days)
    assert not any(set(range(day, day + found.days)) <= days for day in days if day < first)


def test_a_streak_ends_with_its_last_day() -> None:
    assert Streak(FIRST, 3).last == date(2024, 2, 28)


def test_the_busiest_is_the_first_of_those_with_most() -> None:
    assert busiest({3: 5, 2: 7, 9: 7}) == 2
    assert busiest({1: 0}) is None
    assert busiest(dict[int, int]()) is None
