"""The journal of a session as JSON: short, since each heartbeat writes it anew.

Times are milliseconds since 1970. Networks and attribute sets, which most events repeat, stand
once and are referred to by their place in a list.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.domain.fold import Record, Successor
from shared.domain.session import (
    Attribute,
    EndReason,
    EventKind,
    Interruption,
    NetworkAddress,
    PastSegment,
    PastStream,
    Session,
    SessionEvent,
    State,
)

Json = dict[str, Any]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def to_ms(at: datetime) -> int:
    """Return milliseconds since 1970."""
    return (at - _EPOCH) // _MILLISECOND


def from_ms(milliseconds: int) -> datetime:
    """Return the instant, in UTC."""
    return _EPOCH + milliseconds * _MILLISECOND


def encode_interruptions(interruptions: Sequence[Interruption]) -> list[list[Any]]:
    """Return ``[[state, from, to], ...]``."""
    return [[i.state.value, to_ms(i.start), to_ms(i.end)] for i in interruptions]


def decode_interruptions(rows: Sequence[Sequence[Any]]) -> tuple[Interruption, ...]:
    """Read what ``encode_interruptions`` wrote."""
    return tuple(Interruption(State(s), from_ms(start), from_ms(end)) for s, start, end in rows)


def encode_segments(segments: Sequence[PastSegment]) -> list[list[Any]]:
    """Return ``[[address, network key, from, to], ...]``."""
    return [[*_encode_network(s.network), to_ms(s.start), to_ms(s.end)] for s in segments]


def decode_segments(rows: Sequence[Sequence[Any]]) -> tuple[PastSegment, ...]:
    """Read what ``encode_segments`` wrote."""
    return tuple(
        PastSegment(_decode_network((address, key)), from_ms(start), from_ms(end))
        for address, key, start, end in rows
    )


def encode_streams(streams: Sequence[PastStream]) -> list[list[Any]]:
    """Return ``[[attributes, from, to], ...]``."""
    return [[dict(s.attributes), to_ms(s.start), to_ms(s.end)] for s in streams]


def decode_streams(rows: Sequence[Sequence[Any]]) -> tuple[PastStream, ...]:
    """Read what ``encode_streams`` wrote."""
    return tuple(PastStream(said, from_ms(start), from_ms(end)) for said, start, end in rows)


def encode_journal(record: Record) -> Json:
    """Return the base and the events of a record."""
    networks = list(dict.fromkeys(event.network for event in record.journal))
    sets: list[Mapping[str, Attribute]] = []
    for event in record.journal:
        if event.attributes not in sets:
            sets.append(event.attributes)
    after = record.successor
    return {
        "successor": None if after is None else [to_ms(after.at), after.reason.value],
        "base": None if record.base is None else _encode_base(record.base, record.session),
        "networks": [_encode_network(network) for network in networks],
        "attributes": [dict(attributes) for attributes in sets],
        "events": [
            _encode_event(event, networks.index(event.network), sets.index(event.attributes))
            for event in record.journal
        ],
    }


def decode_record(session: Session, journal: Json | None) -> Record:
    """Rebuild a record; a session whose journal was forgotten is its own base."""
    if journal is None:
        return Record(session, base=session, journal=())
    networks = [_decode_network(network) for network in journal["networks"]]
    sets = journal["attributes"]
    base, after = journal["base"], journal["successor"]
    return Record(
        session,
        base=None if base is None else _decode_base(base, session),
        journal=tuple(_decode_event(row, networks, sets) for row in journal["events"]),
        successor=None if after is None else Successor(from_ms(after[0]), EndReason(after[1])),
    )


def _encode_event(event: SessionEvent, network: int, attributes: int) -> list[Any]:
    row: list[Any] = [
        to_ms(event.at),
        event.kind.value,
        network,
        attributes,
        None if event.progress is None else event.progress // _MILLISECOND,
        event.sequence,
        None if event.state is None else event.state.value,
        None if event.started_at is None else to_ms(event.started_at),
        None if event.end_reason is EndReason.STOPPED else event.end_reason.value,
    ]
    while row[-1] is None:
        row.pop()
    return row


def _decode_event(
    row: list[Any],
    networks: Sequence[NetworkAddress | None],
    sets: Sequence[Mapping[str, Attribute]],
) -> SessionEvent:
    optional: list[Any] = [*row[4:], *[None] * (9 - len(row))]
    progress, sequence, state, started, reason = optional
    network: int = row[2]
    attributes: int = row[3]
    return SessionEvent(
        kind=EventKind(row[1]),
        at=from_ms(row[0]),
        state=None if state is None else State(state),
        sequence=sequence,
        started_at=None if started is None else from_ms(started),
        progress=None if progress is None else progress * _MILLISECOND,
        network=networks[network],
        attributes=sets[attributes],
        end_reason=EndReason.STOPPED if reason is None else EndReason(reason),
    )


def _encode_base(base: Session, session: Session) -> Json:
    """Write a base; of its attributes only those that the session has otherwise."""
    changed = {
        name: value
        for name, value in base.attributes.items()
        if session.attributes.get(name) != value
    }
    return {
        "state": base.state.value,
        "started": to_ms(base.started_at),
        "seen": to_ms(base.last_seen_at),
        "stopped": None if base.stopped_at is None else to_ms(base.stopped_at),
        "reason": base.end_reason,
        "progress": base.progress // _MILLISECOND,
        "paused": base.paused // _MILLISECOND,
        "buffered": base.buffered // _MILLISECOND,
        "since": None if base.interrupted_since is None else to_ms(base.interrupted_since),
        "interruptions": encode_interruptions(base.interruptions),
        "network": _encode_network(base.network),
        "network_since": to_ms(base.network_since),
        "segments": encode_segments(base.past_segments),
        "stream_since": None if base.stream_since is None else to_ms(base.stream_since),
        "streams": encode_streams(base.past_streams),
        "claimed": None if base.claimed_start is None else to_ms(base.claimed_start),
        "changed": changed,
        "absent": [name for name in session.attributes if name not in base.attributes],
    }


def _decode_base(base: Json, session: Session) -> Session:
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
        progress=base["progress"] * _MILLISECOND,
        paused=base["paused"] * _MILLISECOND,
        buffered=base["buffered"] * _MILLISECOND,
        interrupted_since=_instant(base["since"]),
        interruptions=decode_interruptions(base["interruptions"]),
        network=_decode_network(base["network"]),
        network_since=from_ms(base["network_since"]),
        past_segments=decode_segments(base["segments"]),
        stream_since=_instant(base["stream_since"]),
        past_streams=decode_streams(base["streams"]),
        claimed_start=_instant(base["claimed"]),
        clock_offset=session.clock_offset,
        attributes=kept | base["changed"],
    )


def _instant(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else from_ms(milliseconds)


def _encode_network(network: NetworkAddress | None) -> tuple[str | None, str | None]:
    return (None, None) if network is None else (network.address, network.key)


def _decode_network(pair: Sequence[str | None]) -> NetworkAddress | None:
    address, key = pair
    return None if address is None or key is None else NetworkAddress(address, key)
