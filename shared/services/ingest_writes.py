"""Writing what a batch of events made of its sessions, and all that follows from it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from shared.domain.network import Network
from shared.domain.record import Record
from shared.domain.session import NetworkAddress, Session
from shared.domain.succession import Chain
from shared.geoip.lookup import PlaceFinder
from shared.services import places
from shared.services.marks import mark_changed
from shared.services.own_addresses import OwnAddresses
from shared.settings import Settings
from shared.store import people, sessions
from shared.store.database import Connection
from shared.store.people import NetworkKey, Sighting
from shared.store.session_rows import Key, Stored
from shared.store.sessions import KeyPointer

# How many sessions before the current one a key remembers, for their late events.
KEPT_FORMER = 8


@dataclass(frozen=True, slots=True)
class Ingest:
    """What recording needs besides a connection and the time."""

    finder: PlaceFinder
    settings: Settings
    own_addresses: OwnAddresses


@dataclass(slots=True)
class Work:
    """The sessions of one transaction: as they were read, and as the events make them.

    ``called`` is, by session, what the events call its user: the name and the source's id.
    """

    stored: dict[UUID, Stored] = field(default_factory=dict[UUID, Stored])
    records: dict[UUID, Record] = field(default_factory=dict[UUID, Record])
    networks: dict[NetworkKey, Network] = field(default_factory=dict[NetworkKey, Network])
    pointers: dict[Key, KeyPointer] = field(default_factory=dict[Key, KeyPointer])
    pointers_before: dict[Key, KeyPointer] = field(default_factory=dict[Key, KeyPointer])
    called: dict[UUID, tuple[str | None, str | None]] = field(
        default_factory=dict[UUID, tuple[str | None, str | None]]
    )

    def add(self, stored: Stored) -> None:
        """Take a session in as it was read."""
        session = stored.record.session
        self.stored.setdefault(session.id, stored)
        self.records.setdefault(session.id, stored.record)
        if stored.network is not None and stored.network.key is not None:
            self.networks[session.user_id, stored.network.key] = stored.network

    def point(self, key: Key, current: Stored) -> None:
        """Note what a key points at."""
        pointer = KeyPointer(current.record.session.id, current.former)
        self.pointers[key] = self.pointers_before[key] = pointer

    def chain(self, key: Key) -> Chain:
        """Return the sessions of a key that were read, in the order in which they began."""
        pointer = self.pointers.get(key)
        if pointer is None:
            return ()
        ids = (*pointer.former, pointer.id)
        return tuple(self.records[session_id] for session_id in ids if session_id in self.records)

    def put(self, key: Key, chain: Chain) -> None:
        """Take the sessions of a key as they are now; the last is the current one."""
        pointer = self.pointers.get(key)
        ids = [after.session.id for after in chain]
        unread = [] if pointer is None else [i for i in pointer.former if i not in self.records]
        for after in chain:
            self.records[after.session.id] = after
        former = (*unread, *ids[:-1])[-KEPT_FORMER:]
        self.pointers[key] = KeyPointer(ids[-1], former)

    def changed(self) -> list[Record]:
        """Return the records that differ from what is stored, all rivals' in one order."""
        changed = [
            after
            for session_id, after in self.records.items()
            if session_id not in self.stored or self.stored[session_id].record is not after
        ]
        return sorted(changed, key=lambda after: after.session.id)

    def is_heartbeat(self, after: Record) -> bool:
        """Say whether a change is no more than a sign of life."""
        before = self.stored.get(after.session.id)
        return before is not None and sessions.is_heartbeat(before.record.session, after.session)

    def give(self, persons: Mapping[UUID, UUID]) -> None:
        """Let new sessions be the persons' into whom the users that they name were merged."""
        for session_id, after in self.records.items():
            person = persons.get(after.session.user_id)
            if person is not None and session_id not in self.stored:
                told = after.session.user_id
                owned = replace(after.session, user_id=person, account_user_id=told)
                self.records[session_id] = replace(after, session=owned)

    def sightings(self, told: Sequence[Record]) -> list[Sighting]:
        """Return whom and which devices these sessions show, and from when until when.

        One per user and device is enough: as the last of its sessions has it, since the first began.
        """
        found: dict[tuple[UUID, str | None], Sighting] = {}
        for session in sorted((each.session for each in told), key=lambda one: one.last_seen_at):
            seen = _sighting(session, *self.called.get(session.id, (None, None)))
            earlier = found.get((seen.user_id, seen.device_id), seen)
            began_at = min(session.started_at, earlier.began_at or session.started_at)
            found[seen.user_id, seen.device_id] = replace(seen, began_at=began_at)
        return list(found.values())


