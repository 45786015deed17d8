from dataclasses import replace
from datetime import datetime

from shared.domain.rules import (
    ImpossibleTravel,
    RuleMode,
    Scope,
    SimultaneousLocations,
    detect,
)
from shared.domain.timeline import Segment
from tests.unit.domain.rules.builders import (
    AWAY,
    HOME,
    at,
    rule,
    segment,
    timeline,
)

TRAVEL = ImpossibleTravel()
NOW = at("12:00", day=2)

OVERLAP = (segment(at("18:00"), at("21:00")), segment(at("20:00"), at("22:00"), AWAY, "phone"))


def _travel(
    *segments: Segment,
    other: SimultaneousLocations,
    now: datetime = NOW,
    mode: RuleMode = RuleMode.LIVE,
    scope: Scope | None = None,
    enabled: bool = True,
) -> int:
    theirs = rule(other, mode=mode, scope=scope, enabled=enabled)
    return len(detect(rule(TRAVEL), timeline(*segments), now, [theirs]).findings)


def test_an_overlap_that_simultaneous_locations_reports_belongs_to_that_rule_alone() -> None:
    assert _travel(*OVERLAP, other=SimultaneousLocations()) == 0


def test_an_overlap_that_it_does_not_report_stays_travel() -> None:
    assert _travel(*OVERLAP, other=SimultaneousLocations(min_distance_km=2000)) == 1
    assert _travel(*OVERLAP, other=SimultaneousLocations(min_overlap_seconds=3601)) == 1
    assert _travel(*OVERLAP, other=SimultaneousLocations(), enabled=False) == 1
    music = Scope(content_types=frozenset({"music_track"}))
    assert _travel(*OVERLAP, other=SimultaneousLocations(), scope=music) == 1
    nobody = Scope(users=frozenset({"someone-else"}))
    assert _travel(*OVERLAP, other=SimultaneousLocations(), scope=nobody) == 1


def test_a_live_rule_leaves_nothing_to_a_shadow_that_nobody_hears() -> None:
    assert _travel(*OVERLAP, other=SimultaneousLocations(), mode=RuleMode.SHADOW) == 1
    shadow = rule(TRAVEL, mode=RuleMode.SHADOW)
    other = rule(SimultaneousLocations(), mode=RuleMode.SHADOW)
    assert not detect(shadow, timeline(*OVERLAP), NOW, [other]).findings


def test_an_overlap_that_still_ripens_is_left_until_one_side_ends_too_early() -> None:
    home, away = segment(at("18:00"), None), segment(at("20:00"), None, AWAY, "phone")
    both = SimultaneousLocations()
    assert _travel(home, away, other=both, now=at("20:00:30")) == 0
    ended = replace(home, ended_at=at("20:00:40"))
    assert _travel(ended, away, other=both, now=at("20:00:50")) == 1


def test_a_pair_that_does_not_overlap_is_travel_whatever_else_is_live() -> None:
    home, away = segment(at("18:00"), at("20:04")), segment(at("20:31"), None, AWAY, "phone")
    assert _travel(home, away, other=SimultaneousLocations()) == 1


def test_a_new_session_after_the_overlap_is_travel_again() -> None:
    home = segment(at("19:00"), at("21:00"), HOME, "phone")
    first = segment(at("20:00"), at("20:30"), AWAY)
    second = segment(at("21:10"), at("22:00"), AWAY)
    assert _travel(home, first, second, other=SimultaneousLocations()) == 1
