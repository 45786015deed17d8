"""Networks: what an address text means, which network it belongs to, and of what class that is.

``ipaddress.is_private`` is of no use here: it is true for documentation ranges, which stand for
public addresses in fixtures, and false for 100.64.0.0/10, behind which nobody can be placed.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from shared.domain.place import Place

Address = IPv4Address | IPv6Address

_LOCAL = tuple(
    ip_network(text)
    for text in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "0.0.0.0/8",
        "::/128",
        "::1/128",
        "fe80::/10",
        "fc00::/7",
    )
)
_OVERLAY = ip_network("100.64.0.0/10")  # carrier-grade NAT (RFC 6598), used by Tailscale too
_SHORTEST_PREFIX, _LONGEST_PREFIX = 48, 64
_MASKED_GROUPS = 3


class NetworkClass(StrEnum):
    """How far an address reaches, in the order in which it is decided."""

    LOCAL = "local"
    OVERLAY = "overlay"
    PUBLIC = "public"
    UNKNOWN = "unknown"


class NetworkKind(StrEnum):
    """Who stands behind a public network."""

    RESIDENTIAL = "residential"
    CARRIER = "carrier"
    HOSTING = "hosting"
    VPN = "vpn"
    TOR = "tor"
    RELAY = "relay"
    UNKNOWN = "unknown"


ANONYMOUS_KINDS = frozenset(
    {NetworkKind.HOSTING, NetworkKind.VPN, NetworkKind.TOR, NetworkKind.RELAY}
)
"""Kinds whose place is that of an exit, not of the person."""


@dataclass(frozen=True, slots=True)
class Network:
    """A network as one person was seen on it; without arguments, the unknown network.

    Attributes:
        key: see ``network_key``; None is the unknown network, which equals no other.
        place: where it is pinned for this person.
        address: text of the last address seen on it, for evidence.
    """

    key: str | None = None
    network_class: NetworkClass = NetworkClass.UNKNOWN
    kind: NetworkKind = NetworkKind.UNKNOWN
    place: Place | None = None
    address: str | None = None

    @property
    def is_public(self) -> bool:
        """Say whether the internet at large can reach it, so that it can have a place."""
        return self.network_class is NetworkClass.PUBLIC

    @property
    def is_carrier(self) -> bool:
        """Say whether it is a mobile carrier's."""
        return self.kind is NetworkKind.CARRIER

    @property
    def is_anonymous(self) -> bool:
        """Say whether it hides where the person is."""
        return self.is_public and self.kind in ANONYMOUS_KINDS


@lru_cache(maxsize=4_096)
def parse_address(text: str | None) -> Address | None:
    """Return the address in a text as players and proxies write it; None where there is none.

    Ports, brackets and zone ids are dropped and IPv4-mapped IPv6 becomes IPv4. Never raises:
    an address that cannot be read is unknown, not an error.
    """
    bare = _without_port(text.strip() if text else "").partition("%")[0]
    try:
        address = ip_address(bare)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def parse_network(text: str) -> IPv4Network | IPv6Network:
    """Return the network that a text names: in CIDR notation, or by an address of it.

    Of IPv6 it is no finer than networks are told apart: an address stands for its /64.

    Raises:
        ValueError: if it names none, or has host bits set ("10.0.0.1/8").
    """
    head, slash, length = text.strip().partition("/")
    address = parse_address(head)
    if address is None:
        raise ValueError("is neither an address nor a network in CIDR notation")
    network = ip_network(f"{address}/{length}" if slash else address)
    if isinstance(network, IPv6Network) and network.prefixlen > _LONGEST_PREFIX:
        return network.supernet(new_prefix=_LONGEST_PREFIX)
    return network


def network_key(address: Address, ipv6_prefix: int = _LONGEST_PREFIX) -> str:
    """Return the key of the network an address belongs to.

    That is the IPv4 address itself, or the IPv6 prefix with its length ("2a02:d500:0:1::/64").

    Args:
        address: any address.
        ipv6_prefix: bits a provider delegates to one home, 48 to 64.

    Raises:
        ValueError: if the prefix length is out of that range.
    """
    if not _SHORTEST_PREFIX <= ipv6_prefix <= _LONGEST_PREFIX:
        raise ValueError(f"an IPv6 prefix of {ipv6_prefix} bits is no home network (48 to 64)")
    if isinstance(address, IPv4Address):
        return str(address)
    return str(ip_network((int(address), ipv6_prefix), strict=False))


def classify(address: Address | None, own_addresses: Collection[Address] = ()) -> NetworkClass:
    """Return the class of an address.

    Args:
        address: None is an unknown one.
        own_addresses: public addresses of the server itself: who comes from there is at home.
            One of IPv6 stands for its /64, in which each device of a home has its own.
    """
    if address is None:
        return NetworkClass.UNKNOWN
    if any(_are_in_one_home(address, own) for own in own_addresses):
        return NetworkClass.LOCAL
    if any(_contains(network, address) for network in _LOCAL):
        return NetworkClass.LOCAL
    return NetworkClass.OVERLAY if _contains(_OVERLAY, address) else NetworkClass.PUBLIC


def mask_address(address: str | Address | None) -> str:
    """Return an address as sentences show it: recognisable to its owner, useless to others.

    "81.2.69.160" gives "81.2.69.x"; of IPv6 the first three groups stay ("2a02:d500:0::x").
    A network key is taken too. What is no address gives "unknown address".
    """
    text = None if address is None else str(address).partition("/")[0]
    parsed = parse_address(text)
    if parsed is None:
        return "unknown address"
    if isinstance(parsed, IPv4Address):
        return f"{str(parsed).rpartition('.')[0]}.x"
    groups = parsed.exploded.split(":")[:_MASKED_GROUPS]
    return ":".join(f"{int(group, 16):x}" for group in groups) + "::x"


def is_masked(network: IPv4Network | IPv6Network) -> bool:
    """Say whether ``mask_address`` shows a network's addresses no otherwise than those beside it."""
    group_bits = 8 if isinstance(network, IPv4Network) else 16
    return network.prefixlen > _MASKED_GROUPS * group_bits


def same_network(a: Network, b: Network) -> bool:
    """Say whether both are one known network; the unknown network equals none."""
    return a.key is not None and a.key == b.key


def _without_port(text: str) -> str:
    """Cut "[v6]:port", "v4:port" and "::ffff:v4:port" down to the address."""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    head, _, tail = text.rpartition(":")
    return head if "." in head and tail.isdecimal() else text


def _are_in_one_home(one: Address, other: Address) -> bool:
    """Say whether both are one IPv4 address, or of one IPv6 /64."""
    if isinstance(one, IPv4Address) or isinstance(other, IPv4Address):
        return one == other
    return int(one) >> _LONGEST_PREFIX == int(other) >> _LONGEST_PREFIX


def _contains(network: IPv4Network | IPv6Network, address: Address) -> bool:
    """Say whether the address lies in the network; one of the other version never does."""
    return address.version == network.version and address in network
