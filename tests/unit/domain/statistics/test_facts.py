"""What a session counts for."""

from datetime import UTC, datetime, timedelta
from functools import reduce
from itertools import pairwise
from uuid import UUID

from shared.domain.fold import KEPT_CHANGES, apply, begin
from shared.domain.session import EventKind, Session, SessionEvent, State
from shared.domain.statistics.facts import facts

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def flapping(pauses: int) -> Session:
    """Return a session of a player that plays and pauses in turns, seven seconds and three."""
    blank = Session(UUID(int=1), UUID(int=2), "test", "k", NOON, NOON, NOON)
    turns = [
        SessionEvent(EventKind.PROGRESS, NOON + (10 * number + at) * SECOND, state=state)
        for number in range(pauses)
        for at, state in ((7, State.PAUSED), (10, State.PLAYING))
    ]
    return reduce(apply, turns, begin(blank, SessionEvent(EventKind.START, NOON)))


def test_a_session_counts_for_all_its_watch_time_however_often_it_was_interrupted() -> None:
    pauses = KEPT_CHANGES + 200
    session = flapping(pauses)
    [fact] = facts([session], {})
    assert sum(fact.spread) / 1_000 == session.watched.total_seconds() == 7 * pauses
    assert len(session.interruptions) == KEPT_CHANGES
    assert all(one.end <= after.start for one, after in pairwise(session.interruptions))
