"""The order of a session's events: what the producer counted, else its time.

A producer that counts its events is believed before its clock. Events without a count (some
producers have none, and some ends are ours) are put among these by their time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.session import EventKind, SessionEvent

# A clock that is put right may go back in the midst of a count, by less than this as a rule.
CLOCK_STEP = timedelta(seconds=10)

_Place = tuple[datetime, int, int, str]


@dataclass(frozen=True, slots=True)
class Front:
    """How far some ordered events go: their latest time, and the last that was counted."""

    at: datetime | None = None
    sequence: int | None = None

    def is_before(self, event: SessionEvent) -> bool:
        """Say whether an event surely comes after all of these, as nearly all do."""
        if self.at is not None and self.at >= event.at:
            return False
        return event.sequence is None or self.sequence is None or self.sequence < event.sequence

    def then(self, event: SessionEvent) -> "Front":
        """Return how far they go with one more at their end."""
        at = event.at if self.at is None else max(self.at, event.at)
        return Front(at, self.sequence if event.sequence is None else event.sequence)


def ordered(events: Iterable[SessionEvent]) -> tuple[SessionEvent, ...]:
    """Return events in the order in which they are folded, whatever the order given.

    1. Those with a sequence, in its order; each counts as happening no earlier than the one
       before it. Where a new count begins, it is put behind the one before.
    2. Those without, put in by time.
    """
    placed: list[tuple[_Place, SessionEvent]] = []
    counted: list[tuple[int, SessionEvent]] = []
    for event in events:
        if event.sequence is None:
            placed.append(((*event.order, event.fingerprint), event))
        else:
            counted.append((event.sequence, event))
    at: datetime | None = None
    for number, event in enumerate(_by_count(counted)):
        at = event.at if at is None else max(at, event.at)
        placed.append(((at, number, 0, ""), event))
    placed.sort(key=lambda entry: entry[0])
    return tuple(event for _, event in placed)


def _by_count(counted: Iterable[tuple[int, SessionEvent]]) -> list[SessionEvent]:
    """Return events in the order of their sequences, one count after the other.

    A start begins a new count: some players begin at one again. So does, without one, an event
    that has a number which the present count had before, or a lower one than all of it, if its
    clock has gone on for longer than clocks are put back.
    """
    by_time = sorted(
        counted,
        key=lambda e: (e[1].at, e[1].kind is not EventKind.START, e[1].order, e[1].fingerprint),
    )
    placed: list[tuple[int, int, SessionEvent]] = []
    count, known_at, lowest = 0, dict[int, datetime](), -1
    for sequence, event in by_time:
        since = known_at.get(sequence) or (known_at[lowest] if sequence < lowest else None)
        begins_again = since is not None and event.at - since > CLOCK_STEP
        if event.kind is EventKind.START or begins_again:
            count, known_at = count + 1, {}
        lowest = min(sequence, lowest) if known_at else sequence
        known_at.setdefault(sequence, event.at)
        placed.append((count, sequence, event))
    placed.sort(key=lambda entry: entry[:2])
    return [event for _, _, event in placed]
