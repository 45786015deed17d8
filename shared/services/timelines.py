"""People's timelines, put together from sessions, pinned networks, devices and what is trusted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from shared.domain.narrowing import Outline, Rhythm
from shared.domain.network import Network
from shared.domain.session import NetworkAddress, State
from shared.domain.timeline import Interval, Person, Segment, Timeline
from shared.domain.trusted import TrustedEntry, with_trust
from shared.domain.viewing import Viewing
from shared.store import people, sessions, trusted
from shared.store.database import Connection
from shared.store.people import Device

UNKNOWN = Network()


def _nothing_yet() -> dict[NetworkAddress, Network]:
    return {}


@dataclass(frozen=True, slots=True)
class Belongings:
    """A person's networks, as they are pinned, and devices."""

    networks: Mapping[str, Network]
    devices: Mapping[str, Device]
    _seen: dict[NetworkAddress, Network] = field(default_factory=_nothing_yet)

    def network(self, address: NetworkAddress | None) -> Network:
        """Return the network as it is pinned for the person; the unknown one if it is not."""
        if address is None or address.key not in self.networks:
            return UNKNOWN
        if address not in self._seen:
            pinned = self.networks[address.key]
            self._seen[address] = replace(pinned, address=address.address)
        return self._seen[address]


async def load_timeline(
    connection: Connection, user_id: UUID, *, since: datetime, now: datetime
) -> Timeline | None:
    """Return what a person did since an instant, with what of it is trusted.

    Returns:
        ``None`` if there is no such person.
    """
    return (await load_timelines(connection, [user_id], since=since, now=now)).get(user_id)


async def load_timelines(
    connection: Connection, user_ids: Sequence[UUID], *, since: datetime, now: datetime
) -> dict[UUID, Timeline]:
    """Return people's timelines, as ``load_timeline`` does, in as few statements as for one."""
    known = await load_people(connection, user_ids)
    return await timelines_of(connection, known, since=since, now=now)


@dataclass(frozen=True, slots=True)
class Known:
    """A person and what is theirs, before one session is read."""

    person: Person
    belongings: Belongings
    entries: Sequence[TrustedEntry]

    def outline(self, rhythm: Rhythm | None = None) -> Outline:
        """Return what tells which rules may find something of the person."""
        networks, devices = self.belongings.networks, self.belongings.devices
        return Outline(self.person, list(networks.values()), list(devices), rhythm)


async def load_people(connection: Connection, user_ids: Sequence[UUID]) -> dict[UUID, Known]:
    """Return those of these people who are known, and what is theirs."""
    found = await people.list_people(connection, user_ids)
    persons = list(found)
    networks = await people.list_networks(connection, persons)
    devices = await people.list_devices(connection, persons)
    entries = _by_person(persons, await trusted.list_for_users(connection, persons))
    return {
        user_id: Known(
            person,
            Belongings(networks.get(user_id, {}), devices.get(user_id, {})),
            entries[user_id],
        )
        for user_id, person in found.items()
    }


async def timelines_of(
    connection: Connection, known: Mapping[UUID, Known], *, since: datetime, now: datetime
) -> dict[UUID, Timeline]:
    """Return the timelines of people who are known."""
    viewings = await sessions.list_viewings(connection, list(known), since=since)
    seen = {user_id: list(own) for user_id, own in groupby(viewings, attrgetter("user_id"))}
    return {user_id: _timeline(one, seen.get(user_id, ()), now) for user_id, one in known.items()}


def _timeline(known: Known, viewings: Sequence[Viewing], now: datetime) -> Timeline:
    belongings = known.belongings
    timeline = Timeline(
        known.person,
        tuple(s for viewing in viewings for s in segments(viewing, belongings)),
        {name: device.first_seen_at for name, device in belongings.devices.items()},
    )
    return with_trust(timeline, known.entries, now)


def segments(viewing: Viewing, belongings: Belongings) -> Iterator[Segment]:
    """Cut a viewing wherever its network changed."""
    for past in viewing.past_segments:
        yield _segment(viewing, belongings, past.network, past.start, past.end)
    start, end = viewing.network_since, viewing.stopped_at
    yield _segment(viewing, belongings, viewing.network, start, end)


def _by_person(
    user_ids: Sequence[UUID], entries: Sequence[TrustedEntry]
) -> dict[UUID, list[TrustedEntry]]:
    common = [entry for entry in entries if entry.user_id is None]
    own: dict[UUID, list[TrustedEntry]] = {user_id: list(common) for user_id in user_ids}
    for entry in entries:
        if entry.user_id is not None:
            own[entry.user_id].append(entry)
    return own


def _segment(
    viewing: Viewing,
    belongings: Belongings,
    address: NetworkAddress | None,
    start: datetime,
    end: datetime | None,
) -> Segment:
    device = belongings.devices.get(viewing.device_id) if viewing.device_id else None
    return Segment(
        session_id=viewing.session_id,
        device_id=viewing.device_id,
        device_name=viewing.device_name or (device.name if device else None),
        network=belongings.network(address),
        started_at=start,
        ended_at=end,
        pauses=_pauses(viewing),
        content_type=viewing.content_type,
        title=viewing.title,
        server_id=viewing.server_id,
        library_id=viewing.library_id,
    )


def _pauses(viewing: Viewing) -> tuple[Interval, ...]:
    """Return when the player was paused. Buffering is no pause: the stream is in use."""
    if not viewing.interruptions and viewing.paused_since is None:
        return ()
    pauses = [Interval(i.start, i.end) for i in viewing.interruptions if i.state is State.PAUSED]
    if viewing.paused_since is not None:
        pauses.append(Interval(viewing.paused_since, None))
    return tuple(pauses)
