"""What a server's list of sessions tells, compared with the list before: pure.

A list says what plays, never what happened. What happened between two lists follows from both:
who is new has started, who paused has paused, and who is missing from two lists in a row has
stopped, when last seen. Lists err: a server that just started has not heard of its players yet, some
players never say that they stopped, and keys come again.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from functions.ingest_session.adapters.playback import Playback
from shared.domain.servers import LiveSession
from shared.domain.session import EventKind, State

# In so many lists in a row a session is missing before it counts as over.
MISSES = 2

# After a time without a list, servers first have to hear of their players again.
OUTAGE = timedelta(seconds=45)
GRACE = timedelta(seconds=30)

# What has not moved for this long does not play any more, whatever the list says.
STUCK: Mapping[State, timedelta] = MappingProxyType(
    {
        State.PLAYING: timedelta(minutes=5),
        State.BUFFERING: timedelta(minutes=5),
        State.PAUSED: timedelta(hours=4),
    }
)

# A sign of life is told this often; changes are told at once.
HEARTBEAT = timedelta(seconds=10)

# A position that is further from where it should be was sought, or belongs to another run.
SEEK = timedelta(seconds=15)

# Unseen for longer than this, a session goes on only if its position says that it did.
LONG_UNSEEN = timedelta(minutes=5)

# What may change with each list, and is told with the next change of something else.
_FLEETING = frozenset(
    {"transcode_speed", "transcode_throttled", "bandwidth_kbps", "stream_bitrate_kbps"}
)


@dataclass(frozen=True, slots=True)
class Watched:
    """A session as the last lists showed it.

    Attributes:
        player: see ``LiveSession``.
        moved_at: when its state or its position last changed.
        seen_at: when a list last had it.
        told_at: when something of it was last told.
        misses: how many lists in a row have not had it.
        is_over: it was told as ended though lists still have it.
        digest: of what was told of it.
    """

    player: str
    account_id: str
    account_name: str | None
    state: State
    position: timedelta | None
    moved_at: datetime
    seen_at: datetime
    told_at: datetime
    misses: int = 0
    is_over: bool = False
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Watch:
    """What a server was last known to play, by key.

    Attributes:
        listed_at: when a list last came.
        calm_until: until then nobody counts as missing.
    """

    sessions: Mapping[str, Watched] = field(default_factory=dict[str, Watched])
    listed_at: datetime | None = None
    calm_until: datetime | None = None

    @property
    def playing(self) -> int:
        """How many sessions go on."""
        return sum(not known.is_over for known in self.sessions.values())


def advance(
    watch: Watch, listed: Sequence[LiveSession], server_id: str, at: datetime
) -> tuple[Watch, list[Playback]]:
    """Return what is known after a list, and what happened since the one before.

    Args:
        watch: what was known before.
        listed: what the server plays now.
        server_id: the server's.
        at: when the list came; never before the one before.
    """
    calm_until = _calm_until(watch, at)
    now = _by_key(listed)
    sessions: dict[str, Watched] = {}
    happened: list[Playback] = []
    successors = {live.player for key, live in now.items() if key not in watch.sessions}
    for key, known in watch.sessions.items():
        if key in now:
            continue
        missed = _missed(known, went_on=known.player in successors, calm=at < calm_until)
        if missed is not None:
            sessions[key] = missed
        elif not known.is_over:
            happened.append(_stop(key, known, server_id))
    for key, live in now.items():
        told, sessions[key] = _look(watch.sessions.get(key), live, server_id, at)
        happened.extend(told)
    return Watch(sessions, at, calm_until), happened


def with_lingering(
    watch: Watch, listed: Sequence[LiveSession], ended: Collection[str], at: datetime
) -> Watch:
    """Return a watch that knows of sessions that have ended though a list has them.

    They begin anew when they move.
    """
    if not ended:
        return watch
    lingering = {
        live.key: replace(_seen(None, live, at, told=True), is_over=True)
        for live in listed
        if live.key in ended
    }
    return replace(watch, sessions={**watch.sessions, **lingering})


def _calm_until(watch: Watch, at: datetime) -> datetime:
    if watch.listed_at is not None and at - watch.listed_at > OUTAGE:
        return at + GRACE
    return watch.calm_until or at


def _by_key(listed: Iterable[LiveSession]) -> dict[str, LiveSession]:
    """Return the sessions by key; of two with one key (two tabs of a browser) the one that plays.

    What the server itself has not heard of for long is left out: it is as good as missing.
    """
    found: dict[str, LiveSession] = {}
    for live in listed:
        known = found.get(live.key)
        silent = live.silent_for is not None and live.silent_for > STUCK[live.state]
        if not silent and (known is None or known.state is not State.PLAYING):
            found[live.key] = live
    return found


def _missed(known: Watched, *, went_on: bool, calm: bool) -> Watched | None:
    """Return a session that a list did not have; ``None`` if it is over by that."""
    if went_on or known.is_over:
        return None
    if calm:
        return known
    return None if known.misses + 1 >= MISSES else replace(known, misses=known.misses + 1)


def _look(
    known: Watched | None, live: LiveSession, server_id: str, at: datetime
) -> tuple[list[Playback], Watched]:
    """Return what happened to a session that is listed, and what is known of it now."""
    if known is None:
        return [_start(live, server_id, at)], _seen(None, live, at, told=True)
    if known.is_over:
        if not _moved(known, live):
            return [], replace(known, seen_at=at)
        return [_start(live, server_id, at)], _seen(None, live, at, told=True)
    if _is_another_run(known, live, at):
        ended = _stop(live.key, known, server_id)
        return [ended, _start(live, server_id, at)], _seen(None, live, at, told=True)
    seen = _seen(known, live, at, told=False)
    if _is_stuck(seen, live, at):
        return [_stop(live.key, replace(known, seen_at=seen.moved_at), server_id)], replace(
            seen, is_over=True
        )
    told = list(_changes(known, live, server_id, at))
    return told, replace(seen, told_at=at if told else known.told_at)


def _seen(known: Watched | None, live: LiveSession, at: datetime, *, told: bool) -> Watched:
    moved_at = at if known is None or _moved(known, live) else known.moved_at
    return Watched(
        player=live.player,
        account_id=live.account_id,
        account_name=live.account_name,
        state=live.state,
        position=live.position,
        moved_at=moved_at,
        seen_at=at,
        told_at=at if told or known is None else known.told_at,
        digest=_digest(live),
    )


def _moved(known: Watched, live: LiveSession) -> bool:
    return (known.state, known.position) != (live.state, live.position)


def _is_stuck(seen: Watched, live: LiveSession, at: datetime) -> bool:
    """Say whether a session only seems to go on; of live television there is no telling."""
    if live.position is None or "duration_ms" not in live.attributes:
        return False
    return at - seen.moved_at > STUCK[live.state]


def _is_another_run(known: Watched, live: LiveSession, at: datetime) -> bool:
    """Say whether a session that was long unseen cannot have gone on all that time."""
    unseen = at - known.seen_at
    if unseen <= LONG_UNSEEN or known.position is None or live.position is None:
        return False
    went = live.position - known.position
    expected = unseen if known.state is State.PLAYING else timedelta()
    return abs(went - expected) > max(LONG_UNSEEN, unseen / 10)


def _changes(known: Watched, live: LiveSession, server_id: str, at: datetime) -> Iterator[Playback]:
    """Yield what is to be told of a session that goes on: its changes, else now and then a sign."""
    described = known.digest != _digest(live)
    if live.state is not known.state:
        kind = _CHANGES[live.state]
    elif described or _sought(known, live, at) or at - known.told_at >= HEARTBEAT:
        kind = EventKind.PROGRESS
    else:
        return
    yield _playback(live, kind, server_id, at, describes=described)


_CHANGES: Mapping[State, EventKind] = MappingProxyType(
    {
        State.PLAYING: EventKind.RESUME,
        State.PAUSED: EventKind.PAUSE,
        State.BUFFERING: EventKind.PROGRESS,
    }
)


def _sought(known: Watched, live: LiveSession, at: datetime) -> bool:
    if known.position is None or live.position is None:
        return False
    passed = at - known.seen_at if live.state is State.PLAYING else timedelta()
    return abs(live.position - known.position - passed) > SEEK


def _start(live: LiveSession, server_id: str, at: datetime) -> Playback:
    return _playback(live, EventKind.START, server_id, at, describes=True)


def _playback(
    live: LiveSession, kind: EventKind, server_id: str, at: datetime, *, describes: bool
) -> Playback:
    return Playback(
        kind=kind,
        server_id=server_id,
        session_key=live.key,
        account_id=live.account_id,
        account_name=live.account_name,
        at=at,
        state=live.state,
        position=live.position,
        address=live.address,
        said_local=live.said_local,
        attributes={**live.attributes, "reports_progress": True} if describes else {},
    )


def _stop(key: str, known: Watched, server_id: str) -> Playback:
    """Return the end of a session: when it was last seen, where it then was."""
    return Playback(
        kind=EventKind.STOP,
        server_id=server_id,
        session_key=key,
        account_id=known.account_id,
        account_name=known.account_name,
        at=known.seen_at,
        state=None,
        position=known.position,
        address=None,
        said_local=None,
        attributes={},
    )


def _digest(live: LiveSession) -> str:
    """Return what tells two descriptions of a session apart, in few characters."""
    lasting = sorted((k, v) for k, v in live.attributes.items() if k not in _FLEETING)
    return hashlib.sha256(repr((live.address, lasting)).encode()).hexdigest()[:16]
