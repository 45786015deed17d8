"""Records: a session with what is needed to fold a late event into it.

A session keeps, besides what its events made of it, the events of the last minutes (the journal)
and the state before these (the base). An event that comes late, but within the window, is put in
its place and the journal is folded again; one that comes in order, as nearly all do, is folded
onto the session alone, which gives the same.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.domain.event_order import ordered
from shared.domain.fold import apply, begin, fall_silent, fold, opening
from shared.domain.past import KnownPast, Past
from shared.domain.session import EndReason, EventKind, Session, SessionEvent

# How late an event may be and still be put in its place.
REORDER_WINDOW = timedelta(minutes=5)

# Two items that follow each other within this time on one player are an autoplay.
AUTOPLAY_GAP = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Successor:
    """When the player went on to the next session of its key, and to what."""

    at: datetime
    reason: EndReason


@dataclass(frozen=True, slots=True)
class Record:
    """A session with what is needed to fold a late event into it.

    Attributes:
        session: the base with the journal folded onto it, ended by its successor if it has one.
        past: the events of the window, and the session before these.
        successor: what came after it under the same key.
    """

    session: Session
    past: Past
    successor: Successor | None = None

    @property
    def base(self) -> Session | None:
        """The session before the journal; ``None`` if the journal holds its first event."""
        return self.past.base

    @property
    def journal(self) -> tuple[SessionEvent, ...]:
        """The events of the window, in order."""
        return self.past.journal


def open_record(blank: Session, event: SessionEvent) -> Record:
    """Begin a session with its first known event; ``blank`` gives its identity."""
    return Record(session=begin(blank, event), past=KnownPast(base=None, journal=(event,)))


def record(before: Record, event: SessionEvent, now: datetime) -> Record:
    """Fold one more event in, and settle. ``now`` is the time of arrival, which moves the window.

    A repeated event changes nothing.
    """
    return settle(with_event(before, event), now)


def with_event(before: Record, event: SessionEvent) -> Record:
    """Fold one more event in, at its place."""
    if before.past.is_before(event):
        past = before.past.then(event)
        if before.successor is None and not before.session.attributes.get("is_estimated"):
            return Record(apply(before.session, event), past)
        return refold(replace(before, past=past))
    if event in before.journal:
        return before
    journal = ordered((*before.journal, event))
    return refold(replace(before, past=KnownPast(before.base, journal)))


def succeeded_by(before: Record, successor: Successor | None) -> Record:
    """End a session where the next of its key began, unless it ended before."""
    return before if before.successor == successor else refold(replace(before, successor=successor))


def refold(current: Record) -> Record:
    """Fold the journal again. A player that has gone on says nothing more of this session."""
    successor = current.successor
    events = current.journal
    if successor is not None:
        first = opening(events) if current.base is None else None
        events = [event for event in events if event.at <= successor.at or event is first]
    session = fold(current.session, current.base, events)
    if successor is not None and session.is_active:
        session = _left(session, successor)
    return replace(current, session=session)


def _left(session: Session, successor: Successor) -> Session:
    """End a session that was left: just then if another item followed on, else when last heard.

    One that had been silent for long before had ended by that, whoever noticed first. A source
    that never reports progress is silent while it plays.
    """
    silent = fall_silent(session)
    silence = successor.at - silent.last_seen_at
    if silence > AUTOPLAY_GAP:
        return silent
    plays_on = silent.last_seen_at > session.last_seen_at
    followed_on = successor.reason is EndReason.MEDIA_CHANGED and silence >= timedelta()
    at = successor.at if plays_on or followed_on else session.last_seen_at
    return apply(session, SessionEvent(EventKind.STOP, at, end_reason=successor.reason))


def time_out(before: Record) -> Record:
    """End a session that fell silent, if it goes on."""
    if not before.session.is_active:
        return before
    return replace(before, session=fall_silent(before.session))


def settle(current: Record, now: datetime) -> Record:
    """Fold the events into the base that no late event can come before any more.

    They are settled in lots, when the oldest is two windows old, so that most events need no
    second fold.
    """
    edge = now - REORDER_WINDOW
    oldest_at = current.past.oldest_at
    if oldest_at is None or oldest_at >= edge - REORDER_WINDOW:
        return current
    recent = (count for count, event in enumerate(current.journal) if event.at >= edge)
    keep = next(recent, len(current.journal))
    settled = current.journal[:keep]
    if current.base is None and opening(current.journal) not in settled:
        return current
    base = fold(current.session, current.base, settled)
    return replace(current, past=KnownPast(base, current.journal[keep:]))
