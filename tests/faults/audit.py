"""Holding the database against the ledger: nothing lost, nothing double, nothing invented."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row

from shared.domain.record import open_record, record
from shared.domain.session import Session, SessionEvent
from shared.schemas.session_events import BatchEvent, to_session_event, to_user_id
from shared.store.session_rows import from_row
from tests.faults.ledger import Entry, Ledger, Run

Row = dict[str, Any]

_MILLISECOND = timedelta(milliseconds=1)
_NEVER = datetime.max.replace(tzinfo=UTC)  # every event has a time of its own


@dataclass(slots=True)
class Audit:
    """What is wrong with the database: each list is empty if it is right."""

    lost: list[str] = field(default_factory=list[str])
    double: list[str] = field(default_factory=list[str])
    invented: list[str] = field(default_factory=list[str])
    differing: list[str] = field(default_factory=list[str])
    unmarked: list[str] = field(default_factory=list[str])
    sessions: int = 0

    @property
    def problems(self) -> list[str]:
        """Everything that is wrong, a line each."""
        return [
            f"{name}: {line}"
            for name in ("lost", "double", "invented", "differing", "unmarked")
            for line in getattr(self, name)
        ]


def audit(url: str, ledger: Ledger) -> Audit:
    """Compare every row with the fold of its acknowledged events."""
    told = Audit()
    with Connection[Row].connect(url, row_factory=dict_row) as connection:
        rows = connection.execute("SELECT * FROM analytics_sessions").fetchall()
        found: dict[Run, list[Row]] = {}
        for row in rows:
            found.setdefault(_run_of(row), []).append(row)
        told.sessions = len(rows)
        expected = {run: _folded(entries) for run, entries in ledger.runs.items()}
        told.invented += [f"session {run}" for run in found.keys() - expected.keys()]
        for run, session in expected.items():
            _compare(told, run, session, found.get(run, []), ledger.runs[run])
        _check_keys(told, connection, found)
        _check_marks(told, connection, expected.values())
    return told


def _run_of(row: Row) -> Run:
    started_at: datetime = row["started_at"]
    return row["source"], row["session_key"], started_at.isoformat(timespec="milliseconds")


def _event(entry: Entry) -> SessionEvent:
    said = BatchEvent.model_validate(entry.said)
    return to_session_event(said, said.event, now=_NEVER, ipv6_prefix=64)


def _folded(entries: list[Entry]) -> Session:
    """Fold a run's events in the order in which they happened."""
    said = BatchEvent.model_validate(entries[0].said)
    user_id = to_user_id(said, said.source)
    if user_id is None:
        raise ValueError("a start names its user")
    first, *rest = [_event(entry) for entry in entries]
    blank = Session(
        id=UUID(int=0),
        user_id=user_id,
        source=said.source,
        session_key=said.session_key,
        started_at=first.at,
        last_seen_at=first.at,
        network_since=first.at,
    )
    current = open_record(blank, first)
    for event in rest:
        current = record(current, event, event.at)
    return current.session


def _compare(
    told: Audit, run: Run, expected: Session, rows: list[Row], entries: list[Entry]
) -> None:
    if not rows:
        told.lost += [f"{entry.said}" for entry in entries]
        return
    told.double += [f"session {run}" for _ in rows[1:]]
    stored = from_row(rows[0]).record
    _compare_journal(told, stored.journal, [_event(entry) for entry in entries])
    if stored.session != replace(expected, id=stored.session.id):
        told.differing.append(f"{run}: {_unlike(expected, stored.session)}")
    watched = expected.watched // _MILLISECOND
    if rows[0]["watched_ms"] != watched:
        told.differing.append(f"{run}: watched_ms {rows[0]['watched_ms']}, not {watched}")


def _compare_journal(
    told: Audit, journal: Iterable[SessionEvent], events: Iterable[SessionEvent]
) -> None:
    """The run is shorter than the window: every event must still be in the journal, once."""
    kept, sent = Counter(map(_text, journal)), Counter(map(_text, events))
    told.lost += (sent - kept).elements()
    told.double += [event for event, count in kept.items() if count > 1]
    told.invented += [event for event in kept if event not in sent]


def _text(event: SessionEvent) -> str:
    return repr(replace(event, attributes=dict(sorted(event.attributes.items()))))


def _unlike(expected: Session, found: Session) -> str:
    names = [n for n in Session.__slots__ if getattr(expected, n) != getattr(found, n)]
    return "; ".join(
        f"{name} {getattr(found, name)!r}, not {getattr(expected, name)!r}"
        for name in names
        if name != "id"
    )


def _check_keys(told: Audit, connection: Connection[Row], found: dict[Run, list[Row]]) -> None:
    """Each key must point at its latest session."""
    latest: dict[tuple[str, str], Row] = {}
    for run in sorted(found):
        latest[run[:2]] = found[run][0]
    rows = connection.execute("SELECT source, session_key, user_id, id FROM session_keys")
    keys = {(row["source"], row["session_key"]): (row["user_id"], row["id"]) for row in rows}
    expected = {key: (row["user_id"], row["id"]) for key, row in latest.items()}
    told.differing += [f"key {key}" for key, _ in expected.items() ^ keys.items()]


def _check_marks(
    told: Audit,
    connection: Connection[Row],
    sessions: Iterable[Session],
) -> None:
    """No job has run: everybody is to be looked at, and every item to be counted."""
    users = {row["user_id"] for row in connection.execute("SELECT user_id FROM dirty_users")}
    rows = connection.execute("SELECT user_id, content_id FROM dirty_items")
    items = {(row["user_id"], row["content_id"]) for row in rows}
    for session in sessions:
        item = (session.user_id, session.attributes["content_id"])
        if session.user_id not in users:
            told.unmarked.append(f"user {session.user_id}")
        if item not in items:
            told.unmarked.append(f"item {item}")
