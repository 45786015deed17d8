"""Between a session's record and its row."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from psycopg.rows import DictRow

from shared.domain.network import Network
from shared.domain.record import Record
from shared.domain.session import Attribute, EndReason, NetworkAddress, Session, State
from shared.store import journal as codec
from shared.store.people import network_of

_MILLISECOND = timedelta(milliseconds=1)

# The descriptive columns: what an event may set and the fold only carries along. What else it
# sets is kept in ``details``.
ATTRIBUTES = (
    "server_id",
    "library_id",
    "content_type",
    "content_id",
    "title",
    "show_id",
    "show_title",
    "season_number",
    "episode_number",
    "duration_ms",
    "device_id",
    "device_name",
    "device_type",
    "client_name",
    "client_version",
    "platform",
    "stream_type",
    "container",
    "video_codec",
    "audio_codec",
    "resolution",
    "bitrate_kbps",
)
_COLUMNS = frozenset(ATTRIBUTES)

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as read, with the version that a write must still find.

    ``current_id`` is the session that its key points at and ``former`` are those before that,
    oldest first, if they were read; ``network`` is the pin of its network, if it has one.
    """

    record: Record
    version: int
    current_id: UUID | None = None
    former: tuple[UUID, ...] = ()
    network: Network | None = None

    @property
    def key(self) -> Key:
        """The source and the session key that it was begun with."""
        return (self.record.session.source, self.record.session.session_key)

    @property
    def is_current(self) -> bool:
        """Whether its key points at it."""
        return self.current_id == self.record.session.id

    @property
    def is_former(self) -> bool:
        """Whether its key remembers it, but points at one that came after it."""
        return self.record.session.id in self.former


def to_brief_row(record: Record, version: int) -> dict[str, Any]:
    """Return the columns that a heartbeat moves, for JSON."""
    session = record.session
    return {
        "user_id": session.user_id,
        "id": session.id,
        "version": version,
        "last_seen_at": session.last_seen_at,
        "progress_ms": session.progress // _MILLISECOND,
        "watched_ms": session.watched // _MILLISECOND,
        "paused_ms": session.paused // _MILLISECOND,
        "buffered_ms": session.buffered // _MILLISECOND,
        "journal": codec.encode_journal(record),
    }


def to_row(record: Record, version: int) -> dict[str, Any]:
    """Return all columns of a record, for JSON."""
    session = record.session
    return {
        **to_brief_row(record, version),
        "state": session.state,
        "source": session.source,
        "session_key": session.session_key,
        "started_at": session.started_at,
        "stopped_at": session.stopped_at,
        "end_reason": session.end_reason,
        "interrupted_since": session.interrupted_since,
        "interruptions": codec.encode_interruptions(session.interruptions),
        "claimed_start": session.claimed_start,
        "clock_offset_ms": session.clock_offset // _MILLISECOND,
        "start_progress_ms": None
        if session.start_progress is None
        else session.start_progress // _MILLISECOND,
        "ip_address": None if session.network is None else session.network.address,
        "network_key": None if session.network is None else session.network.key,
        "network_since": session.network_since,
        "past_segments": codec.encode_segments(session.past_segments),
        "stream_since": session.stream_since,
        "past_streams": codec.encode_streams(session.past_streams),
        **{name: session.attributes.get(name) for name in ATTRIBUTES},
        "details": {
            name: value for name, value in session.attributes.items() if name not in _COLUMNS
        },
        "account_user_id": session.account_user_id,
    }


def from_row(row: DictRow) -> Stored:
    """Return a row as the record it keeps."""
    record = codec.decode_record(_session(row), row["journal"])
    is_pinned = row.get("network_class") is not None
    return Stored(
        record,
        version=row["version"],
        current_id=row.get("current_id"),
        former=tuple(row.get("former") or ()),
        network=network_of(row) if is_pinned else None,
    )


def _session(row: DictRow) -> Session:
    network = None
    if row["network_key"] is not None:
        network = NetworkAddress(str(row["ip_address"]), row["network_key"])
    plain = {name: row[name] for name in ATTRIBUTES if row[name] is not None}
    attributes = plain | row["details"]
    return Session(
        id=row["id"],
        user_id=row["user_id"],
        source=row["source"],
        session_key=row["session_key"],
        started_at=row["started_at"],
        last_seen_at=row["last_seen_at"],
        network_since=row["network_since"],
        state=State(row["state"]),
        stopped_at=row["stopped_at"],
        end_reason=None if row["end_reason"] is None else EndReason(row["end_reason"]),
        progress=row["progress_ms"] * _MILLISECOND,
        paused=row["paused_ms"] * _MILLISECOND,
        buffered=row["buffered_ms"] * _MILLISECOND,
        interrupted_since=row["interrupted_since"],
        interruptions=codec.decode_interruptions(row["interruptions"]),
        network=network,
        past_segments=codec.decode_segments(row["past_segments"]),
        stream_since=row["stream_since"],
        past_streams=codec.decode_streams(row["past_streams"]),
        claimed_start=row["claimed_start"],
        clock_offset=row["clock_offset_ms"] * _MILLISECOND,
        start_progress=None
        if row["start_progress_ms"] is None
        else row["start_progress_ms"] * _MILLISECOND,
        attributes=cast("dict[str, Attribute]", attributes),
        account_user_id=row["account_user_id"],
    )
