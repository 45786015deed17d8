"""Which streams an action is about."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.action import Target, devices_playing, live_streams, streams_to_end
from shared.domain.finding import Finding
from shared.domain.timeline import Interval, Segment
from tests.unit.domain.rules.builders import at, segment, timeline

FIRST, SECOND, THIRD = (UUID(int=number) for number in (1, 2, 3))


def playing(
    session_id: UUID,
    start: datetime,
    end: datetime | None = None,
    *,
    pauses: tuple[Interval, ...] = (),
) -> Segment:
    device = f"device {session_id}"
    return segment(start, end, device=device, session=session_id, pauses=pauses)


def finding(*segments: Segment) -> Finding:
    now = at("20:00")
    return Finding("k", now, now, segments, {}, "Because.", "identity")


THREE = (playing(FIRST, at("18:00")), playing(SECOND, at("19:00")), playing(THIRD, at("19:30")))


@pytest.mark.parametrize(
    ("target", "ended"),
    [
        (Target.TRIGGERING, [SECOND]),
        (Target.NEWEST, [THIRD]),
        (Target.OLDEST, [FIRST]),
        (Target.ALL_BUT_OLDEST, [SECOND, THIRD]),
        (Target.ALL, [FIRST, SECOND, THIRD]),
    ],
)
def test_each_target_chooses_its_streams(target: Target, ended: list[UUID]) -> None:
    assert list(streams_to_end(target, finding(*THREE[:2]), timeline(*THREE))) == ended


@pytest.mark.parametrize("target", Target)
def test_what_is_over_is_no_reason_to_end_anything(target: Target) -> None:
    over = playing(UUID(int=9), at("17:00"), at("17:30"))
    assert streams_to_end(target, finding(over), timeline(over, *THREE)) == ()


def test_of_a_journey_only_the_stream_that_goes_on_is_ended() -> None:
    left, here = playing(FIRST, at("18:00"), at("18:50")), playing(SECOND, at("19:00"))
    found = streams_to_end(Target.TRIGGERING, finding(left, here), timeline(left, here))
    assert found == (SECOND,)


def test_a_stream_that_changed_its_network_began_when_it_began() -> None:
    moved = (playing(FIRST, at("18:00"), at("19:50")), playing(FIRST, at("19:50")))
    assert live_streams(timeline(*moved, *THREE[1:])) == (FIRST, SECOND, THIRD)


def test_a_paused_device_does_not_play() -> None:
    paused = playing(SECOND, at("19:00"), pauses=(Interval(at("19:10"), None),))
    both = timeline(THREE[0], paused)
    assert devices_playing(both, count_paused=False) == 1
    assert devices_playing(both, count_paused=True) == 2


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 600), st.booleans()), max_size=12),
    st.sets(st.integers(0, 9)),
    st.sampled_from(Target),
)
def test_only_streams_that_go_on_are_ended_each_once_and_always_the_same_ones(
    spans: Sequence[tuple[int, int, bool]], in_finding: set[int], target: Target
) -> None:
    begin = at("10:00")
    segments = [
        playing(
            UUID(int=number + 1),
            begin + timedelta(minutes=minute),
            None if goes_on else begin + timedelta(minutes=minute + 1),
        )
        for number, minute, goes_on in spans
    ]
    about = finding(*(s for s in segments if s.session_id.int - 1 in in_finding))
    ended = streams_to_end(target, about, timeline(*segments))
    live = {one.session_id for one in segments if one.is_open}
    assert set(ended) <= live
    assert len(set(ended)) == len(ended)
    assert ended == streams_to_end(target, about, timeline(*reversed(segments)))
    if target is Target.ALL_BUT_OLDEST and ended:
        assert len(ended) == len(live) - 1
