"""What the server is told of a life: segments with the players' times, pinned places, sessions.

The whole way goes through what the product does with an address: parsing, class, key and kind.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from random import Random
from uuid import UUID

from shared.domain.network import (
    Network,
    NetworkClass,
    NetworkKind,
    classify,
    network_key,
    parse_address,
)
from shared.domain.timeline import Interval, Person, Segment, Timeline
from shared.geoip.asn_lists import shipped_kinds
from tests.simulation.people.addresses import GeoDatabase, release_at
from tests.simulation.people.life import Access, Device, Life, Sitting
from tests.simulation.people.spans import DAY, DAYS, LEAD, MINUTE

BEGIN = datetime(2026, 6, 1, tzinfo=UTC)
END = BEGIN + timedelta(days=DAYS)
JUDGED = BEGIN + timedelta(days=LEAD)

_SKEWED = 0.03
_LARGEST_SKEW = 90.0


@dataclass(slots=True)
class Told:
    """One person as the server knows them.

    Attributes:
        sittings: what each segment truly was, in the order of the timeline's segments.
    """

    timeline: Timeline
    sittings: dict[UUID, Sitting]


@dataclass(slots=True)
class _Teller:
    """Tells a life, sitting by sitting."""

    life: Life
    database: GeoDatabase
    random: Random
    skews: tuple[float, float]
    pins: dict[str, Network] = field(default_factory=dict[str, Network])
    sessions: int = 0
    last_session: dict[int, UUID] = field(default_factory=dict[int, UUID])

    def network(self, access: Access, at: float) -> Network:
        """Return the network as it was pinned when this person was first seen on it."""
        key, network_class = _reading(access.address)
        if key not in self.pins:
            place = kind = None
            if network_class is NetworkClass.PUBLIC:
                place = self.database.place(access.address, release_at(at))
                kind = shipped_kinds().get(place.asn or 0, NetworkKind.RESIDENTIAL)
            unknown = NetworkKind.UNKNOWN
            self.pins[key] = Network(key, network_class, kind or unknown, place, access.address)
        return self.pins[key]

    def segments(self, sitting: Sitting) -> Iterator[Segment]:
        """Yield a sitting as sessions: one after the other where autoplay goes on.

        The next begins up to three seconds before the last has ended, or after it.
        """
        network = self.network(sitting.access, sitting.start)
        start, end = sitting.start, sitting.end
        is_first = True
        while start < end:
            item_end = min(end, start + self.random.choice((22, 45, 60, 110)) * MINUTE)
            if end - item_end < 2 * MINUTE:
                item_end = end
            session = self._session(sitting.device, keeps=is_first and sitting.continues)
            yield self._segment(sitting, session, network, start, item_end)
            if item_end >= end:
                break
            start, is_first = item_end + self.random.uniform(-3, 3), False

    def _session(self, device: Device, *, keeps: bool) -> UUID:
        if not keeps or id(device) not in self.last_session:
            self.sessions += 1
            self.last_session[id(device)] = UUID(int=(self.life.number << 64) + self.sessions)
        return self.last_session[id(device)]

    def _segment(
        self, sitting: Sitting, session: UUID, network: Network, start: float, end: float
    ) -> Segment:
        skew = self.skews[sitting.device.server]
        return Segment(
            session_id=session,
            device_id=sitting.device.id,
            device_name=sitting.device.name,
            network=network,
            started_at=instant(start + skew),
            ended_at=instant(end + skew),
            pauses=tuple(
                Interval(instant(max(since, start) + skew), instant(min(until, end) + skew))
                for since, until in sitting.pauses
                if since < end and start < until
            ),
            content_type="movie",
            server_id=f"server-{sitting.device.server}",
        )


def tell(life: Life, database: GeoDatabase) -> Told:
    """Return what the server is told of a life whose sittings are in order."""
    random = Random(f"{database.seed}:telling:{life.number}")
    teller = _Teller(life, database, random, (_skew(random), _skew(random)))
    sittings: dict[UUID, Sitting] = {}
    segments: list[Segment] = []
    for sitting in life.sittings:
        for segment in teller.segments(sitting):
            sittings.setdefault(segment.session_id, sitting)
            segments.append(segment)
    return Told(Timeline(_person(life, segments), tuple(segments), _first_seen(segments)), sittings)


def instant(seconds: float) -> datetime:
    """Return a time of the simulation as the server writes it, to the millisecond."""
    return BEGIN + timedelta(milliseconds=round(seconds * 1_000))


@lru_cache(maxsize=100_000)
def _reading(address: str) -> tuple[str, NetworkClass]:
    parsed = parse_address(address)
    assert parsed is not None, address
    return network_key(parsed), classify(parsed)


def _person(life: Life, segments: Iterable[Segment]) -> Person:
    """Return somebody who has been here for a year."""
    known = BEGIN - timedelta(days=365)
    last = max((segment.end_or(END) for segment in segments), default=BEGIN)
    return Person(
        user_id=UUID(int=life.number + 1), first_seen_at=known, last_active_at=max(last, BEGIN)
    )


def _first_seen(segments: Iterable[Segment]) -> dict[str, datetime]:
    """Return when each device was first seen: what is used from the first weeks on is old."""
    seen: dict[str, datetime] = {}
    for segment in segments:
        if segment.device_id:
            first = seen.setdefault(segment.device_id, segment.started_at)
            seen[segment.device_id] = min(first, segment.started_at)
    old = BEGIN - timedelta(days=100)
    return {name: old if at < instant(14 * DAY) else at for name, at in seen.items()}


def _skew(random: Random) -> float:
    """Return how wrong a server's clock is, in seconds: hardly, or by up to a minute and a half."""
    if random.random() < _SKEWED:
        return random.uniform(-_LARGEST_SKEW, _LARGEST_SKEW)
    return random.gauss(0, 0.5)
