from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.finding import Detection
from shared.domain.network import Network
from shared.domain.rules import ConcurrentStreams, detect
from shared.domain.timeline import Interval, Segment
from tests.unit.domain.rules.builders import (
    AWAY,
    HOME,
    LAN,
    PERSON,
    at,
    found,
    rule,
    segment,
    timeline,
)

THREE = ConcurrentStreams()


def _devices(count: int, start: datetime, end: datetime | None) -> list[Segment]:
    return [segment(start, end, HOME, f"device-{n}", name=f"Screen {n}") for n in range(count)]


def test_more_streams_than_allowed_are_one_finding_that_names_each() -> None:
    (finding,) = found(THREE, *_devices(4, at("20:31"), at("20:43"))).findings
    assert finding.sentence == (
        "Played 4 streams at once, from 20:31 to 20:43 (12 min): "
        "Screen 0 in Linköping (89.160.20.x), Screen 1 in Linköping (89.160.20.x), "
        "Screen 2 in Linköping (89.160.20.x), Screen 3 in Linköping (89.160.20.x); "
        "the limit is 3."
    )
    assert finding.at == at("20:32")
    assert len(finding.segments) == 4
    assert finding.facts == {"streams": 4, "peak": 4, "seconds": 720, "limit": 3}


def test_as_many_streams_as_allowed_are_no_finding() -> None:
    assert not found(THREE, *_devices(3, at("20:00"), at("22:00"))).findings


def test_an_excess_that_is_too_short_is_no_finding() -> None:
    three = _devices(3, at("20:00"), at("21:00"))
    assert not found(THREE, *three, segment(at("20:59:01"), at("22:00"))).findings
    assert found(THREE, *three, segment(at("20:59"), at("22:00"))).findings


def test_an_excess_that_is_not_ripe_is_due_and_ripens_exactly_then() -> None:
    four = [*_devices(3, at("18:00"), None), segment(at("20:00"), None)]
    unripe = found(THREE, *four, now=at("20:00:59"))
    assert not unripe.findings
    assert unripe.due_at == at("20:01")
    ripe = found(THREE, *four, now=at("20:01"))
    assert ripe.due_at is None
    assert [finding.at for finding in ripe.findings] == [at("20:01")]


def test_an_excess_that_ended_before_it_was_ripe_is_never_due() -> None:
    four = [*_devices(3, at("18:00"), None), segment(at("20:00"), at("20:00:30"))]
    assert found(THREE, *four, now=at("20:00:45")) == Detection()


def test_an_open_segment_counts_until_now() -> None:
    four = [*_devices(3, at("10:00"), None), segment(at("20:00"), at("21:00"))]
    assert found(THREE, *four, now=at("20:30")).findings


def test_sessions_on_one_device_count_once() -> None:
    sessions = [segment(at("20:00"), at("22:00")) for _ in range(6)]
    assert not found(THREE, *sessions).findings


def test_sessions_on_unknown_devices_count_each() -> None:
    sessions = [segment(at("20:00"), at("22:00"), device=None) for _ in range(4)]
    (finding,) = found(THREE, *sessions).findings
    assert finding.behaviour_key == 'devices:["unknown","unknown","unknown","unknown"]'


def test_a_session_that_changes_network_on_an_unknown_device_counts_once() -> None:
    parts = [
        segment(at("20:00"), at("22:00"), where, None, session=UUID(int=5))
        for where in (HOME, AWAY, LAN, Network())
    ]
    assert not found(THREE, *parts).findings


def test_streams_on_the_lan_and_from_unknown_networks_count() -> None:
    streams = [
        segment(at("20:00"), at("22:00"), where, f"device-{n}")
        for n, where in enumerate((HOME, LAN, Network(), AWAY))
    ]
    (finding,) = found(THREE, *streams).findings
    assert "in the local network" in finding.sentence


def test_trusted_streams_do_not_count() -> None:
    four = _devices(4, at("20:00"), at("22:00"))
    assert not found(THREE, *four[:3], replace(four[3], trusted=True)).findings


def test_a_persons_own_limit_beats_the_rules() -> None:
    four = _devices(4, at("20:00"), at("22:00"))

    def with_limit(limit: int | None) -> Detection:
        whose = timeline(*four, person=replace(PERSON, stream_limit=limit))
        return detect(rule(THREE), whose, at("23:00"))

    assert with_limit(None).findings
    assert not with_limit(4).findings
    assert with_limit(2).findings[0].facts["limit"] == 2


def test_a_limit_of_no_streams_is_a_limit_and_not_none() -> None:
    nobody = timeline(segment(at("20:00"), at("22:00")), person=replace(PERSON, stream_limit=0))
    assert detect(rule(THREE), nobody, at("23:00")).findings


def test_autoplay_that_overlaps_by_a_second_is_no_extra_stream() -> None:
    three = _devices(3, at("20:00"), at("22:00"))
    following = [segment(at("21:59:59"), at("23:00"), HOME, f"device-{n}") for n in range(3)]
    assert not found(ConcurrentStreams(min_overlap_seconds=1), *three, *following).findings


def test_a_hand_over_does_not_interrupt_an_excess() -> None:
    three = _devices(3, at("20:00"), at("22:00"))
    tracks = [
        segment(start, start + timedelta(seconds=40))
        for n in range(5)
        for start in [at("20:00") + timedelta(seconds=45 * n)]
    ]
    assert found(THREE, *three, *tracks).findings
    assert not found(ConcurrentStreams(handover_seconds=0), *three, *tracks).findings


