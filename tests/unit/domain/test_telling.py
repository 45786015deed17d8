"""Several runs under one key, told late, again, by id or briefly: the same sessions as in order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.record import open_record, time_out
from shared.domain.session import EndReason, EventKind, Session, SessionEvent, State
from shared.domain.succession import Chain, Telling, named, tell

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ADA = UUID(int=7)
START, PROGRESS, STOP = EventKind.START, EventKind.PROGRESS, EventKind.STOP


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@dataclass(frozen=True)
class Said:
    """An event of one run of a player, sent to the id that its start was answered with or not."""

    run: int
    event: SessionEvent
    by_id: bool = False


def event(kind: EventKind, seconds: float, item: str | None = None) -> SessionEvent:
    whole = {} if item is None else {"content_id": item, "content_type": "movie"}
    return SessionEvent(kind=kind, at=at(seconds), attributes=whole)


class Listener:
    """Tells a chain what it hears; what it cannot place yet is sent again later."""

    def __init__(self) -> None:
        self.chain: Chain = ()
        self.ids: dict[int, UUID] = {}
        self._fresh = map(UUID, (f"{number:032x}" for number in count(1)))

    def hear(self, said: Sequence[Said]) -> list[Session]:
        """Return the sessions, ids left out."""
        now = max(one.event.at for one in said)
        waiting = list(said)
        while waiting:
            left = [one for one in waiting if not self._take(one, now)]
            assert len(left) < len(waiting), "some events fit nowhere"
            waiting = left
        return [replace(known.session, id=ADA) for known in self.chain]

    def _take(self, said: Said, now: datetime) -> bool:
        if said.by_id and said.run not in self.ids:
            return False
        before = {known.session.id for known in self.chain}
        self.chain, session_id = tell(self.chain, self._telling(said), now)
        assert before <= {known.session.id for known in self.chain}, "an id was lost"
        if session_id is not None and said.event.kind is START:
            self.ids[said.run] = session_id
        return session_id is not None

    def _telling(self, said: Said) -> Telling:
        one = said.event
        if said.by_id:
            [known] = [k for k in self.chain if k.session.id == self.ids[said.run]]
            one = named(one, known.session)
        blank = Session(next(self._fresh), ADA, "test", "k", one.at, one.at, one.at)
        return Telling(one, ADA, partial(open_record, blank, one) if one.says_what_plays else None)


def heard(*said: Said) -> list[Session]:
    return Listener().hear(said)


def test_a_late_stop_by_id_leaves_the_second_run_of_an_item_a_session_of_its_own() -> None:
    start, again = Said(1, event(START, 0, "a")), Said(2, event(START, 100, "a"))
    stop = Said(1, event(STOP, 90), by_id=True)
    assert heard(start, again, stop) == heard(start, stop, again)
    assert len(heard(start, again, stop)) == 2


def test_who_was_told_the_id_of_the_first_run_tells_of_the_second_by_it() -> None:
    start, again = Said(1, event(START, 0, "a")), Said(2, event(START, 100, "a"))
    stop, beat = Said(1, event(STOP, 90), by_id=True), Said(2, event(PROGRESS, 160), by_id=True)
    first, second = heard(start, again, stop, beat)
    assert (first.stopped_at, second.last_seen_at) == (at(90), at(160))


def test_an_item_that_comes_back_keeps_its_session_if_the_item_between_is_heard_of_late() -> None:
    first, between, back = (
        Said(run, event(START, 100 * run, item)) for run, item in enumerate("aba")
    )
    assert heard(first, back, between) == heard(first, between, back)
    assert len(heard(first, back, between)) == 3


def test_a_beat_by_id_after_the_next_item_began_is_not_of_that_and_begins_nothing() -> None:
    start, following = Said(1, event(START, 0, "a")), Said(2, event(START, 100, "b"))
    beat = Said(1, event(PROGRESS, 105), by_id=True)
    for said in ([start, following, beat], [start, beat, following]):
        first, second = heard(*said)
        assert (first.stopped_at, second.last_seen_at) == (at(100), at(100))


def test_an_event_that_says_all_is_the_same_by_id_and_by_key() -> None:
    start, beat = Said(1, event(START, 0, "a")), event(PROGRESS, 60, "a")
    listener = Listener()
    listener.hear([start, Said(1, beat), Said(1, beat, by_id=True)])
    [known] = listener.chain
    assert known.journal == (start.event, beat)


def test_a_stop_by_id_from_before_its_start_ends_a_session_that_has_an_item() -> None:
    [session] = heard(Said(1, event(START, 100, "a")), Said(1, event(STOP, 90), by_id=True))
    assert (session.started_at, session.stopped_at) == (at(100), at(100))
    assert session.attributes["content_id"] == "a"


def test_a_stop_that_names_no_item_ends_nothing_that_began_later() -> None:
    chain = Listener()
    chain.hear([Said(2, event(START, 100, "a"))])
    after, session_id = tell(chain.chain, Telling(event(STOP, 90)), at(100))
    assert (after, session_id) == (chain.chain, None)


def without_reports(seconds: float, item: str, minutes: int) -> SessionEvent:
    start = event(START, seconds, item)
    length = {"reports_progress": False, "duration_ms": minutes * 60_000}
    return replace(start, attributes={**start.attributes, **length})


def test_who_never_reports_progress_is_taken_to_play_until_the_next_item_begins() -> None:
    first, _ = heard(Said(1, without_reports(0, "a", 90)), Said(2, event(START, 3_600, "b")))
    assert (first.stopped_at, first.end_reason) == (at(3_600), EndReason.MEDIA_CHANGED)
    assert first.watched == timedelta(hours=1)


def test_who_never_reports_progress_has_played_to_the_end_whoever_noticed_first() -> None:
    start, following = without_reports(0, "a", 20), Said(2, event(START, 7_200, "b"))
    noticed_first = Listener()
    noticed_first.hear([Said(1, start)])
    noticed_first.chain = tuple(map(time_out, noticed_first.chain))
    assert noticed_first.hear([following]) == heard(Said(1, start), following)
    assert noticed_first.chain[0].session.stopped_at == at(1_200)


states = st.sampled_from([None, State.PLAYING, State.PAUSED, State.BUFFERING])
steps = st.lists(st.tuples(st.integers(1, 20), states), max_size=3)
runs = st.lists(
    st.tuples(st.integers(1, 40), st.sampled_from("ab"), steps, st.booleans()),
    min_size=1,
    max_size=4,
)
ways = st.sampled_from(["by id", "all by id", "briefly", "whole"])


def script(
    told_runs: list[tuple[int, str, list[tuple[int, State | None]], bool]],
    way: str,
    *,
    counts: bool,
) -> list[Said]:
    """Write what a player tells whose starts do not say when they began."""
    said: list[Said] = []
    clock = 0
    for run, (pause, item, told_steps, stops) in enumerate(told_runs):
        clock += pause
        events = [event(START, clock, item)]
        whole = item if way in ("whole", "all by id") else None
        for seconds, state in told_steps:
            clock += seconds
            events.append(replace(event(PROGRESS, clock, whole), state=state))
        if stops:
            clock += 1
            events.append(event(STOP, clock, whole))
        for number, one in enumerate(events, start=1):
            counted = replace(one, sequence=number) if counts else one
            said.append(Said(run, counted, by_id="by id" in way and number > 1))
    return said


@settings(max_examples=300)
@given(runs, ways, st.booleans(), st.data())
def test_runs_that_nobody_dates_are_the_same_in_any_order_of_arrival(
    told_runs: list[tuple[int, str, list[tuple[int, State | None]], bool]],
    way: str,
    counts: bool,  # noqa: FBT001  (drawn)
    data: st.DataObject,
) -> None:
    sent = script(told_runs, way, counts=counts)
    again = data.draw(st.lists(st.sampled_from(range(len(sent))), max_size=4))
    arrived = data.draw(st.permutations([*sent, *(sent[number] for number in again)]))
    assert heard(*arrived) == heard(*sent)
