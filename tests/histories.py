"""Random pasts of people, as events would have left them in the database."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import strategies as st

from shared.domain.identifiers import new_id
from shared.domain.network import Network, NetworkClass, NetworkKind
from shared.domain.place import Place
from shared.domain.record import Record, open_record, record
from shared.domain.session import EventKind, NetworkAddress, Session, SessionEvent, State
from shared.store import partitions, people, sessions
from shared.store.database import Connection
from shared.store.partitions import Month

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
FIRST = NOW - timedelta(days=80)
MINUTE = timedelta(minutes=1)


def _network(
    address: str,
    city: str | None,
    latitude: float,
    longitude: float,
    asn: int,
    *,
    country: str | None = "SE",
    kind: NetworkKind = NetworkKind.RESIDENTIAL,
) -> Network:
    place = Place(
        country=country,
        city=city,
        latitude=latitude,
        longitude=longitude,
        accuracy_radius_km=20,
        asn=asn,
    )
    return Network(address, NetworkClass.PUBLIC, kind, place, address)


NETWORKS = (
    _network("89.160.20.112", "Linköping", 58.4, 15.6, 29518),
    _network("89.160.20.113", "Linköping", 58.4, 15.6, 29518),
    _network("90.224.3.4", "Stockholm", 59.3, 18.1, 3301),
    _network("81.2.69.160", "London", 51.5, -0.1, 20712, country="GB"),
    _network("1.128.0.7", "Sydney", -33.9, 151.2, 1221, country="AU"),
    _network("2.64.0.37", "Malmö", 55.6, 13.0, 44034, kind=NetworkKind.CARRIER),
    _network("45.83.1.1", "Paris", 48.8, 2.3, 39351, country="FR", kind=NetworkKind.VPN),
    _network("5.5.5.5", None, 50.0, 10.0, 7, country=None),
    Network("192.168.1.20", NetworkClass.LOCAL, NetworkKind.UNKNOWN, Place(), "192.168.1.20"),
)
NEVER_PINNED = "7.7.7.7"
ADDRESSES = (*(str(network.key) for network in NETWORKS), NEVER_PINNED)
DEVICES = ("tv", "phone", "tablet", " tv ", None)


Step = tuple[int, State, str]


@dataclass(frozen=True, slots=True)
class Run:
    """A session to be: minutes after the first instant, then what happens and how long it takes.

    Each step is its minutes, its state and the address it is on.
    """

    start: int
    source: str
    device: str | None
    address: str
    steps: tuple[Step, ...]
    ends: bool


_steps = st.tuples(
    st.sampled_from([1, 2, 30, 90, 3_000]),
    st.sampled_from([State.PLAYING, State.PLAYING, State.PAUSED]),
    st.sampled_from(ADDRESSES),
)


def _minute(day: int, minute: int) -> int:
    return day * 1_440 + minute


def _run(
    start: int, source: str, player: tuple[str | None, str], steps: list[Step], *, ends: bool
) -> Run:
    device, address = player
    return Run(start, source, device, address, tuple(steps), ends)


runs = st.builds(
    _run,
    start=st.builds(
        _minute,
        st.sampled_from([0, 0, 0, 1, 2, 31, 33, 79]),
        st.sampled_from([0, 1, 2, 20, 60, 61, 700, 1_200]),
    ),
    source=st.sampled_from(["main", "main", "other"]),
    player=st.tuples(st.sampled_from(DEVICES), st.sampled_from(ADDRESSES)),
    steps=st.lists(_steps, max_size=2),
    ends=st.sampled_from([True, True, True, False]),
)
pasts = st.lists(runs, max_size=12)


async def write(connection: Connection, user_id: UUID, past: list[Run]) -> None:
    """Write a person's past as if its events had come."""
    records = [_record(user_id, run) for run in past]
    for month in {Month.of(one.session.started_at) for one in records}:
        await partitions.create(connection, month)
    sightings = [
        people.Sighting(
            user_id, one.session.last_seen_at, device_id=run.device, device_name=run.device
        )
        for run, one in zip(past, records, strict=True)
    ]
    await people.note(connection, [people.Sighting(user_id, FIRST), *sightings])
    pins = {(user_id, str(network.key)): network for network in NETWORKS if _is_used(network, past)}
    await people.pin_networks(connection, pins, now=FIRST)
    await sessions.insert(connection, records)


def _is_used(network: Network, past: list[Run]) -> bool:
    return any(
        network.key in {run.address, *(address for _, _, address in run.steps)} for run in past
    )


def _record(user_id: UUID, run: Run) -> Record:
    at = min(FIRST + run.start * MINUTE, NOW)
    blank = Session(new_id(at), user_id, run.source, uuid4().hex, at, at, at)
    said = {"content_type": "movie", "content_id": "m", "device_id": run.device}
    network = NetworkAddress(run.address, run.address)
    current = open_record(
        blank, SessionEvent(EventKind.START, at, network=network, attributes=said)
    )
    for minutes, state, address in run.steps:
        at = min(at + minutes * MINUTE, NOW)
        network = NetworkAddress(address, address)
        event = SessionEvent(EventKind.PROGRESS, at, state=state, network=network)
        current = record(current, event, at)
    if run.ends:
        current = record(current, SessionEvent(EventKind.STOP, min(at + MINUTE, NOW)), NOW)
    return current
