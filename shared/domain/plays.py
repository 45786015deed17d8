"""Plays: what a person would call watching something once (docs/statistics.md).

A play is a chain of sessions of one person and item. Whoever stops in the middle of a film and goes
on with it the next evening has played it once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from uuid import UUID

from shared.domain.session import Session

LONGEST_BREAK = timedelta(hours=24)
"""A play goes on if the next session begins at most this long after the one before ended."""

REWIND = timedelta(seconds=60)
"""Players go back a little when they resume."""

SHORTEST_PLAY = timedelta(seconds=120)
SHORTEST_MUSIC_PLAY = timedelta(seconds=30)
"""Less watch time is no play; for a track it is half of it, if that is shorter."""

MUSIC = "music_track"
LIVE = "livetv_program"

COMPLETE_PERCENT: Mapping[str, int] = MappingProxyType({MUSIC: 50})
DEFAULT_COMPLETE_PERCENT = 85


@dataclass(frozen=True, slots=True)
class Play:
    """A chain of sessions, in the order in which they began. It is named after the first."""

    sessions: tuple[Session, ...]

    @property
    def id(self) -> UUID:
        """The id of the session it began with."""
        return self.sessions[0].id

    @property
    def watched(self) -> timedelta:
        """The watch time of all its sessions."""
        return sum((session.watched for session in self.sessions), timedelta())

    @property
    def is_counted(self) -> bool:
        """Whether it is long enough to count as a play."""
        return self.watched >= shortest(self.sessions[0])

    @property
    def reached(self) -> int | None:
        """How far it came, in per cent of the duration; None of what has no known end."""
        shares = [share for session in self.sessions if (share := _reached(session)) is not None]
        return max(shares, default=None)

    @property
    def is_completed(self) -> bool:
        """Whether one of its sessions reached the end."""
        return any(is_completed(session) for session in self.sessions)


def plays(sessions: Iterable[Session]) -> list[Play]:
    """Chain sessions of any people and items into plays, in the order in which these began."""
    chains: dict[tuple[UUID, object], list[list[Session]]] = {}
    for session in sorted(sessions, key=lambda one: (one.started_at, one.id)):
        item = (session.user_id, session.attributes.get("content_id"))
        known = chains.setdefault(item, [])
        if known and goes_on(known[-1][-1], session):
            known[-1].append(session)
        else:
            known.append([session])
    chained = [Play(tuple(chain)) for known in chains.values() for chain in known]
    return sorted(chained, key=lambda play: (play.sessions[0].started_at, play.id))


def goes_on(before: Session, session: Session) -> bool:
    """Say whether a session goes on with what the one before it left off.

    A live programme is one play for as long as somebody comes back to it: it has no position.
    """
    ended_at = before.stopped_at or before.last_seen_at
    if session.started_at - ended_at > LONGEST_BREAK:
        return False
    if session.attributes.get("content_type") == LIVE:
        return True
    resumed_at = session.start_progress or timedelta()
    return not is_completed(before) and resumed_at >= before.progress - REWIND


def is_completed(session: Session) -> bool:
    """Say whether a session reached the end: by its progress, or by the player's own word."""
    content_type = str(session.attributes.get("content_type"))
    said = session.attributes.get("completed") is True
    return reaches_end(content_type, session.progress, _duration(session), said=said)


def reaches_end(
    content_type: str, progress: timedelta, duration: timedelta | None, *, said: bool
) -> bool:
    """Say whether an item was watched to its end. Live television has none.

    Args:
        content_type: of the item.
        progress: how far into it somebody came.
        duration: how long it is.
        said: whether the player said so.
    """
    if content_type == LIVE:
        return False
    percent = COMPLETE_PERCENT.get(content_type, DEFAULT_COMPLETE_PERCENT)
    return said or (duration is not None and progress * 100 >= duration * percent)


def shortest(session: Session) -> timedelta:
    """Return the watch time from which a play of this session's item counts."""
    if session.attributes.get("content_type") != MUSIC:
        return SHORTEST_PLAY
    duration = _duration(session)
    return SHORTEST_MUSIC_PLAY if duration is None else min(SHORTEST_MUSIC_PLAY, duration / 2)


def _reached(session: Session) -> int | None:
    duration = _duration(session)
    if not duration or session.attributes.get("content_type") == LIVE:
        return None
    return min(100, session.progress * 100 // duration)


def _duration(session: Session) -> timedelta | None:
    milliseconds = session.attributes.get("duration_ms")
    return timedelta(milliseconds=milliseconds) if isinstance(milliseconds, int) else None
