"""The plain rules that peers document, on the same data.

They judge each session as it starts, by the coordinates that the database of that day has for its
address, and each that fits is a violation of its own: travel is faster than 500 km/h from the
start of the session before; sessions at one time are more than 100 km apart; more than 5
addresses are seen in 24 hours; more than 3 streams play at once, those of one device counted
once; the country is a denied one; nothing was seen for 30 days. Sessions on the local network
have no place. The thresholds are those of their documentation's examples.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.network import NetworkClass
from shared.domain.place import Place, great_circle_km
from shared.domain.rules.rule import RuleType
from tests.simulation.people.addresses import GeoDatabase, release_at
from tests.simulation.people.atlas import DENIED
from tests.simulation.people.life import STREAMS
from tests.simulation.people.telling import BEGIN, END, Told

_SPEED_KMH, _APART_KM, _ADDRESSES = 500.0, 100.0, 5
_DAY, _DORMANT = timedelta(days=1), timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Violation:
    """What a plain rule says, and when."""

    rule: RuleType
    at: datetime


@dataclass(frozen=True, slots=True)
class _Session:
    """A session as it started."""

    start: datetime
    end: datetime
    device: str
    address: str
    place: Place | None


def violations(told: Told, database: GeoDatabase) -> Iterator[Violation]:
    """Yield what the plain rules say of a person."""
    before: list[_Session] = []
    last_end = BEGIN
    for session in _sessions(told, database):
        if last_end + _DORMANT < session.start:
            yield Violation(RuleType.INACTIVITY, last_end + _DORMANT)
        before = [other for other in before if session.start - other.end <= _DAY]
        for rule in _judged(session, before):
            yield Violation(rule, session.start)
        before.append(session)
        last_end = max(last_end, session.end)
    if last_end + _DORMANT < END:
        yield Violation(RuleType.INACTIVITY, last_end + _DORMANT)


def _judged(session: _Session, before: list[_Session]) -> Iterator[RuleType]:
    if before and _speed(before[-1], session) > _SPEED_KMH:
        yield RuleType.IMPOSSIBLE_TRAVEL
    active = [s for s in before if s.end > session.start and s.device != session.device]
    if any(_apart(other, session) > _APART_KM for other in active):
        yield RuleType.SIMULTANEOUS_LOCATIONS
    recent = (s.address for s in before if session.start - s.start <= _DAY)
    if len({session.address, *recent}) > _ADDRESSES:
        yield RuleType.DEVICE_VELOCITY
    if len({other.device for other in active}) >= STREAMS:
        yield RuleType.CONCURRENT_STREAMS
    if session.place and session.place.country in DENIED:
        yield RuleType.GEO_RESTRICTION


def _sessions(told: Told, database: GeoDatabase) -> Iterator[_Session]:
    """Yield the sessions by start; a session has the address with which it started."""
    first_of = {segment.session_id: segment for segment in reversed(told.timeline.segments)}
    ends: dict[str, datetime] = {}
    for segment in told.timeline.segments:
        name = str(segment.session_id)
        ends[name] = max(segment.end_or(END), ends.get(name, BEGIN))
    for first in sorted(first_of.values(), key=lambda segment: segment.started_at):
        address = first.network.address or ""
        is_public = first.network.network_class is NetworkClass.PUBLIC
        release = release_at((first.started_at - BEGIN).total_seconds())
        yield _Session(
            first.started_at,
            ends[str(first.session_id)],
            first.actor,
            address,
            database.place(address, release) if is_public else None,
        )


def _speed(earlier: _Session, later: _Session) -> float:
    hours = (later.start - earlier.start) / timedelta(hours=1)
    return _apart(earlier, later) / hours if hours > 0 else 0.0


def _apart(one: _Session, other: _Session) -> float:
    if one.place is None or other.place is None:
        return 0.0
    return great_circle_km(one.place, other.place) or 0.0
