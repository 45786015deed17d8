from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.network import Network, NetworkClass, NetworkKind
from shared.domain.place import effective_distance_km, great_circle_km, site
from shared.domain.rules import SimultaneousLocations
from shared.domain.timeline import Segment
from tests.unit.domain.rules.builders import (
    AWAY,
    FAR,
    HOME,
    LAN,
    LINKOPING,
    LONDON,
    NEAR,
    STOCKHOLM,
    at,
    found,
    network,
    segment,
)

BOTH = SimultaneousLocations()


def test_two_far_places_at_once_are_one_finding_that_names_both() -> None:
    home = segment(at("18:00"), at("21:00"), HOME, "tv", name="Living room")
    away = segment(at("20:31"), at("22:00"), AWAY, "phone", name="Pixel 8")
    (finding,) = found(BOTH, home, away).findings
    assert finding.sentence == (
        "Streamed from Linköping (89.160.20.x) on Living room and from London (81.2.69.x) on "
        "Pixel 8 at the same time, from 20:31 to 21:00 (29 min): about 1,258 km apart, and at least "
        "1,082 km; the limit is 500 km."
    )
    assert finding.segments == (home, away)
    assert finding.at == at("20:32")
    assert finding.last_at == at("22:00")
    assert finding.facts["overlap_seconds"] == 29 * 60


def test_an_overlap_shorter_than_asked_is_no_finding() -> None:
    away = segment(at("20:00"), at("22:00"), AWAY, "phone")
    assert not found(BOTH, segment(at("18:00"), at("20:00:59")), away).findings
    assert found(BOTH, segment(at("18:00"), at("20:01")), away).findings
    assert not found(BOTH, segment(at("18:00"), at("20:00")), away).findings


def test_an_overlap_that_is_not_ripe_is_due_when_it_will_be() -> None:
    home, away = segment(at("18:00"), None), segment(at("20:00"), None, AWAY, "phone")
    unripe = found(BOTH, home, away, now=at("20:00:10"))
    assert not unripe.findings
    assert unripe.due_at == at("20:01")


def test_an_overlap_that_is_alive_ripens_exactly_when_due() -> None:
    home, away = segment(at("18:00"), None), segment(at("20:00"), None, AWAY, "phone")
    assert not found(BOTH, home, away, now=at("20:00:59")).findings
    ripe = found(BOTH, home, away, now=at("20:01"))
    assert ripe.due_at is None
    assert ripe.findings[0].at == at("20:01")
    assert "since 20:00 (1 min)" in ripe.findings[0].sentence


def test_an_overlap_that_ended_too_early_is_never_due() -> None:
    home, away = segment(at("18:00"), at("20:00:30")), segment(at("20:00"), None, AWAY, "phone")
    detection = found(BOTH, home, away, now=at("20:00:40"))
    assert not detection.findings
    assert detection.due_at is None


def test_a_player_whose_clock_is_ahead_of_ours_ripens_all_the_same() -> None:
    home, away = segment(at("18:00"), None), segment(at("20:00:05"), None, AWAY, "phone")
    assert found(BOTH, home, away, now=at("20:00")).due_at == at("20:01:05")


def test_a_distance_up_to_the_limit_is_no_finding() -> None:
    home, away = segment(at("18:00"), None), segment(at("20:00"), None, AWAY, "phone")
    distance = great_circle_km(LINKOPING, LONDON)
    assert distance is not None
    assert not found(SimultaneousLocations(min_distance_km=distance), home, away).findings
    assert found(SimultaneousLocations(min_distance_km=distance - 1), home, away).findings


def test_places_whose_radii_nearly_meet_are_no_finding() -> None:
    home = segment(at("18:00"), None)
    away = network("81.2.69.9", replace(LONDON, accuracy_radius_km=499))
    vague = replace(HOME, place=replace(LINKOPING, accuracy_radius_km=490))
    assert effective_distance_km(HOME, away) == pytest.approx(683, abs=1)
    assert found(BOTH, home, segment(at("20:00"), None, away, "phone")).findings
    close = SimultaneousLocations(min_distance_km=100)
    near = network("90.224.3.4", replace(STOCKHOLM, accuracy_radius_km=60))
    assert not found(close, home, segment(at("20:00"), None, near, "phone")).findings
    assert found(BOTH, segment(at("18:00"), None, vague), segment(at("20:00"), None, away, "p"))


def test_one_provider_whose_pool_spans_cities_is_no_finding() -> None:
    near = network("90.224.3.4", replace(STOCKHOLM, asn=LINKOPING.asn, accuracy_radius_km=1))
    home, pool = segment(at("18:00"), None), segment(at("20:00"), None, near, "phone")
    close = SimultaneousLocations(min_distance_km=50)
    assert not found(close, home, pool).findings


def test_a_device_overlapping_itself_is_no_finding() -> None:
    assert not found(BOTH, segment(at("18:00"), None), segment(at("20:00"), None, AWAY)).findings


