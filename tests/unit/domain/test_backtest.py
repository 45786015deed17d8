"""What a rule would have made of a person's past."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.backtest import Span, WouldBe, as_of, backtest, reach
from shared.domain.case import merge
from shared.domain.rules import (
    ConcurrentStreams,
    DeviceVelocity,
    GeoRestriction,
    ImpossibleTravel,
    Inactivity,
    Rule,
    RuleConfig,
    RuleMode,
    SimultaneousLocations,
    detect,
)
from shared.domain.timeline import Interval, Segment, Timeline
from tests.unit.domain.rules.builders import (
    AWAY,
    DAY,
    FAR,
    HOME,
    LAN,
    NEAR,
    PERSON,
    at,
    rule,
    segment,
    timeline,
)

QUARTER = Span(DAY - timedelta(days=60), DAY + timedelta(days=30))
NO_BRITAIN = GeoRestriction(countries=frozenset({"GB", "AU"}))


def _backtest(config: RuleConfig, *segments: Segment, span: Span = QUARTER) -> WouldBe | None:
    return backtest(rule(config), timeline(*segments), span)


def _made(config: RuleConfig, *segments: Segment, span: Span = QUARTER) -> WouldBe:
    would_be = _backtest(config, *segments, span=span)
    assert would_be is not None
    return would_be


def test_a_person_of_whom_nothing_is_found_has_no_would_be_case() -> None:
    assert _backtest(ImpossibleTravel(), segment(at("20:00"), at("21:00"))) is None


def test_a_would_be_case_has_the_sentence_of_its_findings() -> None:
    would_be = _made(NO_BRITAIN, segment(at("20:00"), at("21:00"), AWAY))
    assert would_be.case.occurrences == 1
    assert "the United Kingdom is one of the denied countries" in would_be.findings[0].sentence
    assert would_be.alerts == (at("20:00"),)


def test_more_of_the_same_is_no_other_alert_but_another_behaviour_is_one() -> None:
    would_be = _made(
        NO_BRITAIN,
        segment(at("20:00"), at("21:00"), AWAY),
        segment(at("20:00", day=1), at("21:00", day=1), AWAY),
        segment(at("20:00", day=2), at("21:00", day=2), FAR),
    )
    assert would_be.case.occurrences == 3
    assert would_be.alerts == (at("20:00"), at("20:00", day=2))


def test_another_behaviour_soon_after_is_told_when_the_quiet_time_is_over() -> None:
    would_be = _made(
        NO_BRITAIN,
        segment(at("20:00"), at("21:00"), AWAY),
        segment(at("21:00"), at("22:00"), FAR),
    )
    assert would_be.alerts == (at("20:00"), at("02:00", day=1))


def test_another_behaviour_is_told_as_soon_as_whoever_operates_this_wants() -> None:
    streams = (
        segment(at("20:00"), at("21:00"), AWAY),
        segment(at("21:00"), at("22:00"), FAR),
    )
    would_be = backtest(rule(NO_BRITAIN), timeline(*streams), QUARTER, merge_hours=1)
    assert would_be is not None
    assert would_be.alerts == (at("20:00"), at("21:00"))


def test_only_what_became_true_within_the_span_counts() -> None:
    abroad = [segment(at("20:00", day=day), at("21:00", day=day), AWAY) for day in (0, 5, 9)]
    would_be = _made(NO_BRITAIN, *abroad, span=Span(at("00:00", day=3), at("00:00", day=8)))
    assert [finding.at for finding in would_be.findings] == [at("20:00", day=5)]


def test_what_went_on_when_the_span_ended_was_open_then() -> None:
    long = segment(at("20:00"), at("23:00"), AWAY, pauses=(Interval(at("20:30"), at("22:00")),))
    seen = as_of(timeline(long), at("21:00"))
    assert seen.segments == (replace(long, ended_at=None, pauses=(Interval(at("20:30"), None),)),)
    assert as_of(timeline(long), at("19:00")).segments == ()


def test_an_overlap_that_ripened_after_the_span_is_not_of_it() -> None:
    streams = (
        segment(at("20:00"), at("22:00"), HOME, "tv"),
        segment(at("21:00"), at("22:00"), AWAY, "phone"),
    )
    before = Span(QUARTER.start, at("21:00:30"))
    assert _backtest(SimultaneousLocations(), *streams, span=before) is None
    assert _backtest(SimultaneousLocations(), *streams) is not None


def test_dormancies_of_the_past_are_found_and_the_present_one_too() -> None:
    played = [segment(at("20:00", day=day), at("21:00", day=day)) for day in (-55, -20, -19)]
    would_be = _made(Inactivity(inactive_days=30), *played)
    assert [finding.at for finding in would_be.findings] == [
        at("21:00", day=-25),
        at("21:00", day=11),
    ]
    assert "since 2026-09-26" in would_be.findings[0].sentence


def test_who_was_active_again_after_the_span_was_dormant_in_it_all_the_same() -> None:
    someone = replace(PERSON, last_active_at=at("12:00", day=90))
    past = timeline(segment(at("20:00", day=-50), at("21:00", day=-50)), person=someone)
    would_be = backtest(rule(Inactivity(inactive_days=30)), past, QUARTER)
    assert would_be is not None
    assert [finding.at for finding in would_be.findings] == [at("21:00", day=-20)]


def test_a_backtest_reaches_back_as_far_as_its_rule_looks() -> None:
    assert reach(rule(ImpossibleTravel(window_hours=48))) >= timedelta(hours=48)
    assert reach(rule(Inactivity(inactive_days=40))) == timedelta(days=40)


def test_travel_that_a_live_rule_of_simultaneous_locations_reports_is_left_to_it() -> None:
    streams = (
        segment(at("20:00"), at("22:00"), HOME, "tv"),
        segment(at("21:00"), at("22:00"), AWAY, "phone"),
    )
    travel, other = rule(ImpossibleTravel(), mode=RuleMode.SHADOW), rule(SimultaneousLocations())
    assert backtest(travel, timeline(*streams), QUARTER, [other]) is None
    assert backtest(travel, timeline(*streams), QUARTER) is not None


CONFIGS: Sequence[RuleConfig] = (
    ImpossibleTravel(),
    SimultaneousLocations(),
    DeviceVelocity(count="networks", max=2),
    ConcurrentStreams(max_streams=1),
    NO_BRITAIN,
    Inactivity(inactive_days=1),
)
_networks = st.sampled_from([HOME, AWAY, FAR, NEAR, LAN])


@st.composite
def _segments(draw: st.DrawFn) -> Segment:
    start = DAY + timedelta(minutes=draw(st.integers(0, 8_000)))
    end = start + timedelta(minutes=draw(st.integers(0, 300)))
    where = draw(_networks)
    return segment(start, end, where, draw(st.sampled_from(["tv", "phone", "tablet", None])))


_pasts = st.lists(_segments(), max_size=14).map(lambda found: timeline(*found))


@given(_pasts, st.sampled_from(CONFIGS))
def test_a_would_be_case_is_the_fold_of_its_findings_one_by_one(
    past: Timeline, config: RuleConfig
) -> None:
    would_be = backtest(rule(config), past, QUARTER)
    if would_be is None:
        return
    case, told = None, list[datetime | None]()
    for finding in would_be.findings:
        outcome = merge(case, [finding], history=(), now=finding.at)
        case = outcome.case
        told.append(outcome.notify_at)
    assert case == would_be.case
    assert tuple(moment for moment in told if moment) == would_be.alerts


@given(_pasts, st.sampled_from(CONFIGS))
def test_a_backtest_up_to_now_finds_what_the_rule_finds_now(
    past: Timeline, config: RuleConfig
) -> None:
    one, now = rule(config), QUARTER.end
    found = {finding.identity for finding in detect(one, past, now).findings}
    would_be = backtest(one, past, QUARTER)
    assert found <= {finding.identity for finding in (would_be.findings if would_be else ())}


@given(_pasts, st.sampled_from(CONFIGS), st.integers(0, 8_000))
def test_what_is_found_in_two_halves_is_what_is_found_in_the_whole(
    past: Timeline, config: RuleConfig, minutes: int
) -> None:
    def ats(one: Rule, span: Span) -> list[datetime]:
        would_be = backtest(one, past, span)
        return [finding.at for finding in would_be.findings] if would_be else []

    one, middle = rule(config), DAY + timedelta(minutes=minutes)
    whole = ats(one, QUARTER)
    later = ats(one, Span(middle, QUARTER.end))
    assert later == [moment for moment in whole if moment >= middle]
