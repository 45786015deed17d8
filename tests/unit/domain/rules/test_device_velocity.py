from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.finding import Detection
from shared.domain.network import Network, NetworkClass, NetworkKind
from shared.domain.place import Place
from shared.domain.rules import DeviceVelocity, detect
from shared.domain.timeline import Segment
from tests.unit.domain.rules.builders import (
    AWAY,
    DAY,
    FAR,
    HOME,
    LAN,
    LINKOPING,
    LONDON,
    NEAR,
    PERSON,
    at,
    found,
    network,
    rule,
    segment,
    timeline,
)

TWO_SITES = DeviceVelocity(max=2)
NOW = at("12:00", day=5)


def _visit(clock: str, where: Network, day: int = 0, device: str = "tv") -> Segment:
    start = at(clock, day)
    return segment(start, start + timedelta(minutes=10), where, device)


def test_more_sites_than_allowed_are_one_finding_that_names_each() -> None:
    visits = [_visit("08:00", HOME), _visit("09:00", AWAY), _visit("10:00", FAR)]
    (finding,) = found(TWO_SITES, *visits).findings
    assert finding.sentence == (
        "Streamed from 3 places in 24 h up to 10:00: Sydney (1.128.0.x), London (81.2.69.x), "
        "Linköping (89.160.20.x); the limit is 2."
    )
    assert finding.at == at("10:00")
    assert finding.segments == tuple(visits)
    assert finding.facts["count"] == 3


def test_the_window_slides_and_is_no_calendar_day() -> None:
    over_midnight = [
        _visit("20:00", HOME),
        _visit("23:00", AWAY),
        _visit("05:00", FAR, day=1),
    ]
    assert found(TWO_SITES, *over_midnight).findings
    spread = [_visit("08:00", HOME), _visit("20:00", AWAY), _visit("08:10:01", FAR, day=1)]
    assert not found(TWO_SITES, *spread).findings
    just_within = [*spread[:2], _visit("08:10", FAR, day=1)]
    assert found(TWO_SITES, *just_within).findings


def test_a_long_stream_counts_until_a_window_after_its_end() -> None:
    long = segment(at("08:00"), None)
    assert found(
        TWO_SITES, long, _visit("09:00", AWAY, day=2), _visit("10:00", FAR, day=2)
    ).findings


def test_a_homes_ipv4_and_ipv6_and_nightly_reconnect_are_one_site() -> None:
    home = [
        _visit("08:00", HOME),
        _visit("09:00", network("2a02:d500:0:1::/64", LINKOPING)),
        _visit("10:00", network("89.160.99.1", LINKOPING)),
        _visit("11:00", network("2a02:d500:0:9::/64", replace(LINKOPING, city=None))),
    ]
    assert not found(DeviceVelocity(max=1), *home).findings
    assert found(DeviceVelocity(max=3, count="networks"), *home).findings


def test_a_phone_whose_carrier_moves_its_exit_is_at_one_site() -> None:
    exits = [
        _visit(
            f"{n + 8:02}:00", network(f"90.1.1.{n}", replace(LONDON, city=c), NetworkKind.CARRIER)
        )
        for n, c in enumerate(["London", "Leeds", "Hull", "Bath"])
    ]
    assert not found(DeviceVelocity(max=1), *exits).findings


def test_a_stream_that_moves_between_cities_of_one_provider_is_at_one_site() -> None:
    exits = [
        network(f"90.1.1.{n}", replace(LONDON, city=city))
        for n, city in enumerate(["London", "Leeds", "Hull", "Bath"])
    ]
    ride = [
        replace(_visit(f"{n + 8:02}:00", exit_), session_id=UUID(int=7))
        for n, exit_ in enumerate(exits)
    ]
    assert not found(DeviceVelocity(max=1), *ride).findings
    assert found(DeviceVelocity(max=1), *ride, _visit("13:00", HOME)).findings
    streams = [_visit(f"{n + 8:02}:00", exit_) for n, exit_ in enumerate(exits)]
    assert found(DeviceVelocity(max=3), *streams).findings


def test_coming_back_to_a_site_of_the_window_is_no_new_finding() -> None:
    visits = [_visit("08:00", HOME), _visit("09:00", AWAY), _visit("10:00", FAR)]
    again = [_visit("11:00", HOME), _visit("12:00", AWAY), _visit("13:00", FAR)]
    assert found(TWO_SITES, *visits, *again) == found(TWO_SITES, *visits)


def test_one_site_more_is_another_behaviour() -> None:
    visits = [_visit("08:00", HOME), _visit("09:00", AWAY), _visit("10:00", FAR)]
    first, second = found(TWO_SITES, *visits, _visit("11:00", NEAR)).findings
    assert first.behaviour_key != second.behaviour_key
    assert (first.facts["count"], second.facts["count"]) == (3, 4)


