"""Sessions that have been running for a while, so that their rows are as heavy as in real life.

Each has sent a heartbeat every ten seconds for more than the time after which journals are
settled. The ids end in twelve decimal digits, so that pgbench can compute them from a number.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from shared.clock import utc_now
from shared.domain.identifiers import lowest_id
from shared.domain.network import Network, NetworkClass, NetworkKind
from shared.domain.record import Record, open_record, record
from shared.domain.session import EventKind, NetworkAddress, Session, SessionEvent
from shared.settings import Settings
from shared.store import people, sessions
from shared.store.database import Connection, Database
from shared.store.journal import encode_journal
from shared.store.people import Sighting
from shared.store.sessions import KeyPointer
from tests.places import LONDON

FIRST_NUMBER = 100_000_000_000
INTERVAL = timedelta(seconds=10)
USER_PREFIX = "01980000-0000-7000-8000-"
_PHASES = 30  # journals are settled in lots, every five minutes: each phase is as likely
_RUNNING = timedelta(minutes=20)
_LOT = 1_000
_NETWORK = NetworkAddress(LONDON, LONDON)
_SOURCE = "bench"


@dataclass(frozen=True, slots=True)
class Seed:
    """The sessions: their ids are a prefix and a number from FIRST_NUMBER on."""

    count: int
    prefix: str
    journal: str  # of one in the middle between two settlements

    def session_id(self, number: int) -> str:
        """Return the id of a session, numbered from 0."""
        return f"{self.prefix}{FIRST_NUMBER + number}"


async def seed(settings: Settings, count: int) -> Seed:
    """Write active sessions, each of a user of its own."""
    now = utc_now().replace(microsecond=0)
    prefix = f"{str(lowest_id(now - _RUNNING))[:14]}7000-8000-"
    models = [_model(now, phase) for phase in range(_PHASES)]
    database = Database(settings)
    await database.open()
    try:
        for first in range(0, count, _LOT):
            lot = range(first, min(first + _LOT, count))
            await database.run(lambda c, lot=lot: _write(c, models, prefix, lot, now))
    finally:
        await database.close()
    middle = models[_PHASES // 2]
    return Seed(count, prefix, json.dumps(encode_journal(middle)))


def user_id(number: int) -> UUID:
    """Return the id of a user, numbered from 0."""
    return UUID(f"{USER_PREFIX}{FIRST_NUMBER + number}")


def _model(now: datetime, phase: int) -> Record:
    """Return a session that gave its latest sign of life just now."""
    steps = _RUNNING // INTERVAL + phase
    times = [now - INTERVAL * step for step in range(steps, -1, -1)]
    start = SessionEvent(
        EventKind.START,
        times[0],
        sequence=0,
        started_at=times[0],
        progress=timedelta(),
        network=_NETWORK,
        attributes={
            "server_id": _SOURCE,
            "content_type": "movie",
            "content_id": "0198f2b0-7e2c-7000-8000-00000000002a",
            "title": "A film of two hours",
            "duration_ms": 7_200_000,
            "device_id": "tv-1",
            "device_name": "Living room",
            "device_type": "TV",
            "client_name": "Revenge TV",
            "client_version": "1.4",
            "stream_type": "direct_play",
            "video_codec": "hevc",
            "audio_codec": "eac3",
            "resolution": "2160p",
            "bitrate_kbps": 18_000,
        },
    )
    return _with_heartbeats(open_record(_blank(times[0]), start), times)


def _with_heartbeats(current: Record, times: list[datetime]) -> Record:
    for sequence, at in enumerate(times[1:], 1):
        beat = SessionEvent(
            EventKind.PROGRESS,
            at,
            state=current.session.state,
            sequence=sequence,
            progress=at - times[0],
        )
        current = record(current, beat, at)
    return current


def _blank(started_at: datetime) -> Session:
    return Session(
        id=UUID(int=0),
        user_id=UUID(int=0),
        source=_SOURCE,
        session_key="",
        started_at=started_at,
        last_seen_at=started_at,
        network_since=started_at,
    )


async def _write(
    connection: Connection, models: list[Record], prefix: str, lot: range, now: datetime
) -> None:
    records = [
        _named(models[number % _PHASES], UUID(f"{prefix}{FIRST_NUMBER + number}"), number)
        for number in lot
    ]
    await people.note(connection, list(_sightings(records)))
    place = Network(_NETWORK.key, NetworkClass.PUBLIC, NetworkKind.UNKNOWN, None, LONDON)
    pins = {(r.session.user_id, _NETWORK.key): place for r in records}
    await people.pin_networks(connection, pins, now=now)
    await sessions.insert(connection, records)
    pointers = [(r.session, None, KeyPointer(r.session.id)) for r in records]
    await sessions.point_keys(connection, pointers)


def _sightings(records: list[Record]) -> Iterator[Sighting]:
    for current in records:
        session = current.session
        yield Sighting(session.user_id, session.last_seen_at, device_id="tv-1")


def _named(model: Record, session_id: UUID, number: int) -> Record:
    session = replace(
        model.session, id=session_id, user_id=user_id(number), session_key=f"session-{number}"
    )
    return replace(model, session=session)
