"""The journal as JSON: what is read back is what was written, whatever the events were."""

import json
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.record import Record, open_record, record, time_out
from shared.domain.session import EventKind, SessionEvent
from shared.store import journal
from tests.unit.domain.test_fold import NOON, blank, events


def read_back(before: Record) -> Record:
    """Write a record as JSON and read it, its session being what the row itself holds."""
    text = json.dumps(journal.encode_journal(before))
    # jsonb keeps the members of an object in an order of its own.
    return journal.decode_record(before.session, json.loads(text, object_pairs_hook=reordered))


def reordered(pairs: list[tuple[str, object]]) -> dict[str, object]:
    return dict(sorted(pairs, key=lambda pair: (len(pair[0]), pair[0])))


@settings(max_examples=200)
@given(st.lists(st.tuples(events, st.integers(0, 3_600)), min_size=1, max_size=10))
def test_a_record_survives_being_stored(arrivals: list[tuple[SessionEvent, int]]) -> None:
    (first, _), *rest = arrivals
    current = open_record(blank(), first)
    for told, arrival in rest:
        current = record(current, told, NOON + timedelta(seconds=arrival))
        assert read_back(current) == current
    assert read_back(time_out(current)) == time_out(current)


@settings(max_examples=200)
@given(st.lists(st.tuples(events, st.integers(0, 3_600)), min_size=1, max_size=10))
def test_a_record_that_is_stored_between_its_events_is_the_same(
    arrivals: list[tuple[SessionEvent, int]],
) -> None:
    (first, _), *rest = arrivals
    kept = stored = open_record(blank(), first)
    for told, arrival in rest:
        now = NOON + timedelta(seconds=arrival)
        kept, stored = record(kept, told, now), record(read_back(stored), told, now)
        assert stored == kept


def test_an_event_that_comes_last_leaves_the_journal_unread() -> None:
    first, *beats = [
        SessionEvent(
            kind=EventKind.PROGRESS, at=NOON + timedelta(seconds=10 * s), progress=timedelta(s)
        )
        for s in range(5)
    ]
    before = open_record(blank(), first)
    unreadable = journal.encode_journal(before)
    unreadable["runs"][0][0] = "no kind of event"
    after = journal.decode_record(before.session, unreadable)
    for beat in beats:
        after = record(after, beat, beat.at)
        before = record(before, beat, beat.at)
    assert after.session == before.session
    written = journal.encode_journal(after)
    written["runs"][0][0] = "progress"
    assert journal.decode_record(after.session, written) == before


def test_a_heartbeat_a_second_stays_small() -> None:
    first, *beats = [
        SessionEvent(
            kind=EventKind.PROGRESS, at=NOON + timedelta(seconds=s), progress=timedelta(seconds=s)
        )
        for s in range(1_200)
    ]
    current = open_record(blank(), first)
    for beat in beats:
        current = record(current, beat, beat.at)
    assert len(json.dumps(journal.encode_journal(current))) < 30_000


def test_instants_are_kept_to_the_millisecond() -> None:
    at = datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)
    assert journal.from_ms(journal.to_ms(at)) == at
