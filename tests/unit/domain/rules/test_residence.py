from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.finding import Finding
from shared.domain.network import Network, NetworkKind
from shared.domain.rules import (
    ConcurrentStreams,
    ImpossibleTravel,
    RuleConfig,
    SimultaneousLocations,
    detect,
    memory,
)
from shared.domain.rules.residence import MEMORY
from shared.domain.timeline import Segment
from tests.unit.domain.rules.builders import (
    AWAY,
    FAR,
    HOME,
    LINKOPING,
    LONDON,
    NEAR,
    at,
    network,
    rule,
    segment,
    timeline,
)
from tests.unit.domain.rules.test_rules import calls_of

TRAVEL, BOTH = ImpossibleTravel(), SimultaneousLocations()
NOW = at("23:59")

TELEVISION_AT_HOME = segment(at("18:00"), at("21:00"), HOME, "tv")
PHONE_AWAY = segment(at("20:00"), at("22:00"), AWAY, "phone")
PHONE_LATER = segment(at("21:30"), at("22:00"), AWAY, "phone")


def evening(day: int, where: Network = HOME, device: str | None = "phone") -> Segment:
    """Return an hour of an evening some days after the test's day, or before it."""
    return segment(at("19:00", day), at("20:00", day), where, device)


def found(
    config: RuleConfig, *segments: Segment, past: tuple[Segment, ...] = ()
) -> tuple[Finding, ...]:
    return detect(rule(config), timeline(*segments), NOW, past=past).findings


def is_found(*past: Segment) -> bool:
    """Say whether the evening is a finding to who knows the past; both rules agree."""
    both = found(BOTH, TELEVISION_AT_HOME, PHONE_AWAY, past=past)
    travel = found(TRAVEL, TELEVISION_AT_HOME, PHONE_LATER, past=past)
    assert bool(both) is bool(travel)
    return bool(both)


def test_a_phone_in_a_hotel_while_the_television_plays_at_home_is_no_finding() -> None:
    assert not is_found(evening(-5))


def test_the_television_at_home_while_the_phone_still_plays_in_the_hotel_is_no_finding() -> None:
    hotel = segment(at("18:00"), at("21:00"), AWAY, "phone")
    home = segment(at("20:00"), at("22:00"), HOME, "tv")
    assert found(BOTH, hotel, home)
    assert not found(BOTH, hotel, home, past=(evening(-5),))


def test_a_friends_phone_that_was_never_here_is_a_finding() -> None:
    assert is_found(evening(-5, AWAY), evening(-6, FAR), evening(-5, HOME, "tv"))


@pytest.mark.parametrize(
    ("config", "ends"), [(BOTH, ("21:00", "21:30")), (TRAVEL, ("19:50", "19:55"))]
)
def test_a_strangers_device_is_found_behind_one_of_the_household_that_was_there_last(
    config: RuleConfig, ends: tuple[str, str]
) -> None:
    """The phone lived where the stranger is; the television, which ended before it, never was."""
    television = segment(at("18:00"), at(ends[0]), HOME, "tv")
    phone = segment(at("18:30"), at(ends[1]), HOME, "phone")
    stranger = segment(at("20:00"), at("22:00"), AWAY, "stranger")
    past = (evening(-5, AWAY), evening(-5, HOME, "tv"), evening(-6))
    assert found(config, phone, stranger)
    assert not found(config, phone, stranger, past=past)
    [finding] = found(config, television, phone, stranger, past=past)
    assert [side.device_id for side in finding.segments] == ["tv", "stranger"]


def test_having_been_here_on_the_day_itself_is_not_living_here() -> None:
    assert is_found(segment(at("08:00"), at("09:00"), HOME, "phone"))


def test_what_is_longer_ago_than_the_memory_is_forgotten() -> None:
    assert not is_found(evening(-MEMORY.days))
    assert is_found(evening(-MEMORY.days - 1))


