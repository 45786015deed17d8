"""Which addresses a message may be sent to: those of the internet, not those of our own network.

Whoever may name a recipient could otherwise make the service call what only it can reach: a
database, a router, a cloud's metadata (server-side request forgery).
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from shared.domain.network import Address

# IANA's special-purpose IPv4 networks, multicast and what is reserved.
_CLOSED_IPV4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
        "168.63.129.16/32",  # public by its number, but Azure's virtual machines know it as home
    )
)
# Where clouds tell a virtual machine its own secrets, and the networks that hold nobody.
_NEVER = (
    IPv4Network("0.0.0.0/8"),
    IPv4Network("169.254.0.0/16"),
    IPv4Network("192.0.0.0/24"),
    IPv4Network("224.0.0.0/3"),
    IPv4Network("100.100.100.200/32"),
    IPv4Network("168.63.129.16/32"),
    IPv6Network("::/128"),
    IPv6Network("fd00:ec2::/32"),
    IPv6Network("fd20:ce::/32"),
    IPv6Network("fe80::/10"),
    IPv6Network("ff00::/8"),
)
_GLOBAL_IPV6 = IPv6Network("2000::/3")
_CLOSED_IPV6 = (IPv6Network("2001::/23"), IPv6Network("2001:db8::/32"), IPv6Network("3fff::/20"))
_NAT64 = IPv6Network("64:ff9b::/96")


def is_metadata_target(address: Address) -> bool:
    """Say whether an address is one at which a cloud tells its machines secrets, or nobody's.

    Such an address is no target, whatever an administrator allows.
    """
    if isinstance(address, IPv6Address) and (wrapped := _wrapped(address)) is not None:
        return is_metadata_target(wrapped)
    return any(address.version == never.version and address in never for never in _NEVER)


def is_public_target(address: Address) -> bool:
    """Say whether an address belongs to the internet at large.

    An IPv6 address that only wraps an IPv4 one (mapped, 6to4, NAT64) is judged by that.
    """
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _CLOSED_IPV4)
    wrapped = _wrapped(address)
    if wrapped is not None:
        return is_public_target(wrapped)
    return address in _GLOBAL_IPV6 and not any(address in network for network in _CLOSED_IPV6)


def is_server_target(address: Address, *, allow_private: bool) -> bool:
    """Say whether a media server may be at an address: usually one of our own network."""
    return not is_metadata_target(address) and (allow_private or is_public_target(address))


def _wrapped(address: IPv6Address) -> IPv4Address | None:
    return address.ipv4_mapped or address.sixtofour or _behind_nat64(address)


def _behind_nat64(address: IPv6Address) -> IPv4Address | None:
    return IPv4Address(int(address) & 0xFFFF_FFFF) if address in _NAT64 else None