def test_one_device_that_stops_as_another_starts_does_not_interrupt_an_excess() -> None:
    three = _devices(3, at("20:00"), at("22:00"))
    relay = [
        segment(at("20:00"), at("20:00:40"), HOME, "phone"),
        segment(at("20:00:40"), at("20:01:20"), HOME, "tablet"),
    ]
    (finding,) = found(THREE, *three, *relay).findings
    assert finding.at == at("20:01")


def test_a_paused_stream_counts_only_if_the_rule_says_so() -> None:
    three = _devices(3, at("20:00"), at("22:00"))
    paused = segment(at("20:00"), at("22:00"), pauses=(Interval(at("20:00:30"), at("22:00")),))
    assert not found(THREE, *three, paused).findings
    assert found(ConcurrentStreams(count_paused=True), *three, paused).findings


def test_a_stream_in_an_open_pause_does_not_ripen() -> None:
    three = _devices(3, at("20:00"), None)
    paused = segment(at("20:00"), None, pauses=(Interval(at("20:00:30"), None),))
    assert found(THREE, *three, paused, now=at("20:00:45")) == Detection()
    resumed = replace(paused, pauses=(Interval(at("20:00:30"), at("20:10")),))
    detection = found(THREE, *three, resumed, now=at("20:10:10"))
    assert detection.due_at == at("20:11")


def test_pauses_are_cut_out_even_if_they_are_short() -> None:
    three = _devices(3, at("20:00"), at("20:01:40"))
    pause = Interval(at("20:00:50"), at("20:00:55"))
    assert not found(THREE, *three, segment(at("20:00"), at("22:00"), pauses=(pause,))).findings


def test_a_device_joining_an_excess_is_another_behaviour_when_it_has_lasted() -> None:
    four = _devices(4, at("20:00"), at("22:00"))
    fifth = segment(at("20:30"), at("21:00"))
    first, second = found(THREE, *four, fifth).findings
    assert (first.at, second.at) == (at("20:01"), at("20:31"))
    assert first.behaviour_key != second.behaviour_key
    assert first.facts["peak"] == second.facts["peak"] == 5


def test_a_device_that_joins_an_excess_is_due_when_it_will_have_lasted() -> None:
    four, fifth = _devices(4, at("20:00"), None), segment(at("20:30"), None)
    detection = found(THREE, *four, fifth, now=at("20:30:10"))
    assert len(detection.findings) == 1
    assert detection.due_at == at("20:31")


def test_a_device_joining_for_a_moment_is_no_other_behaviour() -> None:
    four = _devices(4, at("20:00"), at("22:00"))
    assert len(found(THREE, *four, segment(at("20:30"), at("20:30:30"))).findings) == 1


def test_the_finding_is_the_same_while_the_excess_goes_on() -> None:
    four = _devices(4, at("20:00"), None)
    (early,) = found(THREE, *four, now=at("20:01")).findings
    (late,) = found(THREE, *four, now=at("21:30")).findings
    ended = [replace(s, ended_at=at("22:00")) for s in four]
    more = [segment(at("22:00:05"), None, HOME, f"device-{n}") for n in range(4)]
    (after,) = found(THREE, *ended, *more, now=at("23:00")).findings
    assert early.identity == late.identity == after.identity
    assert early.at == late.at == after.at


def test_two_evenings_are_two_findings_of_one_behaviour() -> None:
    first, second = _devices(4, at("20:00"), at("21:00")), _devices(4, at("22:00"), at("23:00"))
    findings = found(THREE, *first, *second).findings
    assert len({finding.identity for finding in findings}) == 2
    assert len({finding.behaviour_key for finding in findings}) == 1


def test_a_segment_of_no_length_or_with_its_end_before_its_start_does_no_harm() -> None:
    strange = [segment(at("19:00"), at("19:00"), HOME, f"device-{n}") for n in range(9)] + [
        segment(at("19:00"), at("18:00"), HOME, f"device-{n + 9}") for n in range(9)
    ]
    for config in (THREE, ConcurrentStreams(count_paused=True)):
        assert found(config, *strange) == Detection()


MINUTE = timedelta(minutes=1)


@st.composite
def evenings(draw: st.DrawFn) -> list[Segment]:
    segments: list[Segment] = []
    for number in range(draw(st.integers(1, 10))):
        start = at("20:00") + draw(st.integers(0, 30)) * MINUTE
        length = draw(st.none() | st.integers(0, 30))
        end = None if length is None else start + length * MINUTE
        device = draw(st.sampled_from(["a", "b", "c", "d", None]))
        segments.append(segment(start, end, HOME, device, session=UUID(int=number + 1)))
    return segments


@pytest.mark.parametrize("limit", [1, 2])
@settings(max_examples=60)
@given(segments=evenings())
def test_an_excess_is_found_if_and_only_if_a_count_by_the_minute_finds_it(
    limit: int, segments: list[Segment]
) -> None:
    now = at("21:30")
    counts = [
        len({s.actor for s in segments if s.started_at <= minute < s.end_or(now)})
        for minute in (at("20:00") + n * MINUTE for n in range(90))
    ]
    longest = run = 0
    for count in counts:
        run = run + 1 if count > limit else 0
        longest = max(longest, run)
    for minutes in (1, 3, 10):
        config = ConcurrentStreams(
            max_streams=limit, min_overlap_seconds=60 * minutes, handover_seconds=0
        )
        assert bool(found(config, *segments, now=now).findings) == (longest >= minutes)