def test_a_rule_may_ask_for_more_days_or_for_none() -> None:
    past = (evening(-5), evening(-4))
    for days, finds in ((0, True), (1, False), (2, False), (3, True)):
        strict = SimultaneousLocations(resident_days=days)
        assert bool(found(strict, TELEVISION_AT_HOME, PHONE_AWAY, past=past)) is finds


def test_one_visit_among_many_days_elsewhere_is_not_living_there() -> None:
    elsewhere = [evening(-day, AWAY) for day in range(10, 40)]
    assert is_found(evening(-5), *elsewhere)
    assert not is_found(evening(-5), evening(-6), *elsewhere)


def test_a_home_lies_where_it_is_placed_give_or_take_a_hundred_kilometres() -> None:
    near = network("89.160.99.1", replace(LINKOPING, latitude=59.1, city="Norrköping"))
    assert not is_found(evening(-5, near))
    assert is_found(evening(-5, NEAR))


def test_a_home_whose_ipv6_is_placed_in_another_city_than_its_ipv4_is_no_finding() -> None:
    ipv6 = network("2a02:d500:0:1::/64", replace(LONDON, asn=LINKOPING.asn))
    tonight = segment(at("20:00"), at("22:00"), ipv6, "phone")
    assert found(BOTH, TELEVISION_AT_HOME, tonight)
    assert not found(BOTH, TELEVISION_AT_HOME, tonight, past=(evening(-1),))


def test_two_devices_of_one_home_are_one_household_wherever_they_are_placed_today() -> None:
    tablet = segment(at("18:00"), at("21:00"), FAR, "tablet")
    assert found(BOTH, tablet, PHONE_AWAY)
    assert not found(BOTH, tablet, PHONE_AWAY, past=(evening(-5), evening(-9, HOME, "tablet")))


def test_a_vpn_that_no_list_has_is_no_finding_for_a_device_that_lives_at_home() -> None:
    exit_ = segment(at("20:00"), at("22:00"), network("100.36.2.9", LONDON), "phone")
    assert not found(BOTH, TELEVISION_AT_HOME, exit_, past=(evening(-3),))


def ride(day: int, device: str | None, *cities: str) -> list[Segment]:
    """Return one stream that a provider lets out in some places, five minutes in each."""
    exits = {"London": LONDON, "Linköping": LINKOPING, "Sydney": FAR.place}
    session, start = UUID(int=1_000_000 + day), at("19:00", day)
    return [
        segment(
            start + timedelta(minutes=5 * n),
            start + timedelta(minutes=5 * n + 5),
            network(f"81.9.{n}.1", replace(exits[city] or LONDON, asn=LONDON.asn)),
            device,
            session=session,
        )
        for n, city in enumerate(cities)
    ]


def test_a_phone_that_its_provider_lets_out_in_two_cities_in_one_stream_is_on_a_carrier() -> None:
    assert not is_found(*ride(-5, "phone", "London", "Sydney"))
    assert is_found(*ride(-5, "phone", "London", "London"))
    assert is_found(*ride(-5, "tablet", "London", "Sydney"))


def test_only_what_it_does_with_that_provider_is_nowhere() -> None:
    hotel = replace(AWAY, place=replace(LONDON, asn=5607))
    phone = segment(at("20:00"), at("22:00"), hotel, "phone")
    assert found(BOTH, TELEVISION_AT_HOME, phone, past=tuple(ride(-5, "phone", "London", "Sydney")))


def test_an_unknown_device_that_wanders_in_this_stream_is_on_a_carrier() -> None:
    wandering = ride(0, None, "London", "Sydney", "London")
    assert not found(BOTH, TELEVISION_AT_HOME, *wandering)
    assert found(BOTH, TELEVISION_AT_HOME, *ride(0, None, "London", "London"))


def test_a_stream_that_goes_on_after_a_flight_has_not_wandered() -> None:
    before, after = ride(-5, "phone", "London", "Sydney")
    landed = after.started_at + timedelta(hours=24)
    later = replace(after, started_at=landed, ended_at=landed + timedelta(hours=1))
    assert is_found(before, later)
    assert not is_found(before, after)


