"""Remembered viewings as estimated sessions."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from functions.ingest_session.history.past import MARGIN, told, viewings
from shared.domain.servers import HistoryEntry
from shared.store.server_states import Span

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
OLDEST = NOW - timedelta(days=90)
DURATIONS = {"a": 3_600_000, "b": 600_000, "c": 60_000}


def entry(item: str, minutes_ago: int, *, is_end: bool = True) -> HistoryEntry:
    at = NOW - timedelta(minutes=minutes_ago)
    attributes = {"content_id": item, "content_type": "movie"}
    return HistoryEntry("1", item, at, is_end=is_end, attributes=attributes)


entries = st.lists(
    st.builds(entry, st.sampled_from("abcx"), st.integers(-100, 140_000), is_end=st.booleans()),
    max_size=25,
)


@given(entries)
def test_viewings_lie_in_order_within_what_is_kept_and_never_overlap(
    remembered: list[HistoryEntry],
) -> None:
    found = viewings(remembered, DURATIONS, [], oldest=OLDEST, now=NOW)
    for viewing in found:
        assert OLDEST <= viewing.start < viewing.end <= NOW
    for one, after in pairwise(found):
        assert one.end <= after.start


@given(entries)
def test_what_was_imported_is_known_the_next_time(remembered: list[HistoryEntry]) -> None:
    found = viewings(remembered, DURATIONS, [], oldest=OLDEST, now=NOW)
    known = [Span(str(v.entry.attributes["content_id"]), v.start, v.end) for v in found]
    again = viewings([v.entry for v in found], DURATIONS, known, oldest=OLDEST, now=NOW)
    assert again == []


def test_an_item_of_unknown_length_is_left_out() -> None:
    assert viewings([entry("x", 500)], DURATIONS, [], oldest=OLDEST, now=NOW) == []


def test_another_item_at_the_same_time_is_no_double() -> None:
    at = NOW - timedelta(minutes=500)
    other = Span("b", at - MARGIN, at)
    assert len(viewings([entry("a", 500)], DURATIONS, [other], oldest=OLDEST, now=NOW)) == 1


def test_a_viewing_has_a_key_of_its_own() -> None:
    found = viewings([entry("b", 500), entry("b", 900)], DURATIONS, [], oldest=OLDEST, now=NOW)
    keys = {event.session_key for viewing in found for event in told(viewing, "server", "ada")}
    assert len(keys) == 2
