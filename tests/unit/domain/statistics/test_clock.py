"""Periods, cut into what their hours of the week are told from."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from shared.domain.calendar import first_instant
from shared.domain.statistics.clock import clock_parts
from shared.domain.statistics.period import Period


def parts_of(zone: str, first: date, after: date, moved: timedelta = timedelta(0)) -> Period:
    tz = ZoneInfo(zone)
    return Period(first_instant(first, tz) + moved, first_instant(after, tz), tz)


@pytest.mark.parametrize(
    ("zone", "shifts"),
    [("UTC", [0, 0, 0]), ("Europe/Vienna", [1, 2]), ("America/New_York", [-5, -4])],
)
def test_months_in_which_no_clock_changes_are_moved_by_hours(zone: str, shifts: list[int]) -> None:
    clock = clock_parts(parts_of(zone, date(2026, 1, 31), date(2026, 5, 2)))
    assert [shift for _, shift in clock.months][-2:] == shifts[-2:]
    assert clock.is_hourly


def test_what_months_leave_is_cut_out_around_them() -> None:
    period = parts_of("Europe/Vienna", date(2026, 3, 1), date(2026, 5, 1))
    clock = clock_parts(period)
    assert clock.months == ()
    assert clock.gaps == ((period.start, period.end),)


@pytest.mark.parametrize("zone", ["Asia/Kathmandu", "Australia/Lord_Howe", "Asia/Kolkata"])
def test_hours_are_not_enough_where_a_clock_is_off_by_parts_of_one(zone: str) -> None:
    assert not clock_parts(parts_of(zone, date(2026, 3, 1), date(2026, 5, 1))).is_hourly


def test_hours_are_not_enough_where_a_period_begins_within_one() -> None:
    later = timedelta(minutes=15)
    assert not clock_parts(parts_of("UTC", date(2026, 3, 2), date(2026, 3, 9), later)).is_hourly
