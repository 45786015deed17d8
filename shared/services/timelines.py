"""A person's timeline, put together from sessions, pinned networks and devices."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from shared.domain.network import Network
from shared.domain.session import NetworkAddress, Session, State
from shared.domain.timeline import Interval, Segment, Timeline
from shared.domain.trusted import with_trust
from shared.store import people, sessions, trusted
from shared.store.database import Connection
from shared.store.people import Device


async def load_timeline(
    connection: Connection, user_id: UUID, *, since: datetime, now: datetime
) -> Timeline | None:
    """Return what a person did since an instant, with what of it is trusted.

    Returns:
        ``None`` if there is no such person.
    """
    person = await people.load_person(connection, user_id)
    if person is None:
        return None
    found = await sessions.list_reaching_into(connection, user_id=user_id, since=since)
    devices = await people.list_devices(connection, user_id)
    belongings = Belongings(await people.list_networks(connection, user_id), devices)
    timeline = Timeline(
        person=person,
        segments=tuple(s for session in found for s in segments(session, belongings)),
        device_first_seen={device.device_id: device.first_seen_at for device in devices.values()},
    )
    return with_trust(timeline, await trusted.list_for_user(connection, user_id), now)


@dataclass(frozen=True, slots=True)
class Belongings:
    """A person's networks, as they are pinned, and devices."""

    networks: Mapping[str, Network]
    devices: Mapping[str, Device]


def segments(session: Session, belongings: Belongings) -> Iterator[Segment]:
    """Cut a session wherever its network changed."""
    for past in session.past_segments:
        yield _segment(session, belongings, past.network, Interval(past.start, past.end))
    last = Interval(session.network_since, session.stopped_at)
    yield _segment(session, belongings, session.network, last)


def _segment(
    session: Session, belongings: Belongings, address: NetworkAddress | None, span: Interval
) -> Segment:
    device_id = _text(session, "device_id")
    device = belongings.devices.get(device_id) if device_id else None
    return Segment(
        session_id=session.id,
        device_id=device_id,
        device_name=_text(session, "device_name") or (device.name if device else None),
        network=_network(address, belongings),
        started_at=span.start,
        ended_at=span.end,
        pauses=_pauses(session),
        content_type=_text(session, "content_type") or "",
        title=_text(session, "title"),
        server_id=_text(session, "server_id"),
        library_id=_text(session, "library_id"),
    )


def _network(address: NetworkAddress | None, belongings: Belongings) -> Network:
    """Return the network as it is pinned for the person; the unknown one if it is not."""
    if address is None or address.key not in belongings.networks:
        return Network()
    return replace(belongings.networks[address.key], address=address.address)


def _pauses(session: Session) -> tuple[Interval, ...]:
    """Return when the player was paused. Buffering is no pause: the stream is in use."""
    pauses = [Interval(i.start, i.end) for i in session.interruptions if i.state is State.PAUSED]
    if session.state is State.PAUSED and session.interrupted_since is not None:
        pauses.append(Interval(session.interrupted_since, None))
    return tuple(pauses)


def _text(session: Session, name: str) -> str | None:
    value = session.attributes.get(name)
    return value if isinstance(value, str) else None
