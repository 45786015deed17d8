"""Folding events, in order, into a session: what each of them says of it.

Which events these are, and in which order they come, ``shared.domain.record`` says.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import reduce

from shared.domain.session import (
    STREAM_ATTRIBUTES,
    EndReason,
    Interruption,
    PastSegment,
    PastStream,
    Session,
    SessionEvent,
    State,
)

# Changes kept per session. A player that flaps more often than this loses the oldest details,
# never the totals.
KEPT_CHANGES = 1_000

_INTERRUPTED = (State.PAUSED, State.BUFFERING)


def fold(identity: Session, base: Session | None, events: Sequence[SessionEvent]) -> Session:
    """Fold events, in order, onto a base; without one, the opening event begins the session."""
    if base is not None:
        return reduce(apply, events, base)
    first = opening(events)
    return reduce(apply, (event for event in events if event is not first), begin(identity, first))


def opening(events: Sequence[SessionEvent]) -> SessionEvent:
    """Return the event that begins a session: the first of these that says what plays."""
    return next((event for event in events if event.says_what_plays), events[0])


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
        attributes=event.attributes,
        account_user_id=identity.account_user_id,
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
    state = event.asserted_state
    # A player that ends puts its position back to nothing: that is no place it went to.
    ends = state is State.STOPPED and not event.progress
    progress = None if ends else event.progress
    session = _elapse(_begin_earlier(session, event.started_at), at, progress)
    session = _enter(session, state, at)
    if event.network is not None:
        session = _join(session, event, at)
    if not event.attributes.items() <= session.attributes.items():
        session = _describe(session, event, at)
    return _end(session, event.end_reason) if state is State.STOPPED else session


def fall_silent(silent: Session) -> Session:
    """End a session that goes on, at its last sign of life.

    One whose source never reports progress is taken to have played its item to the end, and is
    marked as estimated.
    """
    if silent.attributes.get("reports_progress") is False and silent.state is State.PLAYING:
        silent = _played_to_the_end(silent)
    if silent.interrupted_since is not None:
        # Kept even if it has no length yet: a later event finds that the player was paused.
        last = Interruption(silent.state, silent.interrupted_since, silent.last_seen_at)
        silent = replace(silent, interruptions=(*silent.interruptions, last))
    return _end(silent, EndReason.TIMEOUT)


def _played_to_the_end(session: Session) -> Session:
    duration = session.attributes.get("duration_ms")
    length = timedelta(milliseconds=duration) if isinstance(duration, int) else timedelta()
    reached = max(session.progress, (session.start_progress or timedelta()) + session.watched)
    rest = max(timedelta(), length - reached)
    return replace(
        session,
        last_seen_at=session.last_seen_at + rest,
        progress=reached + rest,
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


def _elapse(session: Session, at: datetime, progress: timedelta | None) -> Session:
    """Count the time up to ``at`` for the state that held; note the sign of life and position.

    The first position that is known tells where in the item the session began.
    """
    passed = at - session.last_seen_at
    paused = session.paused + passed if session.state is State.PAUSED else session.paused
    buffered = session.buffered + passed if session.state is State.BUFFERING else session.buffered
    began = session.start_progress
    if began is None and progress is not None:
        watched = max(timedelta(), at - session.started_at - paused - buffered)
        began = max(timedelta(), progress - watched)
    return replace(
        session,
        last_seen_at=at,
        progress=session.progress if progress is None else progress,
        start_progress=began,
        paused=paused,
        buffered=buffered,
    )


def _enter(session: Session, state: State | None, at: datetime) -> Session:
    """Change the state, closing an interruption that ends and opening one that begins."""
    if state is None or state is session.state:
        return session
    interruptions = session.interruptions
    if session.interrupted_since is not None and session.interrupted_since < at:
        closed = Interruption(session.state, session.interrupted_since, at)
        interruptions = _keep(interruptions, closed)
    return replace(
        session,
        state=state,
        interruptions=interruptions,
        interrupted_since=at if state in _INTERRUPTED else None,
    )


def _keep(
    interruptions: tuple[Interruption, ...], closed: Interruption
) -> tuple[Interruption, ...]:
    """Add an interruption; of too many the two oldest become one that is as long as both.

    What was watched is the session less its interruptions, so that none of their time may be lost.
    """
    if len(interruptions) < KEPT_CHANGES:
        return (*interruptions, closed)
    first, second, *others = interruptions
    both = replace(first, end=first.end + (second.end - second.start))
    return (both, *others, closed)


def _join(session: Session, event: SessionEvent, at: datetime) -> Session:
    """Note the network; a new one ends the present segment."""
    before, now = session.network, event.network
    if before == now:
        return session
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
