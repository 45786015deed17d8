"""Recording what producers say of sessions: any number of events, in one transaction.

A single heartbeat is a batch of one. Everything an event causes inside the database (the
session, its user, device and network, and the marks for detector and statistics) is written
with it, so that an acknowledged event is stored with all its consequences.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from shared.domain.identifiers import new_id
from shared.domain.network import Network
from shared.domain.record import Record, open_record, record
from shared.domain.session import EventKind, Session, SessionEvent
from shared.domain.succession import Chain, Telling, named, shifted, tell
from shared.errors import AppError, FieldError, InvalidInputError, NotFoundError
from shared.services.ingest_writes import Ingest, Work, Written, write
from shared.services.users import erased_user
from shared.settings import Settings
from shared.store import erasures, sessions
from shared.store.database import Connection
from shared.store.session_rows import Key, Stored

MAX_FUTURE = timedelta(hours=24)

# A producer's clock that is further ahead than this when a session begins is corrected throughout.
CLOCK_TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event with its address: the session's id, or its key and whose it is.

    ``account_id`` is what the source calls the user, if that is no id of ours.
    """

    event: SessionEvent
    session_id: UUID | None = None
    key: Key | None = None
    user_id: UUID | None = None
    user_name: str | None = None
    account_id: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an arrival.

    ``tells_more`` says whether detector and statistics have something to look at.
    """

    session: Session
    network: Network | None
    created: bool
    tells_more: bool


async def record_arrivals(
    connection: Connection, arrivals: Sequence[Arrival], ingest: Ingest, now: datetime
) -> list[Outcome | AppError]:
    """Record events, and return an outcome, or an error, for each, in the order given.

    They are taken in the order of their times, which is the cheapest. A wrong event keeps no other
    from being recorded. Opens a transaction where it needs one.

    Raises:
        StaleWriteError: a session was changed by somebody else; the transaction is to be run
            again, which ``Database.run`` does.
    """
    work = await _load(connection, arrivals)
    buried = await _buried(connection, arrivals, work)
    results = _take_all(work, arrivals, buried, ingest.settings, now)
    written = await write(connection, work, ingest, now)
    return [
        result if isinstance(result, AppError) else _outcome(result, work, written)
        for result in results
    ]


async def _load(connection: Connection, arrivals: Sequence[Arrival]) -> Work:
    """Read the sessions that events name or may belong to, each with what its key points at."""
    work = Work()
    by_id = await sessions.load_by_ids(
        connection, {a.session_id for a in arrivals if a.session_id is not None}
    )
    left = {stored.key for stored in by_id.values() if stored.is_former}
    keyed = {a.key for a in arrivals if a.key is not None and a.session_id is None}
    current = await sessions.load_by_keys(connection, keyed | left)
    for stored in by_id.values():
        if stored.is_current:
            current.setdefault(stored.key, stored)
    late = {key for key in (_late_at(a, by_id, current) for a in arrivals) if key is not None}
    former = await sessions.load_former(connection, left | late)
    for stored in (*by_id.values(), *former, *current.values()):
        work.add(stored)
    for key, stored in current.items():
        work.point(key, stored)
    return work


def _late_at(
    arrival: Arrival, by_id: Mapping[UUID, Stored], current: Mapping[Key, Stored]
) -> Key | None:
    """Return the key of an event that may belong to a session before the current one of it."""
    known = None if arrival.session_id is None else by_id.get(arrival.session_id)
    key = arrival.key if known is None else known.key
    stored = None if key is None else current.get(key)
    if stored is None or not stored.former:
        return None
    session = stored.record.session
    event = shifted(arrival.event, session)
    item = session.attributes["content_id"]
    other_item = event.attributes.get("content_id", item) != item
    is_late = min(event.at, event.started_at or event.at) < session.started_at
    return key if is_late or (event.kind is EventKind.STOP and other_item) else None


async def _buried(
    connection: Connection, arrivals: Sequence[Arrival], work: Work
) -> Mapping[int, AppError]:
    """Return why arrivals, by their places, must not be recorded: what they tell of was deleted.

    Nobody is asked about one whose key has a session that goes on: it belongs to that. Nor about
    people of whom there are sessions: they are there.
    """
    doubtful = {
        index: (arrival.key, arrival.event)
        for index, arrival in enumerate(arrivals)
        if arrival.key is not None and _may_be_buried(arrival.event, work.chain(arrival.key))
    }
    places = list(doubtful)
    found = await sessions.find_buried(connection, list(doubtful.values()))
    present = {known.record.session.user_id for known in work.stored.values()}
    strangers = {a.user_id for a in arrivals if a.user_id is not None} - present
    erased = await erasures.find_erased(connection, strangers)
    gone = NotFoundError("This session was deleted.", code="session_deleted")
    return {places[number]: gone for number in found} | {
        index: erased_user() for index, a in enumerate(arrivals) if a.user_id in erased
    }


def _may_be_buried(event: SessionEvent, chain: Chain) -> bool:
    """Say whether the last session that a key has left was not on when an event's began."""
    if not chain:
        return True
    session = chain[-1].session
    said = shifted(event, session)
    at = said.started_at or said.at
    has_ended = session.stopped_at is not None and at >= session.stopped_at
    return at < session.started_at or has_ended


@dataclass(frozen=True, slots=True)
class _Taken:
    session_id: UUID
    created: bool


