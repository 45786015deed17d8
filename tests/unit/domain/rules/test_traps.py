"""What makes people angry at detectors: each trap by its own sentence, over all rules at once."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.case import details, merge
from shared.domain.finding import Finding
from shared.domain.network import (
    Network,
    NetworkClass,
    NetworkKind,
    classify,
    network_key,
    parse_address,
)
from shared.domain.place import Place
from shared.domain.rules import (
    CONFIG_TYPES,
    ConcurrentStreams,
    DeviceVelocity,
    GeoRestriction,
    ImpossibleTravel,
    Rule,
    SimultaneousLocations,
    detect,
)
from shared.domain.timeline import Segment
from tests.unit.domain.rules.builders import (
    AWAY,
    FAR,
    HOME,
    LAN,
    LINKOPING,
    LONDON,
    NEAR,
    at,
    found,
    network,
    rule,
    segment,
    timeline,
)

ALL = [rule(config_type()) for config_type in CONFIG_TYPES.values()]
STRICT = [
    rule(ImpossibleTravel(min_distance_km=0)),
    rule(SimultaneousLocations(min_distance_km=0)),
    rule(DeviceVelocity(max=1)),
    rule(ConcurrentStreams(max_streams=1)),
]
NOW = at("12:00", day=2)


def findings(*segments: Segment, rules: list[Rule] = ALL) -> Iterator[Finding]:
    """Yield what all rules find."""
    for each in rules:
        yield from detect(each, timeline(*segments), NOW, rules).findings


def evening(start: str, end: str, where: Network, device: str | None) -> Segment:
    return segment(at(start), at(end), where, device)


# --- what peers' users complain of ---------------------------------------------------------------


def test_travel_from_one_unchanged_ip_whose_geolocation_row_moved_is_no_finding() -> None:
    moved = replace(HOME, place=LONDON)
    tv, phone = evening("18:00", "20:04", HOME, "tv"), evening("20:05", "22:00", moved, "phone")
    tablet = evening("19:00", "23:00", replace(HOME, place=FAR.place), "tablet")
    assert not [*findings(tv, phone, tablet)]


def test_phones_on_carrier_networks_travel_no_faster_than_their_trains() -> None:
    exits = [
        replace(each, key=f"90.1.1.{n}", kind=NetworkKind.CARRIER)
        for n, each in enumerate((HOME, AWAY, NEAR, FAR, HOME, AWAY, NEAR, FAR))
    ]
    phone = [
        replace(
            evening(f"17:{5 * n:02}", f"17:{5 * n + 5:02}", exit_, "phone"), session_id=UUID(int=9)
        )
        for n, exit_ in enumerate(exits)
    ]
    assert not [*findings(evening("16:00", "22:00", HOME, "tv"), *phone)]


def test_lan_viewers_are_outside_every_country_rule() -> None:
    own = parse_address("89.160.20.112")
    assert own is not None
    at_home = replace(HOME, network_class=classify(own, [own]))
    overlay = replace(AWAY, network_class=NetworkClass.OVERLAY)
    for where in (LAN, at_home, overlay):
        for mode in ("deny", "allow"):
            config = GeoRestriction(
                mode=mode, countries=frozenset({"SE" if mode == "deny" else "GB"}), unknown="flag"
            )
            assert not found(config, evening("18:00", "22:00", where, "tv")).findings


def test_seventeen_episodes_in_one_evening_that_overlap_by_a_second_are_no_violation() -> None:
    start = at("16:00")
    episodes = [
        segment(
            start + timedelta(minutes=20 * n),
            start + timedelta(minutes=20 * n + 20, seconds=1),
            HOME,
            "tv",
        )
        for n in range(17)
    ]
    assert not [*findings(*episodes)]
    assert not [*findings(*episodes, rules=STRICT)]


def test_seventeen_violations_in_one_evening_are_one_case_and_one_alert() -> None:
    start = at("16:00")
    home = evening("15:00", "23:00", HOME, "tv")
    away = [
        segment(
            start + timedelta(minutes=20 * n),
            start + timedelta(minutes=20 * n + 10),
            AWAY,
            f"phone-{n}",
        )
        for n in range(17)
    ]
    both = detect(rule(SimultaneousLocations()), timeline(home, *away), NOW).findings
    assert len(both) == 17
    case, told = None, 0
    for finding in both:
        outcome = merge(case, [finding], history=(), now=finding.at)
        case, told = outcome.case, told + (outcome.notify_at is not None)
    assert case is not None
    assert (case.occurrences, told) == (17, 1)


def test_ipv6_devices_of_one_home_are_one_place() -> None:
    addresses = [parse_address(f"2a02:d500:0:1::{n:x}") for n in range(1, 9)]
    home = [
        evening(
            f"{8 + n:02}:00", f"{8 + n:02}:30", network(network_key(a), LINKOPING), f"device-{n}"
        )
        for n, a in enumerate(addresses)
        if a
    ]
    assert len(home) == 8
    assert not [*findings(*home)]
    assert not found(DeviceVelocity(max=1), *home).findings
    assert not found(DeviceVelocity(max=1, count="networks"), *home).findings


def test_an_alert_shows_both_of_two_sessions() -> None:
    tv = segment(at("18:00"), at("20:04"), HOME, "tv", name="Living room")
    phone = segment(at("20:31"), at("22:00"), AWAY, "phone", name="Pixel 8")
    together = segment(at("19:00"), at("21:00"), AWAY, "phone", name="Pixel 8")
    for config, other in ((ImpossibleTravel(), phone), (SimultaneousLocations(), together)):
        (finding,) = found(config, tv, other).findings
        assert finding.segments == (tv, other)
        shown = json.dumps(details(rule(config), [finding]))
        for said in ("Linköping", "Living room", "London", "Pixel 8"):
            assert said in finding.sentence
        for session in (tv, other):
            assert f'"session_id": "{session.session_id}"' in shown


# --- what the specification says in passing ------------------------------------------------------


@pytest.mark.parametrize("text", ["", "N/A", "null", "unknown", "0", None])
def test_what_is_no_address_is_unknown_and_never_at_zero_degrees(text: str | None) -> None:
    assert parse_address(text) is None
    nowhere = Network(network_class=classify(parse_address(text)))
    assert nowhere.place is None
    tv, phone = evening("18:00", "22:00", HOME, "tv"), evening("19:00", "23:00", nowhere, "phone")
    assert not [*findings(tv, phone)]


def test_a_providers_pool_that_moves_to_another_city_moves_nobody() -> None:
    pool = network("89.160.99.1", replace(LINKOPING, city="Uppsala", latitude=59.86))
    tv, phone = evening("18:00", "22:00", HOME, "tv"), evening("19:00", "23:00", pool, "phone")
    assert not [*findings(tv, phone)]


@pytest.mark.parametrize("content_type", ["live_tv", "music_track", "movie"])
def test_live_tv_and_music_count_like_everything_else(content_type: str) -> None:
    def played(where: Network, device: str) -> Segment:
        return replace(evening("18:00", "22:00", where, device), content_type=content_type)

    devices = [played(HOME, "tv"), played(AWAY, "phone"), played(HOME, "b"), played(HOME, "c")]
    assert found(SimultaneousLocations(), *devices).findings
    assert found(ConcurrentStreams(), *devices).findings


# --- bad input -----------------------------------------------------------------------------------

ODD = st.builds(
    Place,
    country=st.sampled_from([None, "SE", "ZZ", ""]),
    city=st.sampled_from([None, "", "X"]),
    latitude=st.sampled_from([None, -90.0, 90.0, 0.0, 58.4, -58.4]),
    longitude=st.sampled_from([None, -180.0, 180.0, 0.0, 179.99, -164.4, 15.6, 540.0]),
    accuracy_radius_km=st.sampled_from([0.0, 20.0, 100.0, 500.0, 20_000.0]),
    asn=st.sampled_from([None, 1, 29518]),
    continent=st.sampled_from([None, "EU"]),
)


@settings(max_examples=80)
@given(
    st.lists(
        st.tuples(ODD, st.integers(0, 50), st.integers(0, 50), st.sampled_from(["a", "b", None])),
        max_size=8,
    )
)
def test_no_place_whatever_makes_a_rule_raise_or_a_speed_infinite(
    visits: list[tuple[Place, int, int, str | None]],
) -> None:
    segments = [
        segment(
            at("08:00") + timedelta(minutes=start),
            at("08:00") + timedelta(minutes=start + length),
            network(f"81.2.{n}.9", place),
            device,
        )
        for n, (place, start, length, device) in enumerate(visits)
    ]
    for finding in findings(*segments, rules=[*ALL, *STRICT]):
        for name in ("distance_km", "effective_distance_km"):
            distance = finding.facts.get(name, 0)
            assert isinstance(distance, (int, float))
            assert 0 <= distance <= 20_016
        speed = finding.facts.get("speed_kmh", 0)
        assert isinstance(speed, (int, float))
        assert speed <= 20_016 * 60


@pytest.mark.parametrize(
    ("here", "there", "kilometres"),
    [
        ((90.0, 0.0), (-90.0, 77.0), 20_015),
        ((58.4, 15.6), (-58.4, -164.4), 20_015),
        ((0.0, 179.9), (0.0, -179.9), 22),
        ((90.0, 10.0), (90.0, -170.0), 0),
    ],
)
def test_antipodes_poles_and_the_date_line_are_as_far_as_they_are(
    here: tuple[float, float], there: tuple[float, float], kilometres: float
) -> None:
    one, other = (
        Place(city="X", latitude=spot[0], longitude=spot[1], accuracy_radius_km=1)
        for spot in (here, there)
    )
    tv = evening("18:00", "20:00", network("81.2.0.9", one), "tv")
    phone = evening("20:00", "22:00", network("81.2.1.9", other), "phone")
    told = found(ImpossibleTravel(), tv, phone).findings
    assert bool(told) is (kilometres > 1_000)
    for finding in told:
        assert finding.facts["distance_km"] == pytest.approx(kilometres, rel=0.001)
        assert finding.facts["gap_seconds"] == 60


def test_coordinates_without_a_country_are_good_for_a_distance_and_for_no_country_rule() -> None:
    nameless = network("81.2.0.9", replace(LONDON, country=None))
    tv, phone = evening("18:00", "22:00", HOME, "tv"), evening("19:00", "23:00", nameless, "phone")
    assert found(SimultaneousLocations(), tv, phone).findings
    denied = GeoRestriction(countries=frozenset({"GB"}))
    assert not found(denied, phone).findings
    (finding,) = found(replace(denied, unknown="flag"), phone).findings
    assert "which country" in finding.sentence


def test_a_continent_alone_is_good_for_nothing() -> None:
    somewhere = network("81.2.0.9", Place(continent="EU"))
    tv, phone = evening("18:00", "22:00", HOME, "tv"), evening("19:00", "23:00", somewhere, "phone")
    assert not [*findings(tv, phone, rules=STRICT[:3])]
    assert not found(GeoRestriction(countries=frozenset({"SE"})), phone).findings
