"""The smallest weeks in which being late once showed: each is the same told late as in time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from shared.domain.past import KnownPast
from shared.domain.record import Record, open_record, record, time_out
from shared.domain.session import EndReason, EventKind, Session, SessionEvent, State
from shared.domain.succession import Chain, Telling, tell
from shared.store.sessions import is_heartbeat

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ADA = UUID(int=7)
START, PROGRESS, PAUSE, STOP = EventKind.START, EventKind.PROGRESS, EventKind.PAUSE, EventKind.STOP


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def event(
    kind: EventKind, seconds: float, item: str = "a", state: State | None = None
) -> SessionEvent:
    attributes = {"content_id": item, "content_type": "movie"}
    return SessionEvent(kind=kind, at=at(seconds), state=state, attributes=attributes)


def opened(first: SessionEvent) -> Record:
    number = round((first.at - NOON).total_seconds()) + 1
    blank = Session(UUID(int=number), ADA, "test", "k", first.at, first.at, first.at)
    return open_record(blank, first)


def then(chain: Chain, one: SessionEvent, now: datetime) -> Chain:
    """Return a chain after one more event that says all."""
    return tell(chain, Telling(one, ADA, partial(opened, one)), now)[0]


def told(events: Sequence[SessionEvent]) -> list[Session]:
    """Record the events of one key in the order given, all within the window."""
    chain: Chain = ()
    now = max(one.at for one in events)
    for one in events:
        chain = then(chain, one, now)
    return [replace(known.session, id=UUID(int=1)) for known in chain]


def test_an_event_before_the_first_that_was_heard_of_the_second_item_belongs_to_that() -> None:
    first, early, late = event(PROGRESS, 0, "a"), event(PROGRESS, 60, "b"), event(PROGRESS, 90, "b")
    assert told([first, late, early]) == told([first, early, late])


def test_the_start_of_the_second_item_may_come_after_its_heartbeat() -> None:
    first, start, beat = event(PROGRESS, 0, "a"), event(START, 60, "b"), event(PROGRESS, 90, "b")
    assert told([first, beat, start]) == told([first, start, beat])


def test_a_pause_that_was_over_when_a_player_fell_silent_stays_over() -> None:
    events = [
        event(START, 0),
        event(PAUSE, 10),
        event(PROGRESS, 20, state=State.PLAYING),
        event(STOP, 400),
    ]
    heard = opened(events[0])
    for one in events[1:3]:
        heard = record(heard, one, one.at)
    silent = time_out(heard)
    late = record(silent, events[3], events[3].at).session
    assert late == record(heard, events[3], events[3].at).session
    assert late.paused == timedelta(seconds=10)


def test_a_pause_that_was_over_stays_over_when_nothing_but_its_row_is_left() -> None:
    heard = opened(event(START, 0))
    for one in (event(PAUSE, 10), event(PROGRESS, 20, state=State.PLAYING)):
        heard = record(heard, one, one.at)
    silent = time_out(heard).session
    settled = Record(silent, KnownPast(base=silent, journal=()))
    assert record(settled, event(STOP, 900), at(900)).session.paused == timedelta(seconds=10)


def test_a_heartbeat_that_overtakes_the_start_of_a_second_run_goes_over_to_it() -> None:
    ended = record(opened(event(START, 0)), event(STOP, 100), at(100)).session
    settled = Record(ended, KnownPast(base=ended, journal=()))
    start = replace(event(START, 3_600), started_at=at(3_600))
    beat = event(PROGRESS, 3_660)
    in_order, in_disorder = ((settled,), (settled,))
    for one, other in ((start, beat), (beat, start)):
        in_order, in_disorder = then(in_order, one, at(3_700)), then(in_disorder, other, at(3_700))
    assert [known.session for known in in_disorder] == [known.session for known in in_order]


def test_the_stop_of_a_first_run_may_come_after_the_start_of_the_second() -> None:
    start, stop, again = event(START, 0), event(STOP, 90), event(START, 100)
    assert told([start, again, stop]) == told([start, stop, again])


def test_a_stop_from_before_a_dated_start_is_not_the_stop_of_that_run() -> None:
    start = replace(event(START, 0), started_at=at(0))
    stop = event(STOP, 80)
    again = replace(event(START, 100), started_at=at(100))
    assert told([again, stop, start]) == told([start, stop, again])


def test_a_player_that_counts_anew_leaves_what_it_told_before_as_it_was() -> None:
    counted = [
        replace(event(START, 0), sequence=1),
        replace(event(PAUSE, 100), sequence=2),
        replace(event(PROGRESS, 200, state=State.PLAYING), sequence=3),
        replace(event(START, 250), sequence=1),
    ]
    assert told(counted)[0].paused == timedelta(seconds=100)


@pytest.mark.parametrize(
    "change",
    [
        {"end_reason": EndReason.SUPERSEDED},
        {"claimed_start": at(0)},
        {"stream_since": at(5)},
        {"clock_offset": timedelta(seconds=1)},
    ],
)
def test_what_a_heartbeat_does_not_write_is_no_heartbeat(change: dict[str, Any]) -> None:
    before = opened(event(START, 0)).session
    after: Session = replace(before, **change)
    assert not is_heartbeat(before, after)


def test_why_a_silent_session_ended_does_not_depend_on_whether_its_journal_is_kept() -> None:
    silent = time_out(opened(event(START, 0)))
    settled = Record(silent.session, KnownPast(base=silent.session, journal=()))
    after = event(START, 7_200, "b")
    kept, forgotten = (then((known,), after, at(7_200))[0].session for known in (silent, settled))
    assert kept == forgotten
