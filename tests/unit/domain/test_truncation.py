"""Truncated addresses: the neighbourhood stays, networks stay apart, and once is enough."""

import hashlib
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.network import mask_address, network_key, parse_address
from shared.domain.truncation import truncated_address, truncated_evidence, truncated_key

# As they are kept: of IPv4 in IPv6 the IPv4.
ADDRESSES = st.ip_addresses().map(lambda one: parse_address(str(one)) or one)


def digest(kind: str, text: str) -> bytes:
    return hashlib.sha256(f"{kind} {text}".encode()).digest()


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("81.2.69.160", "81.2.69.0"),
        ("192.168.1.20", "192.168.1.0"),
        ("2a02:c7f:0:10::25", "2a02:c7f::"),
        ("2a02:c7f:0:10::/64", "2a02:c7f::"),
        ("no address", "no address"),
    ],
)
def test_an_address_becomes_the_first_of_its_neighbourhood(address: str, expected: str) -> None:
    assert truncated_address(address) == expected


@given(ADDRESSES, ADDRESSES)
def test_keys_of_two_networks_stay_two_and_keys_of_one_stay_one(
    a: IPv4Address | IPv6Address, b: IPv4Address | IPv6Address
) -> None:
    one, other = network_key(a), network_key(b)
    assert (truncated_key(one, digest) == truncated_key(other, digest)) == (one == other)


@given(ADDRESSES)
def test_what_is_truncated_stays_as_it_is(address: IPv4Address | IPv6Address) -> None:
    key = truncated_key(network_key(address), digest)
    assert truncated_key(key, digest) == key
    short = truncated_address(str(address))
    assert truncated_address(short) == short


@given(ADDRESSES)
def test_an_address_is_masked_as_before(address: IPv4Address | IPv6Address) -> None:
    assert mask_address(truncated_key(network_key(address), digest)) == mask_address(
        truncated_address(str(address))
    )


def test_evidence_forgets_an_address_wherever_it_stands_and_nothing_else() -> None:
    network = {"key": "81.2.69.160", "address": "81.2.69.160", "place": {"city": "London"}}
    evidence = {
        "behaviour_key": 'networks:["81.2.69.160"]',
        "facts": {"networks": ["81.2.69.160", "89.160.20.112"], "count": 2},
        "segments": [{"title": "Film 81.2.69.1601", "network": network}],
    }
    found = truncated_evidence(evidence, digest)
    assert '"81.2.69.160"' not in str(found).replace("'", '"')
    assert found["segments"][0]["network"]["place"] == {"city": "London"}
    assert found["segments"][0]["title"] == "Film 81.2.69.1601"
    assert found["segments"][0]["network"]["key"] in found["behaviour_key"]
    assert found["facts"]["networks"][1] == "89.160.20.112"
    assert truncated_evidence(found, digest) == found


def test_evidence_without_networks_stays() -> None:
    assert truncated_evidence({"facts": {"count": 6}}, digest) == {"facts": {"count": 6}}
