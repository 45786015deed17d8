from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from shared.domain.network import Network, NetworkKind
from shared.domain.rules.sentences import clock, listing, number, span, where, who
from tests.unit.domain.rules.builders import AWAY, LAN, at, segment


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(seconds=45), "45 s"),
        (timedelta(minutes=27), "27 min"),
        (timedelta(hours=3, minutes=5), "3 h 5 min"),
        (timedelta(hours=3), "3 h"),
        (timedelta(days=2, hours=4), "2 d 4 h"),
        (timedelta(days=90), "90 d"),
    ],
)
def test_a_span_is_told_in_the_units_people_use(length: timedelta, text: str) -> None:
    assert span(length) == text


def test_times_are_utc_and_dated_only_if_they_span_days() -> None:
    in_stockholm = datetime(2026, 11, 20, 21, 4, tzinfo=timezone(timedelta(hours=1)))
    assert clock(in_stockholm) == ["20:04"]
    assert clock(in_stockholm, at("20:31")) == ["20:04", "20:31"]
    assert clock(at("23:50"), at("00:10", day=1)) == ["2026-11-20 23:50", "2026-11-21 00:10"]


def test_a_place_is_named_as_well_as_it_is_known() -> None:
    start = at("20:00")
    carrier = replace(AWAY, kind=NetworkKind.CARRIER)
    assert where(segment(start, None, AWAY, name="Pixel 8")) == "London (81.2.69.x) on Pixel 8"
    assert where(segment(start, None, carrier)) == "Andrews & Arnold (81.2.69.x)"
    assert where(segment(start, None, Network())) == "an unknown place (unknown address)"
    assert where(segment(start, None, replace(AWAY, place=None))) == "an unknown place (81.2.69.x)"
    assert who(segment(start, None, LAN)) == "an unknown device in the local network"


def test_a_long_list_says_how_many_it_leaves_out() -> None:
    assert listing(["a", "b"]) == "a, b"
    assert listing([str(n) for n in range(9)]) == "0, 1, 2, 3, 4, 5 and 3 more"


def test_limits_are_told_without_needless_decimals() -> None:
    assert [number(900), number(900.0), number(1250.5)] == ["900", "900", "1,250.5"]
