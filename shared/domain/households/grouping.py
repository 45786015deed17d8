"""Which networks are one house.

A home has an IPv4 address, another after each reconnect, IPv6 networks, and a LAN, and a place
database puts some of these in other towns. Networks of one **site** (provider and city, see
``shared.domain.place.site``) are one house, and so are sites that one of these brings together:

1. **One provider**: no distance between the two is certain, and most of the time on the one was on
   devices that were on the other too. Providers move addresses between cities.
2. **No city**: where only the provider of a network is known, it is the house that its devices are
   in. Where not even that is known, the provider's range stands for both (IPv4 /16, IPv6 /32).
3. **Dual stack**: a site seen by IPv6 alone is that of an IPv4 site which it may share a place
   with: of the one with its devices, else of its provider, else of the most used one.
4. **Quick moves**: a device changed from one to the other within five minutes, twice or more.
   However far apart a database puts them, nobody travels like that.

Carriers and networks that hide their users are nobody's house and are never merged.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from ipaddress import IPv4Address, ip_network
from itertools import combinations
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from shared.domain.calendar import days_between
from shared.domain.network import Network, NetworkClass, parse_address
from shared.domain.place import effective_distance_km, site
from shared.domain.timeline import Interval, Segment, playing

LOCAL = "local"
ANONYMOUS = "anonymous"
QUICK, OVERLAP = timedelta(minutes=5), timedelta(minutes=1)
MOVES = 2
_IPV4 = 4
_IPV4_RANGE, _IPV6_RANGE = 16, 32

Node = TypeVar("Node", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Visit:
    """A segment, the site it was on, and when something played in it.

    Attributes:
        days: on which something played; paused it may have been on others.
        played: time playing, pauses left out.
        node: what certainly is one house: the site, or the network alone where no city is known.
    """

    site: str
    node: str
    segment: Segment
    start: datetime
    end: datetime
    spans: tuple[Interval, ...]
    days: frozenset[date]
    played: timedelta

    @property
    def is_house(self) -> bool:
        """Whether its network can be somebody's house."""
        return is_house(self.segment.network)


class Groups(Generic[Node]):
    """Disjoint sets (union-find): things that are brought together stay so."""

    def __init__(self) -> None:
        self._parents: dict[Node, Node] = {}

    def find(self, node: Node) -> Node:
        """Return what stands for the group of a node."""
        while (parent := self._parents.setdefault(node, node)) != node:
            self._parents[node] = self._parents[parent]
            node = parent
        return node

    def join(self, a: Node, b: Node) -> None:
        """Bring the groups of two nodes together."""
        self._parents[self.find(b)] = self.find(a)


def is_house(network: Network) -> bool:
    """Say whether a network can be somebody's house."""
    if network.network_class is NetworkClass.LOCAL:
        return True
    return network.is_public and not network.is_anonymous and not network.is_carrier


def site_of(network: Network) -> str | None:
    """Return the site of a network; None of an unknown one."""
    if network.key is None or network.network_class is NetworkClass.UNKNOWN:
        return None
    if network.network_class is NetworkClass.LOCAL:
        return LOCAL
    if network.is_anonymous or network.network_class is NetworkClass.OVERLAY:
        return ANONYMOUS
    return site(network) or _range(network.key)


def visits(
    segments: Iterable[Segment], *, since: datetime, now: datetime, zone: ZoneInfo
) -> list[Visit]:
    """Return the visits of known networks in which something played since then, in order."""
    found: list[Visit] = []
    for segment in segments:
        place = site_of(segment.network)
        end = segment.end_or(now)
        spans = tuple(
            Interval(max(span.start, since), span.end_or(now))
            for span in playing(segment, now)
            if span.end_or(now) > max(span.start, since)
        )
        if place is not None and spans:
            start = spans[0].start
            days = frozenset(
                day for span in spans for day in days_between(span.start, span.end_or(now), zone)
            )
            node = f"{place} {segment.network.key}" if _is_cityless(segment.network) else place
            played = sum((span.end_or(now) - span.start for span in spans), timedelta())
            found.append(Visit(place, node, segment, start, end, spans, days, played))
    return found


def group(found: Sequence[Visit]) -> list[list[Visit]]:
    """Return the visits by house, each in their order."""
    nodes = _nodes(found)
    groups: Groups[str] = Groups()
    for a, b in (*_one_provider(nodes), *_cityless(nodes), *_dual_stacks(nodes)):
        groups.join(a, b)
    for (a, b), moves in _quick_moves(found).items():
        if moves >= MOVES:
            groups.join(a, b)
    houses: dict[str, list[Visit]] = defaultdict(list)
    for visit in found:
        houses[groups.find(visit.node)].append(visit)
    return list(houses.values())


