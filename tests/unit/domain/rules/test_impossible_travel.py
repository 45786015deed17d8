from dataclasses import replace
from uuid import UUID

import pytest

from shared.domain.network import Network, NetworkClass, NetworkKind
from shared.domain.place import effective_distance_km
from shared.domain.rules import (
    ImpossibleTravel,
    detect,
)
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
    rule,
    segment,
    timeline,
)

TRAVEL = ImpossibleTravel()
NOW = at("12:00", day=2)


def test_the_sentence_of_the_specification_is_said_word_for_word() -> None:
    home = segment(at("18:00"), at("20:04"), HOME, "tv")
    away = segment(at("20:31"), at("22:00"), AWAY, "phone")
    (finding,) = found(TRAVEL, home, away).findings
    assert finding.sentence == (
        "Streamed from Linköping (89.160.20.x) until 20:04 and from London (81.2.69.x) from "
        "20:31: at least 1,082 km in 27 min, 2,404 km/h; the limit is 900."
    )
    assert finding.facts["distance_km"] == pytest.approx(1258, abs=1)
    assert finding.facts["effective_distance_km"] == pytest.approx(1082, abs=1)
    assert finding.facts["speed_kmh"] == pytest.approx(2404, abs=1)
    assert finding.facts["gap_seconds"] == 27 * 60
    assert finding.facts["limit"] == 900
    assert finding.segments == (home, away)
    assert finding.at == at("20:31")


def test_devices_are_named_and_days_are_dated_when_there_are_two() -> None:
    home = segment(at("20:00"), at("23:50"), HOME, "tv", name="Living room")
    away = segment(at("00:10", day=1), None, AWAY, "phone", name="Pixel 8")
    (finding,) = found(TRAVEL, home, away).findings
    assert finding.sentence == (
        "Streamed from Linköping (89.160.20.x) on Living room until 2026-11-20 23:50 and from "
        "London (81.2.69.x) on Pixel 8 from 2026-11-21 00:10: at least 1,082 km in 20 min, "
        "3,245 km/h; the limit is 900."
    )


def test_the_gap_is_counted_from_the_end_of_the_first_and_not_from_its_start() -> None:
    away = segment(at("22:00"), at("23:00"), AWAY, "phone")
    assert not found(TRAVEL, segment(at("20:00"), at("20:30")), away).findings
    assert found(TRAVEL, segment(at("20:00"), at("21:45")), away).findings


def test_a_flight_that_planes_make_is_no_finding() -> None:
    home = segment(at("18:00"), at("20:00"))
    assert not found(TRAVEL, home, segment(at("21:13"), at("23:00"), AWAY, "phone")).findings
    assert found(TRAVEL, home, segment(at("21:11"), at("23:00"), AWAY, "phone")).findings


def test_the_limit_itself_is_allowed() -> None:
    home = segment(at("18:00"), at("20:00"))
    away = segment(at("21:00"), at("23:00"), AWAY, "phone")
    distance = effective_distance_km(HOME, AWAY)
    assert distance is not None
    assert not found(ImpossibleTravel(max_speed_kmh=distance), home, away).findings
    assert found(ImpossibleTravel(max_speed_kmh=distance - 0.01), home, away).findings
    assert found(replace(TRAVEL, min_distance_km=distance), home, away).findings
    assert not found(replace(TRAVEL, min_distance_km=distance + 0.01), home, away).findings


def test_an_open_segment_reaches_to_now() -> None:
    home = segment(at("10:00"), None)
    away = segment(at("20:00"), at("21:00"), AWAY, "phone")
    (finding,) = found(TRAVEL, home, away).findings
    assert finding.facts["gap_seconds"] == 60
    assert finding.facts["overlap_seconds"] == 3600


def test_an_overlap_counts_as_sixty_seconds() -> None:
    home = segment(at("18:00"), at("21:00"))
    (finding,) = found(TRAVEL, home, segment(at("20:00"), None, AWAY, "phone")).findings
    assert finding.facts["speed_kmh"] == pytest.approx(1082 * 60, rel=0.001)
    assert "since 18:00 and, at the same time, from London (81.2.69.x)" in finding.sentence
    assert (
        "at least 1,082 km apart, too far to be in both; the limit is 900 km/h" in finding.sentence
    )