@pytest.mark.parametrize(
    "nowhere",
    [
        LAN,
        Network(),
        replace(FAR, network_class=NetworkClass.OVERLAY),
        replace(FAR, kind=NetworkKind.VPN),
        replace(FAR, kind=NetworkKind.RELAY),
        replace(FAR, place=None),
        replace(FAR, place=Place(country="AU")),
    ],
)
def test_where_nobody_stays_is_no_site(nowhere: Network) -> None:
    visits = [_visit("08:00", HOME), _visit("09:00", AWAY), _visit("10:00", nowhere)]
    assert not found(TWO_SITES, *visits).findings


def test_addresses_on_the_lan_are_no_networks() -> None:
    visits = [_visit("08:00", Network(f"192.168.1.{n}", NetworkClass.LOCAL)) for n in range(9)]
    assert not found(DeviceVelocity(max=1, count="networks"), *visits).findings


def test_a_trusted_site_does_not_count() -> None:
    visits = [_visit("08:00", HOME), _visit("09:00", AWAY), _visit("10:00", FAR)]
    assert not found(TWO_SITES, *visits[:2], replace(visits[2], trusted=True)).findings


def test_anonymous_use_is_a_finding_of_its_own_if_the_rule_says_so() -> None:
    vpn = _visit("08:00", replace(FAR, kind=NetworkKind.VPN))
    assert not found(TWO_SITES, vpn).findings
    assert found(replace(TWO_SITES, anonymous="flag"), vpn).findings


# --- devices ------------------------------------------------------------------------------------

TWO_DEVICES = DeviceVelocity(count="devices", max=2)
LONG_AGO = DAY - timedelta(days=100)


def _with_devices(
    count: int, first_seen: dict[str, datetime] | None = None, since: datetime = LONG_AGO
) -> Detection:
    visits = [_visit(f"{n + 8:02}:00", HOME, device=f"device-{n}") for n in range(count)]
    person = replace(PERSON, first_seen_at=since)
    whose = timeline(*visits, person=person, first_seen=first_seen)
    return detect(rule(TWO_DEVICES), whose, NOW)


def test_more_new_devices_than_allowed_are_a_finding() -> None:
    (finding,) = _with_devices(3).findings
    assert finding.at == at("10:00")
    assert finding.sentence.startswith("Used 3 new devices in 24 h up to 10:00: ")


def test_devices_seen_before_the_window_are_not_new() -> None:
    assert not _with_devices(3, {"device-0": LONG_AGO}).findings
    assert _with_devices(3, {"device-0": at("08:00")}).findings


def test_to_a_person_known_for_less_than_seven_days_every_device_is_new() -> None:
    week_before_window = at("10:00") - timedelta(days=8)
    assert _with_devices(3, since=week_before_window).findings
    assert not _with_devices(3, since=week_before_window + timedelta(seconds=1)).findings


def test_unknown_devices_are_not_new_devices() -> None:
    visits = [segment(at(f"{n + 8:02}:00"), at("20:00"), device=None) for n in range(9)]
    assert not found(TWO_DEVICES, *visits).findings


# --- equality with every window -----------------------------------------------------------------

PLACES = [HOME, AWAY, FAR, NEAR, network("89.160.20.9", replace(LINKOPING, city="Norrköping"))]


@st.composite
def weeks(draw: st.DrawFn) -> list[Segment]:
    segments: list[Segment] = []
    for _ in range(draw(st.integers(1, 14))):
        start = at("00:00") + timedelta(hours=draw(st.integers(0, 96)))
        end = start + timedelta(hours=draw(st.integers(0, 5)))
        segments.append(segment(start, end, draw(st.sampled_from(PLACES))))
    return segments


@settings(max_examples=120)
@given(weeks(), st.integers(1, 4), st.integers(1, 30))
def test_a_finding_exists_if_and_only_if_some_window_holds_too_many(
    segments: list[Segment], limit: int, hours: int
) -> None:
    config = DeviceVelocity(count="networks", max=limit, window_hours=hours)
    most = 0
    for last in segments:
        window = last.started_at - timedelta(hours=hours), last.started_at
        inside = {
            s.network.key
            for s in segments
            if s.started_at <= window[1] and s.end_or(NOW) >= window[0]
        }
        most = max(most, len(inside))
    findings = found(config, *segments).findings
    assert bool(findings) == (most > limit)
    counts = [finding.facts["count"] for finding in findings]
    assert not counts or most in counts


@settings(max_examples=60)
@given(weeks(), st.integers(0, 96))
def test_a_shorter_look_back_brings_up_no_finding_that_a_longer_did_not(
    segments: list[Segment], hours: int
) -> None:
    config = DeviceVelocity(count="networks", max=1)
    edge = at("00:00") + timedelta(hours=hours)
    recent = [s for s in segments if s.end_or(NOW) >= edge]
    everything = {f.identity for f in found(config, *segments).findings}
    assert {
        f.identity for f in found(config, *recent).findings if f.at - timedelta(hours=24) >= edge
    } <= everything
