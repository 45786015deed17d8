"""The fold: whatever the order in which events arrive, the session they tell of is the same."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.record import REORDER_WINDOW, Record, open_record, record, time_out
from shared.domain.session import (
    Attributes,
    EndReason,
    EventKind,
    Interruption,
    NetworkAddress,
    Session,
    SessionEvent,
    State,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOME = NetworkAddress("81.2.69.160", "81.2.69.160")
CAFE = NetworkAddress("89.160.20.112", "89.160.20.112")


def blank() -> Session:
    return Session(
        id=UUID(int=1),
        user_id=UUID(int=2),
        source="test",
        session_key="k",
        started_at=NOON,
        last_seen_at=NOON,
        network_since=NOON,
    )


def event(
    kind: EventKind,
    seconds: float,
    *,
    state: State | None = None,
    sequence: int | None = None,
    progress: timedelta | None = None,
    network: NetworkAddress | None = None,
    attributes: Attributes | None = None,
) -> SessionEvent:
    return SessionEvent(
        kind=kind,
        at=NOON + timedelta(seconds=seconds),
        state=state,
        sequence=sequence,
        progress=progress,
        network=network,
        attributes=attributes or {},
    )


def told(events: Sequence[SessionEvent], arrives: datetime | None = None) -> Record:
    """Fold events in the order of their arrival, all at one instant unless another is given."""
    first, *rest = events
    current = open_record(blank(), first)
    for late in rest:
        current = record(current, late, arrives or max(e.at for e in events))
    return current


def seconds(duration: timedelta) -> float:
    return duration.total_seconds()


def test_time_counts_as_watched_while_it_plays() -> None:
    session = told(
        [event(EventKind.START, 0), event(EventKind.PROGRESS, 60), event(EventKind.STOP, 90)]
    ).session
    assert (seconds(session.watched), session.state) == (90, State.STOPPED)
    assert session.stopped_at == NOON + timedelta(seconds=90)


def test_paused_time_counts_from_the_first_paused_sign_to_the_next_playing_one() -> None:
    session = told(
        [
            event(EventKind.START, 0),
            event(EventKind.PAUSE, 10),
            event(EventKind.PROGRESS, 20),
            event(EventKind.RESUME, 40),
            event(EventKind.STOP, 100),
        ]
    ).session
    assert (seconds(session.watched), seconds(session.paused)) == (70, 30)
    [pause] = session.interruptions
    assert pause == Interruption(
        State.PAUSED, NOON + timedelta(seconds=10), NOON + timedelta(seconds=40)
    )


def test_a_stop_in_a_pause_ends_the_pause_too() -> None:
    session = told(
        [event(EventKind.START, 0), event(EventKind.PAUSE, 10), event(EventKind.STOP, 40)]
    ).session
    assert (seconds(session.watched), seconds(session.paused)) == (10, 30)
    assert session.interrupted_since is None


def test_buffering_is_neither_watched_nor_paused() -> None:
    session = told(
        [
            event(EventKind.START, 0),
            event(EventKind.PROGRESS, 10, state=State.BUFFERING),
            event(EventKind.PROGRESS, 15, state=State.PLAYING),
            event(EventKind.STOP, 20),
        ]
    ).session
    assert [seconds(t) for t in (session.watched, session.paused, session.buffered)] == [15, 0, 5]


def test_a_network_change_in_mid_stream_is_kept_with_its_times() -> None:
    session = told(
        [
            event(EventKind.START, 0, network=HOME),
            event(EventKind.PROGRESS, 60, network=CAFE),
            event(EventKind.STOP, 90),
        ]
    ).session
    [past] = session.past_segments
    assert (past.network, past.start, past.end) == (HOME, NOON, NOON + timedelta(seconds=60))
    assert (session.network, session.network_since) == (CAFE, NOON + timedelta(seconds=60))


def test_an_event_without_an_address_leaves_the_network_as_it_is() -> None:
    session = told([event(EventKind.START, 0, network=HOME), event(EventKind.PROGRESS, 9)]).session
    assert session.network == HOME


def test_a_heartbeat_after_the_stop_does_not_revive_a_session() -> None:
    stopped = told([event(EventKind.START, 0), event(EventKind.STOP, 30)])
    after = record(stopped, event(EventKind.PROGRESS, 40), NOON + timedelta(seconds=40))
    assert after.session == stopped.session


def test_a_silent_session_ends_at_its_last_sign_of_life() -> None:
    ended = time_out(told([event(EventKind.START, 0), event(EventKind.PROGRESS, 60)])).session
    assert (ended.stopped_at, ended.end_reason) == (
        NOON + timedelta(seconds=60),
        EndReason.TIMEOUT,
    )


def test_a_late_event_corrects_a_time_out() -> None:
    silent = time_out(told([event(EventKind.START, 0), event(EventKind.PROGRESS, 60)]))
    back = record(silent, event(EventKind.PROGRESS, 400), NOON + timedelta(seconds=400)).session
    assert (back.stopped_at, back.state, seconds(back.watched)) == (None, State.PLAYING, 400)


def test_what_was_watched_before_a_pause_is_no_part_of_what_remains_of_an_item() -> None:
    film = {"reports_progress": False, "duration_ms": 7_200_000}
    silent = told(
        [
            event(EventKind.START, 0, attributes=film),
            event(EventKind.PAUSE, 3_600),
            event(EventKind.RESUME, 4_200),
        ]
    )
    ended = time_out(silent).session
    assert (seconds(ended.watched), seconds(ended.progress)) == (7_200, 7_200)


def test_a_player_that_puts_its_position_back_as_it_ends_has_gone_nowhere() -> None:
    near, nowhere = timedelta(seconds=7_000), timedelta()
    begun = [event(EventKind.START, 0), event(EventKind.PROGRESS, 7_000, progress=near)]
    assert told([*begun, event(EventKind.STOP, 7_010, progress=nowhere)]).session.progress == near
    again = event(EventKind.PROGRESS, 7_010, progress=nowhere)
    assert told([*begun, again]).session.progress == nowhere


def test_a_player_that_fell_silent_while_paused_was_paused_all_the_time() -> None:
    silent = time_out(told([event(EventKind.START, 0), event(EventKind.PAUSE, 60)]))
    back = record(silent, event(EventKind.RESUME, 3600), NOON + timedelta(hours=1)).session
    assert (seconds(back.watched), seconds(back.paused)) == (60, 3540)


def test_a_late_title_does_not_replace_a_newer_one() -> None:
    session = told(
        [
            event(EventKind.START, 0, attributes={"title": "old"}),
            event(EventKind.PROGRESS, 20, attributes={"title": "new"}),
            event(EventKind.PROGRESS, 10, attributes={"title": "late"}),
        ]
    ).session
    assert session.attributes["title"] == "new"


offsets = st.integers(min_value=0, max_value=int(REORDER_WINDOW.total_seconds()) - 1)
events = st.builds(
    event,
    st.sampled_from(EventKind),
    offsets,
    state=st.sampled_from([None, State.PLAYING, State.PAUSED, State.BUFFERING]),
    sequence=st.none() | st.integers(0, 9),
    progress=st.none() | st.integers(0, 300).map(lambda s: timedelta(seconds=s)),
    network=st.sampled_from([None, HOME, CAFE]),
    attributes=st.dictionaries(st.sampled_from(["title", "bitrate_kbps"]), st.integers(0, 3)),
)


@settings(max_examples=300)
@given(st.lists(events, min_size=1, max_size=12), st.data())
def test_any_permutation_with_repetitions_gives_the_same_session(
    sent: list[SessionEvent], data: st.DataObject
) -> None:
    arrived = data.draw(st.permutations([*sent, *data.draw(st.lists(st.sampled_from(sent)))]))
    in_order = sorted(sent, key=lambda e: (e.order, e.fingerprint))
    arrives = NOON + REORDER_WINDOW
    assert told(arrived, arrives).session == told(in_order, arrives).session


@settings(max_examples=300)
@given(
    st.lists(
        st.tuples(events, st.integers(-7_200, 7_200), st.integers(0, 7_200)),
        min_size=1,
        max_size=15,
    )
)
def test_any_order_at_all_breaks_no_invariant(
    arrivals: list[tuple[SessionEvent, int, int]],
) -> None:
    current: Record | None = None
    for told_of, shift, arrival in arrivals:
        moved = SessionEvent(
            kind=told_of.kind,
            at=told_of.at + timedelta(seconds=shift),
            state=told_of.state,
            network=told_of.network,
        )
        now = NOON + timedelta(seconds=arrival)
        current = open_record(blank(), moved) if current is None else record(current, moved, now)
        session = current.session
        assert session.started_at <= session.last_seen_at
        assert (session.state is State.STOPPED) == (session.stopped_at is not None)
        assert min(session.watched, session.paused, session.buffered) >= timedelta()
        assert session.watched <= session.last_seen_at - session.started_at
        spans = [(i.start, i.end) for i in session.interruptions]
        assert all(start <= end for start, end in spans)
        assert all(a[1] <= b[0] for a, b in pairwise(spans))


def test_a_player_that_counts_anew_without_a_start_is_not_late() -> None:
    before = [event(EventKind.START, 0, sequence=480), event(EventKind.PAUSE, 60, sequence=481)]
    begun_again = event(EventKind.RESUME, 100, sequence=1)
    session = told([*before, begun_again, event(EventKind.PROGRESS, 130, sequence=2)]).session
    assert (seconds(session.watched), seconds(session.paused)) == (90, 40)


def test_a_clock_that_is_put_back_a_little_is_no_new_count() -> None:
    first = event(EventKind.PAUSE, 60, sequence=1)
    session = told([event(EventKind.RESUME, 58, sequence=2), first]).session
    assert session.state is State.PLAYING


@settings(max_examples=300)
@given(
    st.lists(
        st.tuples(
            st.integers(11, 30),  # seconds since the event before
            st.sampled_from([EventKind.PROGRESS, EventKind.PAUSE, EventKind.RESUME]),
            st.booleans(),  # whether the player counts from one again
        ),
        min_size=1,
        max_size=9,
    ),
    st.data(),
)
def test_whoever_counts_anew_at_any_time_is_understood_as_if_nobody_counted(
    told_of: list[tuple[int, EventKind, bool]], data: st.DataObject
) -> None:
    counted: list[SessionEvent] = []
    clock = sequence = 0
    for passed, kind, begins_again in told_of:
        clock, sequence = clock + passed, 1 if begins_again else sequence + 1
        counted.append(event(kind, clock, sequence=sequence))
    uncounted = [replace(one, sequence=None) for one in counted]
    arrived = data.draw(st.permutations([*counted, data.draw(st.sampled_from(counted))]))
    assert told(arrived).session == told(uncounted).session