def test_unknown_devices_overlapping_are_two_devices() -> None:
    home, away = segment(at("18:00"), None, device=None), segment(at("20:00"), None, AWAY, "")
    assert found(BOTH, home, away).findings


@pytest.mark.parametrize(
    "nowhere",
    [
        LAN,
        Network(),
        replace(AWAY, network_class=NetworkClass.OVERLAY),
        replace(AWAY, kind=NetworkKind.VPN),
        replace(AWAY, kind=NetworkKind.CARRIER),
        replace(AWAY, place=replace(LONDON, city=None)),
        replace(HOME, place=LONDON),
    ],
)
def test_nowhere_and_the_same_network_are_never_findings(nowhere: Network) -> None:
    assert not found(
        BOTH, segment(at("18:00"), None), segment(at("20:00"), None, nowhere, "phone")
    ).findings


def test_short_tracks_on_each_side_are_one_activity_that_overlaps() -> None:
    def album(where: Network, device: str) -> list[Segment]:
        return [
            segment(start, start + timedelta(seconds=40), where, device)
            for n in range(20)
            for start in [at("20:00") + timedelta(seconds=45 * n)]
        ]

    findings = found(BOTH, *album(HOME, "tv"), *album(AWAY, "phone")).findings
    assert len(findings) == 1
    assert findings[0].at == at("20:01")
    assert len(findings[0].segments) == 4


def test_a_brief_overlap_by_autoplay_on_one_device_is_nothing() -> None:
    episodes = [segment(at(f"2{n}:00"), at(f"2{n}:59:59")) for n in range(3)]
    assert not found(BOTH, *episodes).findings


def test_the_longest_overlap_at_a_place_is_compared_and_not_only_the_latest() -> None:
    long = segment(at("18:00"), at("22:00"), HOME, "tv")
    short = segment(at("19:59"), at("20:00:10"), HOME, "tablet")
    away = segment(at("20:00"), at("21:00"), AWAY, "phone")
    (finding,) = found(BOTH, long, short, away).findings
    assert finding.segments == (long, away)


def test_the_finding_is_the_same_while_the_evening_goes_on() -> None:
    home, away = segment(at("18:00"), None), segment(at("20:00"), None, AWAY, "phone")
    (early,) = found(BOTH, home, away, now=at("20:05")).findings
    home, next_home = replace(home, ended_at=at("20:30")), segment(at("20:30:05"), None)
    (late,) = found(BOTH, home, next_home, away, now=at("21:30")).findings
    assert (early.identity, early.at) == (late.identity, late.at)
    assert late.facts["overlap_seconds"] == 90 * 60


def test_anonymous_use_is_a_finding_only_if_the_rule_says_so() -> None:
    tor = segment(at("20:00"), None, replace(AWAY, kind=NetworkKind.TOR))
    assert not found(BOTH, tor).findings
    (finding,) = found(SimultaneousLocations(anonymous="flag"), tor).findings
    assert finding.behaviour_key == 'anonymous:["tor"]'


WHERE = [HOME, AWAY, FAR, NEAR, LAN, network("81.2.70.9", replace(LONDON, latitude=51.6))]


@st.composite
def evenings(draw: st.DrawFn) -> list[Segment]:
    segments: list[Segment] = []
    for number in range(draw(st.integers(2, 12))):
        start = at("00:00") + timedelta(seconds=20 * draw(st.integers(0, 60)))
        length = draw(st.none() | st.integers(0, 20).map(lambda n: timedelta(seconds=20 * n)))
        end = None if length is None else start + length
        # Known devices only once: hand-over merging is no matter of pairs.
        device = draw(st.none() | st.just(f"device-{number}"))
        where = draw(st.sampled_from(WHERE))
        segments.append(segment(start, end, where, device, session=UUID(int=number + 1)))
    return segments


@settings(max_examples=150)
@given(evenings())
def test_the_sweep_finds_what_comparing_all_pairs_finds(segments: list[Segment]) -> None:
    now, least = at("00:25"), timedelta(seconds=60)
    expected: set[tuple[frozenset[str | None], UUID]] = set()
    ordered = sorted(segments, key=lambda s: (s.started_at, str(s.session_id)))
    for a, b in combinations(ordered, 2):
        overlap = min(a.end_or(now), b.end_or(now)) - b.started_at
        certain = effective_distance_km(a.network, b.network)
        if overlap >= least and certain and certain >= 100:
            assert a.network.place
            assert b.network.place
            if (great_circle_km(a.network.place, b.network.place) or 0) > 500:
                expected.add((frozenset({site(a.network), site(b.network)}), b.session_id))
    assert {
        (frozenset(site(s.network) for s in f.segments), f.segments[-1].session_id)
        for f in found(BOTH, *segments, now=now).findings
    } == expected
