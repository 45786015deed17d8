"""The sessions of one key, one after the other: which of them an event belongs to.

Media servers use a session key again: after a session closed, after a restart, and for the next
item when one plays after another. A chain holds the sessions of a key that late events may still
belong to, in the order in which they began. A session lasts, at the most, until the next begins.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from shared.domain.identifiers import sibling_id
from shared.domain.record import (
    Record,
    Successor,
    open_record,
    record,
    succeeded_by,
    without,
)
from shared.domain.session import EndReason, EventKind, Session, SessionEvent

Chain = tuple[Record, ...]


def owner(chain: Chain, user_id: UUID | None, event: SessionEvent) -> int | None:
    """Say which session of a chain an event belongs to; ``None`` if it begins one of its own.

    1. One that began when the event says that its session began.
    2. A stop: the latest session of its item that had begun.
    3. Anything else: the session that was the latest at that time, if it is of the same item and
       the event does not start it anew.
    4. Else the one that comes next, if it is of the same item and nobody has said when it began.
    """
    same = [i for i, known in enumerate(chain) if _may_be_of(known.session, user_id, event)]
    for i in same:
        claimed = chain[i].session.claimed_start
        if event.started_at is not None and claimed == event.started_at:
            return i
    begun = [i for i, known in enumerate(chain) if known.session.started_at <= event.at]
    if event.kind is EventKind.STOP:
        unclaimed = [i for i in same if chain[i].session.claimed_start is None]
        return next((i for i in reversed(begun) if i in same), None if begun else _first(unclaimed))
    if begun and begun[-1] in same:
        latest = begun[-1]
        return None if _is_new_run(chain[latest].session, event) else latest
    after = begun[-1] + 1 if begun else 0
    unclaimed = after in same and chain[after].session.claimed_start is None
    return after if unclaimed else None


def take(chain: Chain, index: int, event: SessionEvent, now: datetime) -> Chain:
    """Fold an event into the session that owns it."""
    after = record(chain[index], event, now)
    again = _starts_again(after) if event.kind is EventKind.STOP else ()
    if again:
        return _split((*chain[:index], without(after, again), *chain[index + 1 :]), again, now)
    if len(chain) == 1:
        return (after,)
    return _linked((*chain[:index], after, *chain[index + 1 :]))


def _starts_again(stopped: Record) -> tuple[SessionEvent, ...]:
    """Return what was taken for the session's own until its stop was known to come before it."""
    stopped_at = stopped.session.stopped_at
    if stopped_at is None or stopped.session.end_reason is not EndReason.STOPPED:
        return ()
    later = [event for event in stopped.journal if event.at > stopped_at]
    starts = (count for count, event in enumerate(later) if event.kind is EventKind.START)
    first = next(starts, len(later))
    return tuple(later[first:])


def _split(chain: Chain, again: tuple[SessionEvent, ...], now: datetime) -> Chain:
    """Begin the session that these events tell of; the first is its start."""
    first, *rest = again
    before = chain[-1].session
    blank = replace(before, id=sibling_id(before.id, first.at))
    chain = insert(chain, open_record(blank, first), now)
    for event in rest:
        index = owner(chain, None, event)
        chain = chain if index is None else take(chain, index, event, now)
    return chain


def insert(chain: Chain, opened: Record, now: datetime) -> Chain:
    """Put a session that just became known into its place.

    What its predecessor was told after it began, and that fits it, was meant for it.
    """
    start = opened.session.started_at
    index = sum(known.session.started_at <= start for known in chain)
    chain = (*chain[:index], opened, *chain[index:])
    if index > 0:
        before = chain[index - 1]
        moved = [e for e in before.journal if e.at >= start and owner(chain, None, e) == index]
        if moved and (before.base is not None or len(moved) < len(before.journal)):
            for event in moved:
                chain = take(chain, index, event, now)
            chain = (*chain[: index - 1], without(before, moved), *chain[index:])
    return _linked(chain)


def _linked(chain: Chain) -> Chain:
    """Put sessions in the order in which they began, and let each end where the next does."""
    chain = tuple(sorted(chain, key=lambda known: known.session.started_at))
    linked = [
        succeeded_by(known, _successor(known.session, chain[i + 1].session))
        for i, known in enumerate(chain[:-1])
    ]
    return (*linked, *chain[-1:])


def _successor(session: Session, after: Session) -> Successor:
    same = after.user_id == session.user_id and after.attributes.get(
        "content_id"
    ) == session.attributes.get("content_id")
    reason = EndReason.SUPERSEDED if same else EndReason.MEDIA_CHANGED
    return Successor(after.started_at, reason)


def _may_be_of(session: Session, user_id: UUID | None, event: SessionEvent) -> bool:
    """Say whether an event may be of a session: of its person, item and run, if it names them."""
    item = session.attributes.get("content_id")
    if user_id not in (None, session.user_id) or event.attributes.get("content_id", item) != item:
        return False
    if event.started_at is None:
        return True
    if session.claimed_start is None:
        return event.started_at <= session.started_at
    return event.started_at == session.claimed_start


def _is_new_run(session: Session, event: SessionEvent) -> bool:
    """Say whether an event that does not say when its session began starts another run."""
    if event.started_at is not None:
        return False
    if event.kind is not EventKind.START or session.stopped_at is None:
        return False
    return session.end_reason is not EndReason.TIMEOUT and event.at > session.stopped_at


def _first(same: list[int]) -> int | None:
    return same[0] if same else None


def shifted(event: SessionEvent, session: Session) -> SessionEvent:
    """Correct an event's times by how far the clock of the session's producer is ahead."""
    offset = session.clock_offset
    if not offset:
        return event
    claimed = event.started_at
    return replace(
        event,
        at=event.at - offset,
        started_at=None if claimed is None else claimed - offset,
    )
