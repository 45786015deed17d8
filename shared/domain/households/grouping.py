"""Which networks are one house.

A home has an IPv4 address, another after each reconnect, IPv6 networks, and a LAN. All of these
are brought together, and what is merely near is kept apart:

1. Networks of one **site** (``shared.domain.place.site``: provider and city) are one house. Where
   no place database knows a network, its provider's range stands for it (IPv4 /16, IPv6 /32).
2. **Dual stack**: a house seen by IPv6 alone is that of the most used IPv4 site which it may share
   a place with, one of its own provider first.
3. **Quick moves**: sites between which a device changes within five minutes, twice or more, and
   which do not certainly lie apart, are one house. So a LAN finds the house it belongs to.

Carriers and networks that hide their users are nobody's house and are never merged.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from ipaddress import IPv4Address, ip_network
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from shared.domain.calendar import days_between
from shared.domain.network import Network, NetworkClass, parse_address
from shared.domain.place import effective_distance_km, site
from shared.domain.timeline import Interval, Segment, playing

LOCAL = "local"
ANONYMOUS = "anonymous"
QUICK = timedelta(minutes=5)
MOVES = 2
_IPV4_RANGE, _IPV6_RANGE = 16, 32

Node = TypeVar("Node", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Visit:
    """A segment, the site it was on, and when something played in it."""

    site: str
    segment: Segment
    start: datetime
    end: datetime
    spans: tuple[Interval, ...]
    days: frozenset[date]

    @property
    def played(self) -> timedelta:
        """Time playing, pauses left out."""
        return sum((span.end_or(self.end) - span.start for span in self.spans), timedelta())

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
            days = frozenset(days_between(start, end, zone))
            found.append(Visit(place, segment, start, end, spans, days))
    return found


def group(found: Sequence[Visit]) -> list[list[Visit]]:
    """Return the visits by house, each in their order."""
    groups: Groups[str] = Groups()
    networks = {visit.site: visit.segment.network for visit in found if visit.is_house}
    for former, other in _dual_stacks(found, networks):
        groups.join(former, other)
    for (a, b), moves in _quick_moves(found).items():
        if moves >= MOVES and not _certainly_apart(networks[a], networks[b]):
            groups.join(a, b)
    houses: dict[str, list[Visit]] = defaultdict(list)
    for visit in found:
        houses[groups.find(visit.site)].append(visit)
    return list(houses.values())


def _dual_stacks(found: Sequence[Visit], networks: dict[str, Network]) -> Iterable[tuple[str, str]]:
    """Yield each site seen by IPv6 alone with the IPv4 site that it is the other half of."""
    versions: dict[str, set[int]] = defaultdict(set)
    days: dict[str, set[date]] = defaultdict(set)
    for visit in found:
        address = parse_address((visit.segment.network.key or "").partition("/")[0])
        if visit.site in networks and visit.site != LOCAL and address is not None:
            versions[visit.site].add(address.version)
            days[visit.site] |= visit.days
    for half in sorted(name for name, seen in versions.items() if seen == {6}):
        own = _system(networks[half])
        others = [
            (_system(networks[name]) == own is not None, len(days[name]), name)
            for name in sorted(versions)
            if 4 in versions[name] and _may_be_one(networks[name], networks[half])  # noqa: PLR2004
        ]
        if others:
            yield max(others)[-1], half


def _quick_moves(found: Sequence[Visit]) -> Counter[tuple[str, str]]:
    """Count how often a device changed from one site to another within moments."""
    last: dict[str, Visit] = {}
    moves: Counter[tuple[str, str]] = Counter()
    for visit in found:
        actor = visit.segment.actor
        before = last.get(actor)
        if before and before.site != visit.site and before.is_house and visit.is_house:
            pair = (min(before.site, visit.site), max(before.site, visit.site))
            moves[pair] += visit.start - before.end <= QUICK
        last[actor] = visit
    return moves


def _may_be_one(a: Network, b: Network) -> bool:
    """Say whether two networks may be in one place: one provider, or no distance between."""
    distance = effective_distance_km(a, b)
    same_system = _system(a) is not None and _system(a) == _system(b)
    return distance == 0 or (distance is None and same_system)


def _certainly_apart(a: Network, b: Network) -> bool:
    return (effective_distance_km(a, b) or 0) > 0


def _system(network: Network) -> int | None:
    return network.place.asn if network.place else None


def _range(key: str) -> str:
    """Return the range of a provider that a network without a place lies in."""
    address = parse_address(key.partition("/")[0])
    if address is None:
        return key
    length = _IPV4_RANGE if isinstance(address, IPv4Address) else _IPV6_RANGE
    return str(ip_network(f"{address}/{length}", strict=False))