@dataclass(frozen=True, slots=True)
class Written:
    """What callers are told of a transaction.

    ``telling`` are the sessions of which more than a sign of life is new.
    """

    networks: Mapping[NetworkKey, Network]
    telling: Collection[UUID]


async def write(connection: Connection, work: Work, ingest: Ingest, now: datetime) -> Written:
    """Write what changed; a mere sign of life writes its session and nothing else.

    Reading needs no part in the transaction: sessions and keys are written only if they still are
    as they were read. Signs of life alone need none at all, being written by one statement; if
    that finds some of its sessions changed, the others are recorded, and repeating that is nothing.
    """
    changed = work.changed()
    telling = [after for after in changed if not work.is_heartbeat(after)]
    if not telling and work.pointers == work.pointers_before:
        await sessions.touch(connection, [(work.stored[c.session.id], c) for c in changed])
        return Written(work.networks, frozenset())
    told = {after.session.id for after in telling}
    known = [(work.stored[c.session.id], c) for c in changed if c.session.id in work.stored]
    async with connection.transaction():
        persons = await people.note(connection, work.sightings(telling))
        if persons:
            work.give(persons)
            changed = work.changed()
            telling = [after for after in changed if after.session.id in told]
        networks = await _networks(connection, work, telling, ingest, now)
        await sessions.insert(connection, [c for c in changed if c.session.id not in work.stored])
        await sessions.update(connection, [pair for pair in known if pair[1].session.id in told])
        await sessions.touch(connection, [p for p in known if p[1].session.id not in told])
        await _point_keys(connection, work)
        before = [stored.record.session for stored, c in known if c.session.id in told]
        await mark_changed(connection, [*before, *(after.session for after in telling)], now)
    return Written(networks, told)


async def _networks(
    connection: Connection,
    work: Work,
    telling: Sequence[Record],
    ingest: Ingest,
    now: datetime,
) -> Mapping[NetworkKey, Network]:
    """Return the networks of all sessions, those of what changed pinned and marked as in use."""
    pinned = await places.pin(
        connection,
        _network_keys(telling),
        known=work.networks,
        finder=ingest.finder,
        own_addresses=await ingest.own_addresses.read(connection),
        now=now,
    )
    return work.networks | pinned


def _network_keys(records: Sequence[Record]) -> dict[NetworkKey, NetworkAddress]:
    return {
        (after.session.user_id, network.key): network
        for after in records
        for network in (after.session.network, *(s.network for s in after.session.past_segments))
        if network is not None
    }


async def _point_keys(connection: Connection, work: Work) -> None:
    changed = [
        (work.records[after.id].session, work.pointers_before.get(key), after)
        for key, after in work.pointers.items()
        if work.pointers_before.get(key) != after
    ]
    await sessions.point_keys(connection, changed)


def _sighting(session: Session, name: str | None, account_id: str | None) -> Sighting:
    attributes = session.attributes
    return Sighting(
        user_id=session.told_user_id,
        began_at=session.started_at,
        seen_at=session.last_seen_at,
        name=name,
        server_id=_text(attributes.get("server_id")) or session.source,
        account_id=account_id,
        device_id=_text(attributes.get("device_id")),
        device_name=_text(attributes.get("device_name")),
        device_type=_text(attributes.get("device_type")),
        client=_text(attributes.get("client_name")),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
