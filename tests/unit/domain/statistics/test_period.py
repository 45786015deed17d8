"""Periods: days as long as they are, and parts that leave nothing out."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.calendar import first_instant
from shared.domain.statistics.period import Interval, Period, grains, last_days, whole_months

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)


def of_days(first: date, after: date, zone: ZoneInfo = BERLIN) -> Period:
    return Period(first_instant(first, zone), first_instant(after, zone), zone)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)]
)
def test_a_day_is_as_long_as_its_clock_says(day: date, hours: int) -> None:
    period = of_days(day, day + timedelta(days=1))
    assert period.end - period.start == hours * HOUR
    assert len(list(period.edges(Interval.HOUR))) == hours


def test_weeks_begin_on_monday_and_months_on_the_first() -> None:
    period = of_days(date(2026, 1, 29), date(2026, 3, 2))
    weeks = [edge.astimezone(BERLIN).date() for edge in period.edges(Interval.WEEK)]
    assert weeks[:3] == [date(2026, 1, 29), date(2026, 2, 2), date(2026, 2, 9)]
    months = [edge.astimezone(BERLIN).date() for edge in period.edges(Interval.MONTH)]
    assert months == [date(2026, 1, 29), date(2026, 2, 1), date(2026, 3, 1)]


def test_today_is_in_a_window_though_it_is_not_over() -> None:
    now = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)  # the 21st in Berlin
    assert last_days(7, now, BERLIN).days == (date(2026, 11, 15), date(2026, 11, 22))


def test_a_period_that_begins_within_a_day_is_not_of_days() -> None:
    period = of_days(date(2026, 1, 1), date(2026, 1, 3))
    assert period.days == (date(2026, 1, 1), date(2026, 1, 3))
    assert Period(period.start + HOUR, period.end, BERLIN).days is None


@given(
    first=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    days=st.integers(1, 400),
    interval=st.sampled_from([None, *Interval]),
    zone=st.sampled_from(["UTC", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns"]),
)
def test_parts_begin_with_the_period_and_follow_each_other(
    first: date, days: int, interval: Interval | None, zone: str
) -> None:
    period = of_days(first, first + timedelta(days=days), ZoneInfo(zone))
    edges = list(period.edges(interval))
    assert edges[0] == period.start
    assert all(before < after for before, after in pairwise(edges))
    assert edges[-1] < period.end


@given(
    first=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    days=st.integers(1, 400),
)
def test_whole_months_lie_within_and_leave_less_than_a_month_at_each_end(
    first: date, days: int
) -> None:
    after = first + timedelta(days=days)
    start, end = whole_months(first, after)
    assert first <= start <= end <= after
    assert (start.day, end.day) == (1, 1) or start == end == after
    assert start == end or (start - first).days < 31 > (after - end).days


@given(first=st.dates(date(2020, 1, 1), date(2030, 1, 1)), days=st.integers(0, 1500))
def test_days_months_and_years_of_a_time_meet_and_are_whole(first: date, days: int) -> None:
    after = first + timedelta(days=days)
    cut = grains(first, after)
    edges = [
        cut.first_day,
        cut.first_month,
        cut.first_year,
        cut.year_after,
        cut.month_after,
        cut.day_after,
    ]
    assert edges == sorted(edges)
    assert (edges[0], edges[-1]) == (first, after)
    if cut.first_month < cut.month_after:
        assert all(edge.day == 1 for edge in edges[1:-1])
    if cut.first_year < cut.year_after:
        assert all(edge.month == 1 for edge in edges[2:-2])
    assert cut.first_month - first < timedelta(days=31) or cut.first_month == after
