"""What an operator has said is fine: trusted devices, networks, places, users and pairs of users.

What an entry covers is evidence of nothing (``Segment.trusted``). It holds for whatever began
before it expires, also before it was made; so its end accuses nobody of what it covered.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from ipaddress import IPv4Network, IPv6Network
from uuid import UUID

from shared.domain.network import Network, parse_address
from shared.domain.place import Place, great_circle_km, has_position
from shared.domain.timeline import Segment, Timeline

_NEVER_YET = datetime.min.replace(tzinfo=UTC)
_FOR_EVER = datetime.max.replace(tzinfo=UTC)


class TrustedKind(StrEnum):
    """What can be trusted."""

    DEVICE = "device"
    NETWORK = "network"
    PLACE = "place"
    USER = "user"
    PAIR = "pair"


@dataclass(frozen=True, slots=True)
class TrustedDevice:
    """A device, wherever it is."""

    device_id: str

    def covers(self, device_id: str | None, network: Network) -> bool:
        """Say whether this is the device; an unknown one is no device's equal."""
        del network
        return (device_id or "").strip() == self.device_id


@dataclass(frozen=True, slots=True)
class TrustedNetwork:
    """A network, whatever plays on it."""

    network: IPv4Network | IPv6Network

    def covers(self, device_id: str | None, network: Network) -> bool:
        """Say whether the network lies in this one."""
        del device_id
        address = parse_address(network.address)
        return address is not None and address in self.network


@dataclass(frozen=True, slots=True)
class TrustedPlace:
    """Every network whose position is known and within ``radius_km`` of a point, in degrees."""

    latitude: float
    longitude: float
    radius_km: float

    def covers(self, device_id: str | None, network: Network) -> bool:
        """Say whether the network is here. A VPN's exit here says nothing of who uses it."""
        del device_id
        if network.place is None or not has_position(network):
            return False
        centre = Place(latitude=self.latitude, longitude=self.longitude)
        distance = great_circle_km(centre, network.place)
        return distance is not None and distance <= self.radius_km


@dataclass(frozen=True, slots=True)
class TrustedUser:
    """A person, in all they do."""

    def covers(self, device_id: str | None, network: Network) -> bool:
        """Say yes."""
        del device_id, network
        return True


@dataclass(frozen=True, slots=True)
class TrustedPair:
    """Two people who may share devices and networks with each other: a household.

    What either of them does is judged as ever; only what they have in common is no finding.
    """

    other_user_id: UUID

    def covers(self, device_id: str | None, network: Network) -> bool:
        """Say no."""
        del device_id, network
        return False


Trusted = TrustedDevice | TrustedNetwork | TrustedPlace | TrustedUser | TrustedPair


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedEntry:
    """One thing that is trusted.

    Attributes:
        trusted: what it is.
        user_id: for whom; None is for everybody. A user and a pair always name one.
        expires_at: what begins from then on is not covered; None if it never expires.
    """

    id: UUID
    trusted: Trusted
    user_id: UUID | None = None
    expires_at: datetime | None = None

    def concerns(self, user_id: UUID) -> bool:
        """Say whether it has a say in this person's timeline."""
        return self.user_id is None or self.user_id == user_id

    def holds_at(self, instant: datetime) -> bool:
        """Say whether it covers what begins then."""
        return self.expires_at is None or instant < self.expires_at


def with_trust(timeline: Timeline, entries: Iterable[TrustedEntry], now: datetime) -> Timeline:
    """Return the timeline with everything marked as trusted that one of the entries covers.

    Trust only adds up: what is marked already stays so. The cost is that of the segments, and of
    the entries for each device on each network.

    Args:
        timeline: a person's.
        entries: anybody's; those that do not concern the person are passed over.
        now: when the person as a whole is trusted, or not.
    """
    own = [entry for entry in entries if entry.concerns(timeline.person.user_id)]
    if not own:
        return timeline

    @cache
    def trusted_until(device_id: str | None, network: Network) -> datetime:
        covering = (entry for entry in own if entry.trusted.covers(device_id, network))
        return max((entry.expires_at or _FOR_EVER for entry in covering), default=_NEVER_YET)

    def marked(segment: Segment) -> Segment:
        covered = segment.started_at < trusted_until(segment.device_id, segment.network)
        return replace(segment, trusted=True) if covered and not segment.trusted else segment

    is_trusted = any(isinstance(e.trusted, TrustedUser) and e.holds_at(now) for e in own)
    person = replace(timeline.person, trusted=timeline.person.trusted or is_trusted)
    return replace(timeline, person=person, segments=tuple(map(marked, timeline.segments)))


def is_trusted(
    entries: Iterable[TrustedEntry], device_id: str | None, network: Network, now: datetime
) -> bool:
    """Say whether what begins now on a device and a network is covered by one of the entries."""
    return any(e.holds_at(now) and e.trusted.covers(device_id, network) for e in entries)


def trusted_pairs(entries: Collection[TrustedEntry], now: datetime) -> frozenset[frozenset[UUID]]:
    """Return the pairs of users of whom it is fine that they share devices and networks."""
    return frozenset(
        frozenset({entry.user_id, entry.trusted.other_user_id})
        for entry in entries
        if isinstance(entry.trusted, TrustedPair) and entry.user_id and entry.holds_at(now)
    )
