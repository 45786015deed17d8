"""Whether an event belongs to the current session of its key, or begins the next.

Media servers use a session key again: after a session closed, after a restart, and for the next
item when one plays after another.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.domain.session import EndReason, EventKind, Session, SessionEvent

# Two items that follow each other within this time on one player are an autoplay.
AUTOPLAY_GAP = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Continues:
    """The event is the current session's."""


@dataclass(frozen=True, slots=True)
class Succeeds:
    """The event begins a new session; the current one, if it is still alive, ended so."""

    ended_at: datetime
    reason: EndReason


@dataclass(frozen=True, slots=True)
class Precedes:
    """The event belongs to something that was over before the current session began."""


Relation = Continues | Succeeds | Precedes


def relate(current: Session, user_id: UUID | None, event: SessionEvent) -> Relation:
    """Say how an event relates to the current session of its key.

    1. Another item, or another person: the player went on to that; unless the event is older
       than the session, then it is a straggler of the one before.
    2. A start that says it began later than the session did is a new run of the same item.
    3. A start after the session's end, without saying when it began, is a new run too.
    """
    item = event.attributes.get("content_id", current.attributes["content_id"])
    if item != current.attributes["content_id"] or user_id not in (None, current.user_id):
        if event.at < current.started_at:
            return Precedes()
        return Succeeds(_left_at(current, event), EndReason.MEDIA_CHANGED)
    if event.kind is EventKind.START and _is_new_run(current, event):
        return Succeeds(current.last_seen_at, EndReason.SUPERSEDED)
    return Continues()


def _is_new_run(current: Session, start: SessionEvent) -> bool:
    """Say whether a start of the same item is not a repetition of the one that is known."""
    if start.started_at is not None:
        return start.started_at > current.started_at
    return current.stopped_at is not None and start.at > current.stopped_at


def _left_at(current: Session, event: SessionEvent) -> datetime:
    """Return when the player left the item: just now, or when it was last heard of."""
    autoplay = event.at - current.last_seen_at <= AUTOPLAY_GAP
    return event.at if autoplay else current.last_seen_at
