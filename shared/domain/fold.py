"""Folding events into a session, so that the order of their arrival does not show.

A session keeps, besides what its events made of it, the events of the last minutes (the journal)
and the state before these (the base). An event that comes late, but within the window, is put in
its place and the journal is folded again; one that comes in order, as nearly all do, is folded
onto the session alone, which gives the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import reduce

from shared.domain.event_order import ordered
from shared.domain.past import KnownPast, Past
from shared.domain.session import (
    STREAM_ATTRIBUTES,
    EndReason,
    EventKind,
    Interruption,
    PastSegment,
    PastStream,
    Session,
    SessionEvent,
    State,
)

# How late an event may be and still be put in its place.
REORDER_WINDOW = timedelta(minutes=5)

# Two items that follow each other within this time on one player are an autoplay.
AUTOPLAY_GAP = timedelta(minutes=5)

# Changes kept per session. A player that flaps more often than this loses the oldest details,
# never the totals.
KEPT_CHANGES = 1_000

_INTERRUPTED = (State.PAUSED, State.BUFFERING)


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
    """Fold one more event in. A repeated event changes nothing.

    ``now`` is the time of arrival, which moves the window on.
    """
    if before.past.is_before(event):
        after = replace(before, past=before.past.then(event))
        if before.successor is None and not before.session.attributes.get("is_estimated"):
            return _settle(replace(after, session=apply(before.session, event)), now)
    elif event in before.journal:
        return before
    else:
        after = _with_journal(before, ordered((*before.journal, event)))
    return _settle(refold(after), now)


def without(before: Record, events: Sequence[SessionEvent]) -> Record:
    """Take events out of a journal, of which others stay."""
    return refold(_with_journal(before, tuple(e for e in before.journal if e not in events)))


def _with_journal(current: Record, events: tuple[SessionEvent, ...]) -> Record:
    return replace(current, past=KnownPast(current.base, events))


def succeeded_by(before: Record, successor: Successor | None) -> Record:
    """End a session where the next of its key began, unless it ended before."""
    return before if before.successor == successor else refold(replace(before, successor=successor))


def refold(current: Record) -> Record:
    """Fold the journal again. A player that has gone on says nothing more of this session."""
    successor = current.successor
    events = current.journal
    if successor is not None:
        events = tuple(event for event in events if event.at <= successor.at)
    if current.base is None and not events:
        events = current.journal[:1]
    session = fold(current.session, current.base, events)
    if successor is not None and session.is_active:
        session = _left(session, successor)
    return replace(current, session=session)


def _left(session: Session, successor: Successor) -> Session:
    """End a session that was left: just then if another item followed on, else when last heard.

    One that had been silent for long before had ended by that, whoever noticed first.
    """
    silence = successor.at - session.last_seen_at
    if silence > AUTOPLAY_GAP:
        stop = SessionEvent(EventKind.STOP, session.last_seen_at, end_reason=EndReason.TIMEOUT)
        return apply(session, stop)
    followed_on = successor.reason is EndReason.MEDIA_CHANGED and silence >= timedelta()
    at = successor.at if followed_on else session.last_seen_at
    return apply(session, SessionEvent(EventKind.STOP, at, end_reason=successor.reason))


def fold(identity: Session, base: Session | None, events: Sequence[SessionEvent]) -> Session:
    """Fold events, in order, onto a base; without one, the first event begins the session."""
    if base is not None:
        return reduce(apply, events, base)
    first, *rest = events
    return reduce(apply, rest, begin(identity, first))


def begin(identity: Session, event: SessionEvent) -> Session:
    """Return the session as its first event alone tells it."""
    started_at = min(event.started_at or event.at, event.at)
    blank = Session(
        id=identity.id,
        user_id=identity.user_id,
        source=identity.source,
        session_key=identity.session_key,
        started_at=started_at,
        last_seen_at=started_at,
        network_since=started_at,
        network=event.network,
        claimed_start=event.started_at,
        clock_offset=identity.clock_offset,
    )
    return apply(blank, event)


def apply(session: Session, event: SessionEvent) -> Session:
    """Return the session after an event that is the latest so far.

    1. A stopped session stays as it is, unless it had only fallen silent.
    2. The time since the last sign of life counts for the state that held.
    3. The event's own state, network and attributes hold from then on.
    """
    if session.stopped_at is not None:
        if session.end_reason is not EndReason.TIMEOUT:
            return session
        session = _reopen(session)
    at = max(event.at, session.last_seen_at)
    session = _begin_earlier(session, event.started_at)
    session = _elapse(session, at)
    session = _enter(session, event.asserted_state, at)
    if event.network is not None:
        session = _join(session, event, at)
    if event.attributes:
        session = _describe(session, event, at)
    if event.asserted_state is State.STOPPED:
        session = _end(session, event.end_reason)
    return session if event.progress is None else _advance(session, event.progress)


def time_out(before: Record) -> Record:
    """End a session that fell silent, at its last sign of life.

    One whose source never reports progress is taken to have played its item to the end, and is
    marked as estimated.
    """
    if not before.session.is_active:
        return before
    silent = before.session
    if silent.attributes.get("reports_progress") is False and silent.state is State.PLAYING:
        silent = _played_to_the_end(silent)
    if silent.interrupted_since is not None:
        # Kept even if it has no length yet: a later event finds that the player was paused.
        last = Interruption(silent.state, silent.interrupted_since, silent.last_seen_at)
        silent = replace(silent, interruptions=(*silent.interruptions, last))
    return replace(before, session=_end(silent, EndReason.TIMEOUT))


def _advance(session: Session, progress: timedelta) -> Session:
    """Note the position; the first one known tells where in the item the session began."""
    if session.start_progress is not None:
        return replace(session, progress=progress)
    began = max(timedelta(), progress - session.watched)
    return replace(session, progress=progress, start_progress=began)


def _played_to_the_end(session: Session) -> Session:
    duration = session.attributes.get("duration_ms")
    length = timedelta(milliseconds=duration) if isinstance(duration, int) else timedelta()
    rest = max(timedelta(), length - session.progress)
    return replace(
        session,
        last_seen_at=session.last_seen_at + rest,
        progress=session.progress + rest,
        attributes={**session.attributes, "is_estimated": True},
    )


def _begin_earlier(session: Session, claimed: datetime | None) -> Session:
    """Believe the first event that says when the session began."""
    if claimed is None or session.claimed_start is not None:
        return session
    if claimed >= session.started_at:
        return replace(session, claimed_start=claimed)
    since = session.network_since
    return replace(
        session,
        claimed_start=claimed,
        started_at=claimed,
        network_since=claimed if since == session.started_at else since,
    )


def _describe(session: Session, event: SessionEvent, at: datetime) -> Session:
    """Note what the event says; if that changes the delivery, keep how it was until now."""
    before, said = session.attributes, event.attributes
    changed = any(
        name in before and before[name] != said[name] for name in STREAM_ATTRIBUTES & said.keys()
    )
    session = replace(session, attributes={**before, **said})
    if not changed:
        return session
    was = {name: before[name] for name in sorted(STREAM_ATTRIBUTES & before.keys())}
    past = PastStream(was, session.stream_since or session.started_at, at)
    return replace(
        session, stream_since=at, past_streams=(*session.past_streams, past)[-KEPT_CHANGES:]
    )


def _elapse(session: Session, at: datetime) -> Session:
    """Count the time up to ``at`` for the state that held, and note the sign of life."""
    passed = at - session.last_seen_at
    if session.state is State.PAUSED:
        return replace(session, last_seen_at=at, paused=session.paused + passed)
    if session.state is State.BUFFERING:
        return replace(session, last_seen_at=at, buffered=session.buffered + passed)
    return replace(session, last_seen_at=at)


def _enter(session: Session, state: State | None, at: datetime) -> Session:
    """Change the state, closing an interruption that ends and opening one that begins."""
    if state is None or state is session.state:
        return session
    interruptions = session.interruptions
    if session.interrupted_since is not None and session.interrupted_since < at:
        closed = Interruption(session.state, session.interrupted_since, at)
        interruptions = (*interruptions, closed)[-KEPT_CHANGES:]
    return replace(
        session,
        state=state,
        interruptions=interruptions,
        interrupted_since=at if state in _INTERRUPTED else None,
    )


def _join(session: Session, event: SessionEvent, at: datetime) -> Session:
    """Note the network; a new one ends the present segment."""
    before, now = session.network, event.network
    if before is None or now is None or before.key == now.key:
        return replace(session, network=now)
    left = PastSegment(before, session.network_since, at)
    past = (*session.past_segments, left)[-KEPT_CHANGES:]
    return replace(session, network=now, network_since=at, past_segments=past)


def _end(session: Session, reason: EndReason) -> Session:
    return replace(session, state=State.STOPPED, stopped_at=session.last_seen_at, end_reason=reason)


def _reopen(session: Session) -> Session:
    """Undo a time-out: the session was silent, not over, and so was its interruption."""
    alive = replace(session, stopped_at=None, end_reason=None, state=State.PLAYING)
    if session.interrupted_since is None:
        return alive
    *closed, last = session.interruptions
    return replace(alive, state=last.state, interruptions=tuple(closed))


def _settle(current: Record, now: datetime) -> Record:
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
    base = fold(current.session, current.base, current.journal[:keep])
    return replace(current, past=KnownPast(base, current.journal[keep:]))
