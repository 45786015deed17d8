"""The journal of a session as JSON, and what else of a session is kept as JSON.

Times are milliseconds since 1970. Nearly every event comes after all that is known, so a journal
is read only if somebody looks into it, and is written anew from what was stored.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from shared.domain.event_order import Front
from shared.domain.past import KnownPast, Past
from shared.domain.record import Record, Successor
from shared.domain.session import (
    EndReason,
    Interruption,
    PastSegment,
    PastStream,
    Session,
    SessionEvent,
    State,
)
from shared.store.event_runs import (
    NO_EVENTS,
    decode_network,
    encode_network,
    front,
    oldest_at,
    read_events,
    with_events,
)
from shared.store.json_times import MILLISECOND, from_ms, to_ms

Json = dict[str, Any]


def encode_interruptions(interruptions: Sequence[Interruption]) -> list[list[Any]]:
    """Return ``[[state, from, to], ...]``."""
    return [[i.state.value, to_ms(i.start), to_ms(i.end)] for i in interruptions]


def decode_interruptions(rows: Sequence[Sequence[Any]]) -> tuple[Interruption, ...]:
    """Read what ``encode_interruptions`` wrote."""
    return tuple(Interruption(State(s), from_ms(start), from_ms(end)) for s, start, end in rows)


def encode_segments(segments: Sequence[PastSegment]) -> list[list[Any]]:
    """Return ``[[address, network key, from, to], ...]``."""
    return [[*encode_network(s.network), to_ms(s.start), to_ms(s.end)] for s in segments]


def decode_segments(rows: Sequence[Sequence[Any]]) -> tuple[PastSegment, ...]:
    """Read what ``encode_segments`` wrote."""
    return tuple(
        PastSegment(decode_network((address, key)), from_ms(start), from_ms(end))
        for address, key, start, end in rows
    )


def encode_streams(streams: Sequence[PastStream]) -> list[list[Any]]:
    """Return ``[[attributes, from, to], ...]``."""
    return [[dict(s.attributes), to_ms(s.start), to_ms(s.end)] for s in streams]


def decode_streams(rows: Sequence[Sequence[Any]]) -> tuple[PastStream, ...]:
    """Read what ``encode_streams`` wrote."""
    return tuple(PastStream(said, from_ms(start), from_ms(end)) for said, start, end in rows)


@dataclass(frozen=True, eq=False)
class StoredPast:
    """A past as its row holds it, for the session of that row, with the events that came since.

    ``front`` is how far all these events go.
    """

    stored: Json
    session: Session
    front: Front
    added: tuple[SessionEvent, ...] = ()

    @property
    def base(self) -> Session | None:
        """The session before the journal; None if the journal holds its first event."""
        return self._known.base

    @property
    def journal(self) -> tuple[SessionEvent, ...]:
        """The events, in the order in which they are folded."""
        return self._known.journal

    @property
    def oldest_at(self) -> datetime | None:
        """The time of the first event; None if there is none."""
        return oldest_at(self.stored) or (self.added[0].at if self.added else None)

    def is_before(self, event: SessionEvent) -> bool:
        """Say whether an event surely comes after all of the journal."""
        return self.front.is_before(event)

    def then(self, event: SessionEvent) -> "StoredPast":
        """Return the past with an event at its end."""
        added = (*self.added, event)
        return StoredPast(self.stored, self.session, self.front.then(event), added)

    def fits(self, session: Session) -> bool:
        """Say whether what is stored may be written again: a base is told by the difference."""
        return session.attributes == self.session.attributes

    def __eq__(self, other: object) -> bool:
        known = other._known if isinstance(other, StoredPast) else other
        return self._known == known

    __hash__ = None  # type: ignore[assignment]

    @cached_property
    def _known(self) -> KnownPast:
        base = self.stored["base"]
        return KnownPast(
            None if base is None else _decode_base(base, self.session),
            (*read_events(self.stored), *self.added),
        )


def encode_journal(record: Record) -> Json:
    """Return what is known of a record besides its session."""
    after = record.successor
    return {
        "successor": None if after is None else [to_ms(after.at), after.reason.value],
        **_encode_past(record.past, record.session),
    }


def decode_record(session: Session, journal: Json | None) -> Record:
    """Rebuild a record; a session whose journal was forgotten is its own base."""
    if journal is None:
        return Record(session, KnownPast(base=session, journal=()))
    after = journal["successor"]
    successor = None if after is None else Successor(from_ms(after[0]), EndReason(after[1]))
    return Record(session, StoredPast(journal, session, front(journal)), successor)


def _encode_past(past: Past, session: Session) -> Json:
    if isinstance(past, StoredPast) and past.fits(session):
        return {"base": past.stored["base"], **with_events(past.stored, past.added)}
    base = past.base
    return {
        "base": None if base is None else _encode_base(base, session),
        **with_events(NO_EVENTS, past.journal),
    }


# What of a base goes without saying, as nearly all of it does.
_UNSAID: Mapping[str, Any] = {
    "stopped": None,
    "reason": None,
    "began": None,
    "paused": 0,
    "buffered": 0,
    "since": None,
    "interruptions": [],
    "segments": [],
    "stream_since": None,
    "streams": [],
    "claimed": None,
    "changed": {},
    "absent": [],
}


def _encode_base(base: Session, session: Session) -> Json:
    """Write a base; of its attributes only those that the session has otherwise."""
    changed = {
        name: value
        for name, value in base.attributes.items()
        if session.attributes.get(name) != value
    }
    said = {
        "state": base.state.value,
        "started": to_ms(base.started_at),
        "seen": to_ms(base.last_seen_at),
        "stopped": None if base.stopped_at is None else to_ms(base.stopped_at),
        "reason": base.end_reason,
        "progress": base.progress // MILLISECOND,
        "began": None if base.start_progress is None else base.start_progress // MILLISECOND,
        "paused": base.paused // MILLISECOND,
        "buffered": base.buffered // MILLISECOND,
        "since": None if base.interrupted_since is None else to_ms(base.interrupted_since),
        "interruptions": encode_interruptions(base.interruptions),
        "network": encode_network(base.network),
        "network_since": to_ms(base.network_since),
        "segments": encode_segments(base.past_segments),
        "stream_since": None if base.stream_since is None else to_ms(base.stream_since),
        "streams": encode_streams(base.past_streams),
        "claimed": None if base.claimed_start is None else to_ms(base.claimed_start),
        "changed": changed,
        "absent": [name for name in session.attributes if name not in base.attributes],
    }
    return {k: v for k, v in said.items() if k not in _UNSAID or v != _UNSAID[k]}


def _decode_base(stored: Json, session: Session) -> Session:
    base = {**_UNSAID, **stored}
    kept = {k: v for k, v in session.attributes.items() if k not in base["absent"]}
    return Session(
        id=session.id,
        user_id=session.user_id,
        source=session.source,
        session_key=session.session_key,
        state=State(base["state"]),
        started_at=from_ms(base["started"]),
        last_seen_at=from_ms(base["seen"]),
        stopped_at=_instant(base["stopped"]),
        end_reason=None if base["reason"] is None else EndReason(base["reason"]),
        progress=base["progress"] * MILLISECOND,
        start_progress=None if base["began"] is None else base["began"] * MILLISECOND,
        paused=base["paused"] * MILLISECOND,
        buffered=base["buffered"] * MILLISECOND,
        interrupted_since=_instant(base["since"]),
        interruptions=decode_interruptions(base["interruptions"]),
        network=decode_network(base["network"]),
        network_since=from_ms(base["network_since"]),
        past_segments=decode_segments(base["segments"]),
        stream_since=_instant(base["stream_since"]),
        past_streams=decode_streams(base["streams"]),
        claimed_start=_instant(base["claimed"]),
        clock_offset=session.clock_offset,
        attributes=kept | base["changed"],
        account_user_id=session.account_user_id,
    )


def _instant(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else from_ms(milliseconds)