@pytest.mark.parametrize("device", [None, ""])
def test_an_unknown_device_lives_nowhere(device: str | None) -> None:
    unknown = segment(at("20:00"), at("22:00"), AWAY, device)
    assert found(BOTH, TELEVISION_AT_HOME, unknown, past=(evening(-5, HOME, device),))


def test_a_place_that_says_nothing_of_where_a_device_was_is_no_home() -> None:
    assert is_found(evening(-5, replace(HOME, kind=NetworkKind.CARRIER)))
    assert is_found(evening(-5, replace(HOME, kind=NetworkKind.VPN)))
    assert is_found(evening(-5, replace(HOME, place=None)))


def test_trusted_and_excluded_segments_show_where_a_device_lives_all_the_same() -> None:
    assert not is_found(replace(evening(-5), trusted=True))


def test_the_use_of_an_anonymous_network_is_flagged_whoever_lives_where() -> None:
    vpn = segment(at("20:00"), at("22:00"), replace(AWAY, kind=NetworkKind.VPN), "phone")
    assert found(replace(BOTH, anonymous="flag"), vpn, past=(evening(-5),))


def test_only_the_rules_of_distance_need_the_past() -> None:
    assert memory(rule(TRAVEL)) == memory(rule(BOTH)) == MEMORY
    assert memory(rule(SimultaneousLocations(resident_days=0))) == timedelta(0)
    assert memory(rule(ConcurrentStreams())) == timedelta(0)


@st.composite
def visits(draw: st.DrawFn, days: tuple[int, int], size: int) -> list[Segment]:
    return [
        segment(
            start := at("00:00", draw(st.integers(*days)))
            + timedelta(minutes=draw(st.integers(0, 1_200))),
            start + timedelta(minutes=draw(st.integers(1, 200))),
            draw(st.sampled_from([HOME, AWAY, FAR, NEAR])),
            draw(st.sampled_from(["tv", "phone", "tablet", None])),
        )
        for _ in range(draw(st.integers(0, size)))
    ]


@settings(max_examples=100)
@given(visits((-1, 0), 8), visits((-100, -2), 8), visits((-100, -2), 8))
def test_to_know_more_of_the_past_takes_findings_away_only_where_somebody_lives(
    today: list[Segment], before: list[Segment], more: list[Segment]
) -> None:
    def identities(past: list[Segment]) -> set[str]:
        return {finding.identity for finding in found(BOTH, *today, past=tuple(past))}

    nothing_known = found(BOTH, *today)
    known = {segment.actor for segment in before if segment.knows_device}
    gone = {f.identity for f in nothing_known} - identities(before)
    assert identities(before) <= {finding.identity for finding in nothing_known}
    for finding in nothing_known:
        if finding.identity in gone:
            assert known & {segment.actor for segment in finding.segments}
    nobody = [replace(segment, device_id=None) for segment in more]
    assert identities([*before, *nobody]) == identities(before)


def test_twice_the_past_is_no_more_than_thrice_the_work() -> None:
    def work(count: int) -> Callable[[], object]:
        cities = [
            network(f"81.{n // 250}.{n % 250}.1", replace(LONDON, city=f"City {n}", latitude=n / 9))
            for n in range(40)
        ]
        past = tuple(evening(-1 - n % 80, cities[n % 40], f"device-{n % 3}") for n in range(count))
        today = [
            segment(
                at("00:00") + timedelta(minutes=n),
                at("00:00") + timedelta(minutes=n + 5),
                (HOME, AWAY)[n % 2],
                f"device-{n % 3}",
            )
            for n in range(count // 2)
        ]
        return lambda: detect(rule(BOTH), timeline(*today), NOW, past=past)

    assert calls_of(work(2_000)) < 3 * calls_of(work(1_000))