def test_a_gap_of_a_second_counts_as_sixty_seconds() -> None:
    home = segment(at("18:00"), at("20:00"))
    (finding,) = found(TRAVEL, home, segment(at("20:00:01"), None, AWAY, "phone")).findings
    assert finding.facts["gap_seconds"] == 60


def test_a_distance_within_reach_in_sixty_seconds_is_no_finding_for_an_overlap() -> None:
    slow = ImpossibleTravel(max_speed_kmh=70_000)
    home = segment(at("18:00"), at("21:00"))
    assert not found(slow, home, segment(at("20:00"), None, AWAY, "phone")).findings


def test_every_place_in_the_window_is_compared_and_not_only_the_latest() -> None:
    far = segment(at("18:00"), at("19:50"), FAR, "tablet")
    near = segment(at("19:55"), at("20:30"), AWAY, "tv")
    here = segment(at("20:31"), at("21:00"), replace(AWAY, key="81.2.69.161"), "phone")
    assert {finding.segments for finding in found(TRAVEL, far, near, here).findings} == {
        (far, near),
        (far, here),
    }


def test_what_ended_before_the_window_is_not_compared() -> None:
    slow = ImpossibleTravel(max_speed_kmh=10, window_hours=3)
    home = segment(at("10:00"), at("12:00"))
    assert found(slow, home, segment(at("15:00"), None, AWAY, "phone")).findings
    assert not found(slow, home, segment(at("15:00:01"), None, AWAY, "phone")).findings


def test_travel_is_true_at_the_second_citys_first_event() -> None:
    home = segment(at("18:00"), at("20:04"))
    away = segment(at("20:31"), None, AWAY, "phone")
    (finding,) = found(TRAVEL, home, away, now=at("20:31")).findings
    assert finding.at == finding.last_at == at("20:31")


def test_arrival_order_does_not_matter() -> None:
    home, away = segment(at("18:00"), at("20:04")), segment(at("20:31"), None, AWAY, "phone")
    assert found(TRAVEL, home, away) == found(TRAVEL, away, home)


def test_a_device_does_not_share_an_account_with_itself() -> None:
    home, away = segment(at("18:00"), at("20:04")), segment(at("20:31"), None, AWAY)
    assert not found(TRAVEL, home, away).findings


def test_an_unknown_device_equals_none() -> None:
    for device in (None, ""):
        home = segment(at("18:00"), at("20:04"), HOME, device)
        assert found(TRAVEL, home, segment(at("20:31"), None, AWAY, device)).findings
        assert found(TRAVEL, home, segment(at("20:31"), None, AWAY, "tv")).findings


def test_one_session_that_changes_network_is_one_player() -> None:
    session = UUID(int=99)
    home = segment(at("18:00"), at("20:04"), HOME, None, session=session)
    away = segment(at("20:04"), None, AWAY, None, session=session)
    assert not found(TRAVEL, home, away).findings


def test_the_device_that_was_there_last_does_not_hide_another_that_was_there_too() -> None:
    tv = segment(at("18:00"), at("20:04"), HOME, "tv")
    phone_at_home = segment(at("19:00"), at("20:20"), HOME, "phone")
    phone_away = segment(at("20:31"), None, AWAY, "phone")
    (finding,) = found(TRAVEL, tv, phone_at_home, phone_away).findings
    assert finding.segments == (tv, phone_away)


def test_the_same_network_key_is_never_a_finding_even_if_its_geolocation_moved() -> None:
    before = segment(at("18:00"), at("20:04"))
    after = segment(at("20:31"), None, replace(HOME, place=LONDON), "phone")
    assert not found(TRAVEL, before, after).findings


@pytest.mark.parametrize(
    "nowhere",
    [
        LAN,
        Network(),
        replace(AWAY, network_class=NetworkClass.OVERLAY),
        replace(AWAY, network_class=NetworkClass.UNKNOWN),
        replace(AWAY, kind=NetworkKind.VPN),
        replace(AWAY, kind=NetworkKind.HOSTING),
        replace(AWAY, kind=NetworkKind.TOR),
        replace(AWAY, kind=NetworkKind.RELAY),
        replace(AWAY, kind=NetworkKind.CARRIER),
        replace(AWAY, place=None),
        replace(AWAY, place=replace(LONDON, city=None)),
        replace(AWAY, place=replace(LONDON, accuracy_radius_km=1000)),
    ],
)
def test_a_side_that_is_nowhere_in_particular_is_never_a_finding(nowhere: Network) -> None:
    home = segment(at("18:00"), at("20:04"))
    assert not found(TRAVEL, home, segment(at("20:05"), None, nowhere, "phone")).findings
    assert not found(TRAVEL, segment(at("18:00"), at("20:04"), nowhere, "phone"), home).findings