@dataclass(slots=True)
class _Node:
    """Networks that are certainly one house; what is known of them together.

    Attributes:
        versions: of their addresses: 4, 6; of a LAN none.
        played: seconds by known device.
    """

    name: str
    site: str
    network: Network
    versions: set[int] = field(default_factory=set[int])
    days: set[date] = field(default_factory=set[date])
    played: Counter[str] = field(default_factory=Counter[str])

    @property
    def system(self) -> int | None:
        """Return the number of the provider's network."""
        return self.network.place.asn if self.network.place else None

    @property
    def is_cityless(self) -> bool:
        """Say whether it is a single network of which only the provider is known."""
        return self.name != self.site

    def common(self, other: "_Node") -> int:
        """Return the seconds here on devices that were on the other too."""
        return sum(self.played[device] for device in self.played.keys() & other.played)

    def is_of(self, other: "_Node") -> bool:
        """Say whether most of the time here was on devices that were on the other too."""
        return bool(self.played) and 2 * self.common(other) >= self.played.total()

    def may_be(self, other: "_Node") -> bool:
        """Say whether both may be in one place."""
        distance = effective_distance_km(self.network, other.network)
        return distance == 0 or (distance is None and self.has_system_of(other))

    def has_system_of(self, other: "_Node") -> bool:
        """Say whether one provider is known to run both."""
        return self.system is not None and self.system == other.system


def _nodes(found: Sequence[Visit]) -> list[_Node]:
    """Return what can be a house, by name."""
    nodes: dict[str, _Node] = {}
    for visit in found:
        if not visit.is_house:
            continue
        segment = visit.segment
        node = nodes.setdefault(visit.node, _Node(visit.node, visit.site, segment.network))
        node.network = segment.network
        node.days |= visit.days
        address = parse_address((segment.network.key or "").partition("/")[0])
        if address is not None and visit.site != LOCAL:
            node.versions.add(address.version)
        if segment.knows_device:
            node.played[segment.actor] += int(visit.played.total_seconds())
    return [nodes[name] for name in sorted(nodes)]


def _one_provider(nodes: Sequence[_Node]) -> Iterator[tuple[str, str]]:
    """Yield sites of one provider and one set of devices, with no certain distance between."""
    for a, b in combinations((node for node in nodes if not node.is_cityless), 2):
        if a.has_system_of(b) and (a.is_of(b) or b.is_of(a)) and a.may_be(b):
            yield a.name, b.name


def _cityless(nodes: Sequence[_Node]) -> Iterator[tuple[str, str]]:
    """Yield each network without a city with the house its devices are in, else with its like."""
    for node in nodes:
        if node.is_cityless:
            houses = [
                (node.common(other), len(other.days), other.name)
                for other in nodes
                if node.has_system_of(other) and not other.is_cityless and node.is_of(other)
            ]
            yield max(houses)[-1] if houses else node.site, node.name


def _dual_stacks(nodes: Sequence[_Node]) -> Iterator[tuple[str, str]]:
    """Yield each site seen by IPv6 alone with the IPv4 site that it is the other half of."""
    for half in nodes:
        if half.versions == {6} and not half.is_cityless:
            others = [
                (half.common(other), half.has_system_of(other), len(other.days), other.name)
                for other in nodes
                if _IPV4 in other.versions and half.may_be(other)
            ]
            if others:
                yield max(others)[-1], half.name


def _quick_moves(found: Sequence[Visit]) -> Counter[tuple[str, str]]:
    """Count how often a device changed from one site to another within moments."""
    last: dict[str, Visit] = {}
    moves: Counter[tuple[str, str]] = Counter()
    for visit in found:
        actor = visit.segment.actor
        before = last.get(actor)
        if before and before.node != visit.node and before.is_house and visit.is_house:
            pair = (min(before.node, visit.node), max(before.node, visit.node))
            moves[pair] += -OVERLAP <= visit.start - before.end <= QUICK
        last[actor] = visit
    return moves


def _is_cityless(network: Network) -> bool:
    """Say whether only the provider of somebody's house is known."""
    place = network.place
    known = place is not None and place.asn is not None and not place.city
    return known and network.is_public and is_house(network)


def _range(key: str) -> str:
    """Return the range of a provider that a network without a place lies in."""
    address = parse_address(key.partition("/")[0])
    if address is None:
        return key
    length = _IPV4_RANGE if isinstance(address, IPv4Address) else _IPV6_RANGE
    return str(ip_network(f"{address}/{length}", strict=False))
