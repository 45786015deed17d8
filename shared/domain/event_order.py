"""The order of a session's events: what the producer counted, else its time.

A producer that counts its events is believed before its clock. Events without a count (some
producers have none, and some ends are ours) are put among these by their time.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime

from shared.domain.session import EventKind, SessionEvent

_Place = tuple[datetime, int, int, str]


def ordered(events: Iterable[SessionEvent]) -> tuple[SessionEvent, ...]:
    """Return events in the order in which they are folded, whatever the order given.

    1. Those with a sequence, in its order; each counts as happening no earlier than the one
       before it. A start begins a new count: some players begin at one again.
    2. Those without, put in by time.
    """
    counted: list[SessionEvent] = []
    placed: list[tuple[_Place, SessionEvent]] = []
    for event in events:
        if event.sequence is None:
            placed.append(((*event.order, event.fingerprint), event))
        else:
            counted.append(event)
    starts = sorted(event.at for event in counted if event.kind is EventKind.START)
    counted.sort(
        key=lambda event: (
            bisect_right(starts, event.at),
            event.sequence,
            *event.order,
            event.fingerprint,
        )
    )
    at: datetime | None = None
    for count, event in enumerate(counted):
        at = event.at if at is None else max(at, event.at)
        placed.append(((at, count, 0, ""), event))
    placed.sort(key=lambda entry: entry[0])
    return tuple(event for _, event in placed)


def follows(event: SessionEvent, journal: Sequence[SessionEvent]) -> bool:
    """Say whether an event surely comes after all of an ordered journal, as nearly all do."""
    if any(known.at >= event.at for known in journal):
        return False
    if event.sequence is None:
        return True
    return all(known.sequence is None or known.sequence < event.sequence for known in journal)