def test_a_provider_moving_its_pool_to_the_next_city_is_no_finding() -> None:
    exact = replace(STOCKHOLM, asn=LINKOPING.asn, accuracy_radius_km=1)
    home = segment(at("18:00"), at("20:04"), replace(HOME, place=replace(LINKOPING)))
    moved = segment(at("20:05"), None, network("89.160.21.1", exact), "phone")
    config = ImpossibleTravel(min_distance_km=50)
    assert not found(config, home, moved).findings
    assert found(replace(config, same_asn_min_distance_km=100), home, moved).findings


def test_a_distance_below_the_minimum_is_no_finding() -> None:
    home = segment(at("18:00"), at("20:04"))
    train = segment(at("20:05"), None, NEAR, "phone")
    assert not found(TRAVEL, home, train).findings
    assert found(ImpossibleTravel(min_distance_km=50), home, train).findings


def test_a_trusted_side_and_a_trusted_person_are_never_findings() -> None:
    home, away = segment(at("18:00"), at("20:04")), segment(at("20:31"), None, AWAY, "phone")
    assert not found(TRAVEL, home, replace(away, trusted=True)).findings
    trusted = timeline(home, away)
    trusted = replace(trusted, person=replace(trusted.person, trusted=True))
    assert not detect(rule(TRAVEL), trusted, NOW).findings


def test_three_devices_at_home_and_one_away_are_one_finding() -> None:
    devices = [segment(at("18:00"), at(f"20:0{n}"), HOME, f"tv{n}") for n in range(3)]
    away = segment(at("20:31"), None, AWAY, "phone")
    (finding,) = found(TRAVEL, *devices, away).findings
    assert finding.segments == (devices[2], away)


def test_an_evening_of_sessions_after_one_arrival_is_one_finding() -> None:
    home = segment(at("18:00"), at("20:04"))
    evening = [
        segment(at(f"20:{n:02}"), at(f"20:{n + 3:02}"), AWAY, "phone") for n in range(10, 55, 5)
    ]
    (finding,) = found(TRAVEL, home, *evening).findings
    assert finding.segments == (home, evening[0])


def test_there_and_back_is_one_behaviour_seen_twice() -> None:
    home = segment(at("18:00"), at("20:04"))
    away = segment(at("20:31"), at("21:00"), AWAY, "phone")
    back = segment(at("21:10"), None)
    findings = found(TRAVEL, home, away, back).findings
    assert len(findings) == 2
    assert len({finding.behaviour_key for finding in findings}) == 1
    assert len({finding.identity for finding in findings}) == 2


def test_the_identity_stays_when_more_happens_on_either_side() -> None:
    home, away = segment(at("18:00"), None), segment(at("20:31"), None, AWAY, "phone")
    (before,) = found(TRAVEL, home, away, now=at("20:32")).findings
    home = replace(home, ended_at=at("20:40"))
    more = [
        segment(at("20:40:05"), None),
        segment(at("20:50"), None, HOME, "tablet"),
        replace(away, ended_at=at("20:45")),
        segment(at("20:45:03"), None, AWAY, "phone"),
    ]
    identities = {f.identity for f in found(TRAVEL, home, *more, now=at("23:00")).findings}
    assert before.identity in identities


# --- anonymous networks -------------------------------------------------------------------------


def test_the_use_of_an_anonymous_network_is_a_finding_only_if_the_rule_says_so() -> None:
    vpn = segment(at("20:00"), at("21:00"), replace(AWAY, kind=NetworkKind.VPN), name="Pixel 8")
    assert not found(TRAVEL, vpn).findings
    (finding,) = found(ImpossibleTravel(anonymous="flag"), vpn).findings
    assert finding.sentence == (
        "Streamed on Pixel 8 through a VPN at 20:00; it comes out in London (81.2.69.x), and where "
        "the person is cannot be known."
    )
    assert finding.at == at("20:00")
