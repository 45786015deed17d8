"""When a source is misconfigured: it takes everybody for one private or proxy address."""

from dataclasses import replace

import pytest

from shared.domain.network import Network, NetworkClass, NetworkKind
from shared.domain.source_addresses import (
    MIN_DEVICES,
    MIN_SESSIONS,
    MIN_USERS,
    SourceTraffic,
    is_misconfigured,
)

BRIDGE = Network(network_class=NetworkClass.LOCAL, address="172.17.0.1")
PROXIED = SourceTraffic("plex", MIN_SESSIONS, MIN_USERS, MIN_DEVICES, BRIDGE)


def public(kind: NetworkKind) -> Network:
    return Network(network_class=NetworkClass.PUBLIC, kind=kind, address="203.0.113.7")


@pytest.mark.parametrize(
    "network",
    [
        BRIDGE,
        Network(network_class=NetworkClass.OVERLAY, address="100.64.0.1"),
        *(public(kind) for kind in (NetworkKind.HOSTING, NetworkKind.RELAY, NetworkKind.VPN)),
    ],
    ids=["local", "overlay", "hosting", "relay", "vpn"],
)
def test_a_source_that_knows_one_private_or_proxy_address_alone_is_misconfigured(
    network: Network,
) -> None:
    assert is_misconfigured(replace(PROXIED, network=network))


@pytest.mark.parametrize(
    "kind", [NetworkKind.RESIDENTIAL, NetworkKind.CARRIER, NetworkKind.UNKNOWN]
)
def test_one_home_that_everybody_watches_from_is_no_mistake(kind: NetworkKind) -> None:
    assert not is_misconfigured(replace(PROXIED, network=public(kind)))


def test_a_familys_only_television_is_no_mistake() -> None:
    assert not is_misconfigured(replace(PROXIED, sessions=500, users=6, devices=1))


def test_one_persons_devices_behind_a_router_of_their_own_are_no_mistake() -> None:
    assert not is_misconfigured(replace(PROXIED, sessions=500, users=1, devices=6))


def test_a_source_that_has_just_begun_is_given_time() -> None:
    assert not is_misconfigured(replace(PROXIED, sessions=MIN_SESSIONS - 1))
