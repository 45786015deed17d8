"""Sessions of one key, one after the other: each event finds its own, however late it comes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.record import open_record
from shared.domain.session import EndReason, EventKind, Session, SessionEvent, State
from shared.domain.succession import Chain, Telling, shifted, tell

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ADA = UUID(int=7)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def event(
    kind: EventKind,
    seconds: float,
    item: str = "m1",
    *,
    claims: float | None = None,
    state: State | None = None,
) -> SessionEvent:
    return SessionEvent(
        kind=kind,
        at=at(seconds),
        state=state,
        started_at=None if claims is None else at(claims),
        attributes={"content_id": item, "content_type": "movie"},
    )


def told(events: Sequence[SessionEvent]) -> list[Session]:
    """Tell events of one key in the order of their arrival, within the window."""
    chain: Chain = ()
    now = max(one.at for one in events)
    for number, one in enumerate(events, start=1):
        blank = Session(UUID(int=number), ADA, "test", "k", one.at, one.at, one.at)
        chain, _ = tell(chain, Telling(one, ADA, partial(open_record, blank, one)), now)
    return [replace(known.session, id=UUID(int=1)) for known in chain]


START, PROGRESS, STOP = EventKind.START, EventKind.PROGRESS, EventKind.STOP


def test_the_next_item_under_a_key_ends_the_one_before() -> None:
    first, second = told([event(START, 0), event(PROGRESS, 60), event(START, 90, "m2")])
    assert (first.end_reason, first.stopped_at) == (EndReason.MEDIA_CHANGED, at(90))
    assert (second.started_at, second.is_active) == (at(90), True)


def test_an_item_left_long_ago_ended_when_it_was_last_heard_of() -> None:
    first, _ = told([event(START, 0), event(PROGRESS, 60), event(START, 7_200, "m2")])
    assert first.stopped_at == at(60)


def test_a_start_repeated_with_its_time_is_the_same_session() -> None:
    assert len(told([event(START, 0, claims=0), event(STOP, 9), event(START, 0, claims=0)])) == 1


def test_a_start_that_began_later_is_a_new_run_of_the_same_item() -> None:
    first, second = told([event(START, 0, claims=0), event(START, 50, claims=50)])
    assert (first.end_reason, second.started_at) == (EndReason.SUPERSEDED, at(50))


def test_a_second_start_of_what_plays_is_a_seek_and_no_session() -> None:
    assert len(told([event(START, 0), event(START, 50)])) == 1


def test_a_start_after_the_stop_is_a_new_session() -> None:
    assert len(told([event(START, 0), event(STOP, 10), event(START, 50)])) == 2


def test_a_stop_that_comes_after_the_next_start_ends_its_own_session() -> None:
    first, second = told([event(START, 0), event(START, 90, "m2"), event(STOP, 80)])
    assert (first.stopped_at, first.end_reason) == (at(80), EndReason.STOPPED)
    assert second.is_active


def test_a_start_that_comes_after_the_next_start_begins_a_session_before_it() -> None:
    first, second = told(
        [event(START, 90, "m2", claims=90), event(START, 0, claims=0), event(STOP, 80)]
    )
    assert (first.started_at, first.stopped_at, second.started_at) == (at(0), at(80), at(90))


def test_a_start_that_is_later_than_its_progress_gives_the_session_its_beginning() -> None:
    [session] = told([event(PROGRESS, 60), event(START, 70, claims=5)])
    assert (session.started_at, session.watched) == (at(5), timedelta(seconds=65))


def test_what_was_said_after_a_late_start_belongs_to_the_session_it_began() -> None:
    first, second = told(
        [
            event(START, 0, claims=0),
            event(PROGRESS, 30),
            event(PROGRESS, 70),
            event(START, 60, claims=60),
        ]
    )
    assert (first.last_seen_at, second.last_seen_at) == (at(30), at(70))


def test_a_clock_that_is_ahead_is_corrected_for_the_whole_session() -> None:
    hour = timedelta(hours=1)
    ahead = Session(UUID(int=1), ADA, "test", "k", NOON, NOON, NOON, clock_offset=hour)
    moved = shifted(event(PROGRESS, 3_660, claims=3_600), ahead)
    assert (moved.at, moved.started_at) == (at(60), at(0))


runs = st.lists(
    st.tuples(
        st.integers(1, 40),  # seconds since the run before
        st.sampled_from(["m1", "m2"]),
        st.lists(
            st.tuples(
                st.integers(1, 20),
                st.sampled_from([None, State.PLAYING, State.PAUSED, State.BUFFERING]),
            ),
            max_size=3,
        ),
        st.booleans(),  # whether it is stopped
    ),
    min_size=1,
    max_size=4,
)


def script(
    told_runs: list[tuple[int, str, list[tuple[int, State | None]], bool]],
) -> list[SessionEvent]:
    """Write what a producer sends that says of each event when its session began."""
    events: list[SessionEvent] = []
    clock = 0
    for pause, item, steps, stops in told_runs:
        clock += pause
        began = clock
        events.append(event(START, clock, item, claims=began))
        for seconds, state in steps:
            clock += seconds
            events.append(event(PROGRESS, clock, item, claims=began, state=state))
        if stops:
            clock += 1
            events.append(event(STOP, clock, item, claims=began))
    return events


@settings(max_examples=300)
@given(runs, st.data())
def test_sessions_of_a_reused_key_are_the_same_in_any_order_of_arrival(
    told_runs: list[tuple[int, str, list[tuple[int, State | None]], bool]], data: st.DataObject
) -> None:
    sent = script(told_runs)
    arrived = data.draw(st.permutations([*sent, *data.draw(st.lists(st.sampled_from(sent)))]))
    assert told(arrived) == told(sent)


@settings(max_examples=200)
@given(
    st.lists(
        st.builds(
            event,
            st.sampled_from(EventKind),
            st.integers(0, 200),
            st.sampled_from(["m1", "m2"]),
            claims=st.none() | st.integers(0, 200),
        ),
        min_size=1,
        max_size=10,
    )
)
def test_whatever_is_sent_only_the_last_session_of_a_key_goes_on(sent: list[SessionEvent]) -> None:
    *former, last = told(sent)
    assert all(session.stopped_at is not None for session in former)
    for session in (*former, last):
        assert session.started_at <= session.last_seen_at
        assert session.started_at <= (session.stopped_at or session.last_seen_at)
        assert timedelta() <= session.watched
