"""Networks are placed once and pinned; what a setting says of an address holds at its next use."""

from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from uuid import UUID

import pytest

from shared.domain.network import Address, Network, NetworkClass, NetworkKind
from shared.domain.session import NetworkAddress
from shared.geoip.lookup import PlaceFinder
from shared.services import places
from shared.store import people
from shared.store.database import Connection
from tests.places import LONDON

USER = UUID("01980000-0000-7000-8000-000000000001")
NOW = datetime.now(UTC)
KEY = (USER, LONDON)


@pytest.fixture
def finder(places: tuple[Path, Path]) -> PlaceFinder:
    return PlaceFinder(city=str(places[0]), asn=str(places[1]))


async def seen(connection: Connection, finder: PlaceFinder, *own_addresses: Address) -> Network:
    await people.note(connection, [people.Sighting(USER, NOW)])
    address = NetworkAddress(LONDON, LONDON)
    pinned = await places.pin(
        connection, {KEY: address}, known={}, finder=finder, own_addresses=own_addresses, now=NOW
    )
    assert pinned == await people.load_networks(connection, [KEY])
    return pinned[KEY]


async def test_the_servers_own_public_address_counts_as_local(
    connection: Connection, finder: PlaceFinder
) -> None:
    assert (await seen(connection, finder, ip_address(LONDON))).network_class is NetworkClass.LOCAL


async def test_an_address_that_becomes_the_servers_own_is_local_from_its_next_use_on(
    connection: Connection, finder: PlaceFinder
) -> None:
    for own, network_class in (
        ([], NetworkClass.PUBLIC),
        ([ip_address(LONDON)], NetworkClass.LOCAL),
        ([], NetworkClass.PUBLIC),
    ):
        assert (await seen(connection, finder, *own)).network_class is network_class


async def test_a_network_that_no_database_could_place_finds_its_place_when_one_can(
    connection: Connection, finder: PlaceFinder
) -> None:
    nowhere = await seen(connection, PlaceFinder())
    assert nowhere.kind is NetworkKind.UNKNOWN
    found = await seen(connection, finder)
    assert found.place is not None
    assert (found.place.city, found.kind) == ("London", NetworkKind.RESIDENTIAL)
    assert await seen(connection, PlaceFinder()) == found