def _take_all(
    work: Work,
    arrivals: Sequence[Arrival],
    buried: Mapping[int, AppError],
    settings: Settings,
    now: datetime,
) -> list[_Taken | AppError]:
    """Fold arrivals; one that finds no session is tried again when all others are known."""
    in_time = sorted(range(len(arrivals)), key=lambda index: arrivals[index].event.at)
    results: dict[int, _Taken | AppError] = dict(buried)
    left = [index for index in in_time if index not in buried]
    results |= {i: _take(work, arrivals[i], settings, now) for i in left}
    if len(arrivals) > 1:
        for i in [i for i in left if isinstance(results[i], NotFoundError)]:
            results[i] = _take(work, arrivals[i], settings, now)
    return [results[index] for index in range(len(arrivals))]


def _take(work: Work, arrival: Arrival, settings: Settings, now: datetime) -> _Taken | AppError:
    """Fold one arrival into its session; return which that is, or what is wrong."""
    try:
        _check_time(arrival.event, settings, now)
        taken = _fold(work, arrival, now)
    except AppError as error:
        return error
    if arrival.user_name or arrival.account_id:
        work.called[taken.session_id] = (arrival.user_name, arrival.account_id)
    return taken


def _fold(work: Work, arrival: Arrival, now: datetime) -> _Taken:
    """Fold an arrival into the session that it names, or that its key and time tell."""
    if arrival.session_id is not None:
        return _fold_by_id(work, arrival, arrival.session_id, now)
    if arrival.key is None:
        raise _no_such_session()
    user_id, event = arrival.user_id, arrival.event
    begin = None
    if user_id is not None and event.says_what_plays:
        begin = partial(_open, event, user_id, arrival.key, now)
    chain = work.chain(arrival.key)
    said = shifted(event, chain[-1].session) if chain else event
    return _tell(work, arrival.key, Telling(said, user_id, begin), now)


def _fold_by_id(work: Work, arrival: Arrival, session_id: UUID, now: datetime) -> _Taken:
    """Fold an arrival into the session with an id.

    Or into a later one: two runs of an item that nobody dated are one until the first is known to
    have stopped, and whoever tells of the second knows it by the id of the first. An event that
    says all is taken as one that is sent to the key: it may tell of the next item.
    """
    known = work.records.get(session_id)
    if known is None:
        raise _no_such_session()
    session = known.session
    event = named(shifted(arrival.event, session), session)
    key = (session.source, session.session_key)
    is_linked = any(linked is known for linked in work.chain(key))
    if not is_linked or _puts_item_right(event, session):
        work.records[session_id] = record(known, event, now)
        return _Taken(session_id, created=False)
    begin = None
    if event.says_what_plays:
        begin = partial(_open, arrival.event, session.told_user_id, key, now)
    return _tell(work, key, Telling(event, session.told_user_id, begin), now)


def _puts_item_right(event: SessionEvent, session: Session) -> bool:
    """Say whether an event gives a session another item, and too little to begin one of it."""
    item = session.attributes["content_id"]
    return not event.says_what_plays and event.attributes.get("content_id", item) != item


def _tell(work: Work, key: Key, telling: Telling, now: datetime) -> _Taken:
    chain = work.chain(key)
    after, session_id = tell(chain, telling, now)
    if session_id is None:
        raise _no_such_session()
    work.put(key, after)
    is_known = any(known.session.id == session_id for known in chain)
    return _Taken(session_id, created=not is_known)


def _open(event: SessionEvent, user_id: UUID, key: Key, now: datetime) -> Record:
    """Begin a session. Any event may do that, if it says enough: a start can be late or lost."""
    ahead = event.at - now
    started_at = min(event.started_at or event.at, event.at, now)
    blank = Session(
        id=new_id(started_at),
        user_id=user_id,
        source=key[0],
        session_key=key[1],
        started_at=started_at,
        last_seen_at=started_at,
        network_since=started_at,
        clock_offset=ahead if ahead > CLOCK_TOLERANCE else timedelta(),
    )
    return open_record(blank, shifted(event, blank))


def _no_such_session() -> NotFoundError:
    return NotFoundError(
        "There is no such session. Send a start first, or an event with all that a start"
        " needs: user_id, content_type, content_id, ip_address.",
        code="session_not_found",
    )


def _check_time(event: SessionEvent, settings: Settings, now: datetime) -> None:
    """Refuse events of a time that cannot be, or that is no longer kept."""
    oldest = now - timedelta(days=settings.analytics_retention_days)
    for name, at in (("event_at", event.at), ("started_at", event.started_at)):
        if at is not None and at > now + MAX_FUTURE:
            raise InvalidInputError(
                f"{name} is more than 24 hours ahead; check the sender's clock.",
                code="time_in_future",
                errors=[FieldError(name, "is more than 24 hours in the future")],
            )
        if at is not None and at < oldest:
            raise InvalidInputError(
                f"{name} is older than the {settings.analytics_retention_days} days kept.",
                code="time_before_retention",
                errors=[FieldError(name, "is before the retention edge")],
            )


def _outcome(taken: _Taken, work: Work, written: Written) -> Outcome:
    session = work.records[taken.session_id].session
    network = None
    if session.network is not None:
        network = written.networks.get((session.user_id, session.network.key))
    return Outcome(session, network, taken.created, tells_more=session.id in written.telling)
