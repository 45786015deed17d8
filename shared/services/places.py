"""Where networks are: looked up once per person and network, then pinned."""

from collections.abc import Collection, Mapping
from datetime import datetime

from shared.domain.network import (
    Address,
    Network,
    NetworkClass,
    NetworkKind,
    classify,
    parse_address,
)
from shared.domain.session import NetworkAddress
from shared.geoip.lookup import PlaceFinder
from shared.store import people
from shared.store.database import Connection
from shared.store.people import NetworkKey


async def pin(
    connection: Connection,
    addresses: Mapping[NetworkKey, NetworkAddress],
    *,
    known: Mapping[NetworkKey, Network],
    finder: PlaceFinder,
    own_addresses: Collection[Address],
    now: datetime,
) -> dict[NetworkKey, Network]:
    """Return the networks as they are pinned, pinning those that are new; some may be known.

    A network keeps the place it was first seen at, so that a new edition of the place database
    makes nobody travel.
    """
    found = {key: known[key] for key in addresses if key in known}
    networks = found | await people.load_networks(connection, addresses.keys() - found.keys())
    fresh = {
        key: locate(address, finder=finder, own_addresses=own_addresses)
        for key, address in addresses.items()
        if key not in networks or _is_stale(networks[key], address, own_addresses)
    }
    await people.pin_networks(connection, fresh, now=now)
    await people.touch_networks(connection, networks.keys() - fresh.keys(), now=now)
    # Read back: a rival's pin holds if it came first, and an operator's correction in any case.
    return networks | await people.load_networks(connection, fresh)


def locate(
    network: NetworkAddress, *, finder: PlaceFinder, own_addresses: Collection[Address]
) -> Network:
    """Classify a network and look its place up."""
    address = parse_address(network.address)
    network_class = classify(address, own_addresses)
    if address is None or network_class is not NetworkClass.PUBLIC:
        return Network(network.key, network_class, NetworkKind.UNKNOWN, None, network.address)
    located = finder.find(address)
    return Network(network.key, network_class, located.kind, located.place, network.address)


def _is_stale(
    network: Network, address: NetworkAddress, own_addresses: Collection[Address]
) -> bool:
    """Whether no database could place it when it was pinned, or its class is another by now."""
    place = network.place
    if classify(parse_address(address.address), own_addresses) is not network.network_class:
        return True
    return network.is_public and (
        place is None or (place.country is None and place.latitude is None and place.asn is None)
    )
