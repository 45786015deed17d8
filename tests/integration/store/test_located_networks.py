"""Networks as everybody reads them: pinned per person, and corrected by what operators know."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from shared.domain.network import Network, NetworkClass, NetworkKind, network_key
from shared.domain.place import Place
from shared.store import people
from shared.store.database import Connection

NOW = datetime.now(UTC)
USER = UUID("01980000-0000-7000-8000-000000000001")
LONDON = Place(
    country="GB", city="London", latitude=51.5, longitude=-0.1, asn=20712, organisation="A&A"
)
OVERRIDE = """
INSERT INTO network_overrides (id, network, network_class, kind, places, country, city, latitude,
    longitude, accuracy_radius_km, expires_at, created_by, created_at, updated_at)
VALUES (uuidv7(), %(network)s, %(network_class)s, %(kind)s, %(places)s, %(country)s, %(city)s,
    %(latitude)s, %(longitude)s, %(accuracy_radius_km)s, %(expires_at)s, 'ada', now(), now())
"""
NOTHING = dict.fromkeys(
    (
        "network_class",
        "kind",
        "country",
        "city",
        "latitude",
        "longitude",
        "accuracy_radius_km",
        "expires_at",
    )
)
PARIS = {"places": True, "country": "FR", "city": "Paris", "accuracy_radius_km": 5.0}


async def pin(connection: Connection, address: str, **said: Any) -> str:
    key = network_key(ip_address(address))
    network = Network(
        key,
        said.get("network_class", NetworkClass.PUBLIC),
        NetworkKind.RESIDENTIAL,
        said.get("place", LONDON),
        address,
    )
    await people.note(connection, [people.Sighting(USER, NOW)])
    await people.pin_networks(connection, {(USER, key): network}, now=NOW)
    return key


async def override(connection: Connection, network: str, **said: Any) -> None:
    values = {**NOTHING, "places": False, **said, "network": network}
    await connection.execute(OVERRIDE, values)


async def located(connection: Connection, key: str) -> Network:
    return (await people.list_networks(connection, [USER]))[USER][key]


async def test_without_an_override_a_network_is_where_it_is_pinned(connection: Connection) -> None:
    key = await pin(connection, "81.2.69.160")
    await override(connection, "81.2.70.0/24", kind="vpn")
    found = await located(connection, key)
    assert (found.kind, found.place) == (NetworkKind.RESIDENTIAL, LONDON)


async def test_an_operators_place_replaces_the_pinned_one_whole_but_not_the_provider(
    connection: Connection,
) -> None:
    key = await pin(connection, "81.2.69.160")
    await override(connection, "81.2.69.0/24", **PARIS)
    found = await located(connection, key)
    assert found.place == Place(
        country="FR", city="Paris", accuracy_radius_km=5, asn=20712, organisation="A&A"
    )
    assert (found.network_class, found.kind) == (NetworkClass.PUBLIC, NetworkKind.RESIDENTIAL)


async def test_an_operators_kind_wins_over_the_lists_and_leaves_the_place(
    connection: Connection,
) -> None:
    key = await pin(connection, "81.2.69.160")
    await override(connection, "81.2.69.160/32", kind="vpn")
    found = await located(connection, key)
    assert (found.kind, found.place, found.is_anonymous) == (NetworkKind.VPN, LONDON, True)


@pytest.mark.parametrize("reach", ["local", "overlay", "public"])
async def test_the_operators_class_comes_first(connection: Connection, reach: str) -> None:
    public = await pin(connection, "81.2.69.160")
    private = await pin(connection, "10.8.0.7", network_class=NetworkClass.LOCAL, place=None)
    for network in ("81.2.69.160/32", "10.8.0.0/16"):
        await override(connection, network, network_class=reach)
    for key in (public, private):
        assert (await located(connection, key)).network_class == reach


async def test_an_expired_override_holds_no_longer(connection: Connection) -> None:
    key = await pin(connection, "81.2.69.160")
    await override(connection, "81.2.69.0/24", kind="vpn", expires_at=NOW - timedelta(hours=1))
    await override(connection, "81.2.0.0/16", kind="tor", expires_at=NOW + timedelta(hours=1))
    assert (await located(connection, key)).kind is NetworkKind.TOR


@trying(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)),
    st.lists(st.tuples(st.booleans(), st.integers(0, 64)), max_size=6),
)
async def test_the_longest_prefix_wins(
    connection: Connection, address: Any, prefixes: list[tuple[bool, int]]
) -> None:
    kinds = [kind.value for kind in NetworkKind]
    networks: dict[Any, str] = {}
    for index, (inside, length) in enumerate(prefixes):
        bits = min(length, address.max_prefixlen)
        opposite = type(address)(2**address.max_prefixlen - 1 - int(address))
        network = ip_network(f"{address if inside else opposite}/{bits}", strict=False)
        networks[network] = kinds[index]
    expected = max(
        (network for network in networks if address in network),
        key=lambda network: network.prefixlen,
        default=None,
    )
    async with connection.transaction(force_rollback=True):
        key = await pin(connection, str(address))
        for network, kind in networks.items():
            await override(connection, str(network), kind=kind)
        found = await located(connection, key)
    assert found.kind == (networks[expected] if expected else NetworkKind.RESIDENTIAL)
