from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.network import (
    Network,
    NetworkClass,
    NetworkKind,
    classify,
    mask_address,
    network_key,
    parse_address,
    parse_network,
    same_network,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("81.2.69.160", "81.2.69.160"),
        (" 81.2.69.160 ", "81.2.69.160"),
        ("81.2.69.160:8096", "81.2.69.160"),
        ("::ffff:81.2.69.160", "81.2.69.160"),
        ("::ffff:81.2.69.160:8096", "81.2.69.160"),
        ("[::ffff:81.2.69.160]:8096", "81.2.69.160"),
        ("::FFFF:5102:45a0", "81.2.69.160"),
        ("2a02:d500:0:1::5", "2a02:d500:0:1::5"),
        ("[2a02:d500:0:1::5]", "2a02:d500:0:1::5"),
        ("[2a02:d500:0:1::5]:443", "2a02:d500:0:1::5"),
        ("fe80::1%eth0", "fe80::1"),
        ("[fe80::1%eth0]:443", "fe80::1"),
    ],
)
def test_an_address_is_found_in_every_spelling_seen_in_the_wild(text: str, expected: str) -> None:
    assert parse_address(text) == ip_address(expected)


@pytest.mark.parametrize(
    "text",
    [None, "", " ", "N/A", "null", "localhost", "081.2.69.160", "1.2.3", "1.2.3.4.5", "[", ":80"],
)
def test_what_is_no_address_is_unknown(text: str | None) -> None:
    assert parse_address(text) is None
    assert classify(parse_address(text)) is NetworkClass.UNKNOWN


@settings(max_examples=200)
@given(st.text(max_size=40) | st.text("0123456789abcdef:.[]%/", max_size=40))
def test_no_text_whatever_makes_parsing_or_masking_raise(text: str) -> None:
    address = parse_address(text)
    assert address is None or mask_address(text) == mask_address(address)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("10.1.2.3", NetworkClass.LOCAL),
        ("172.16.0.1", NetworkClass.LOCAL),
        ("172.32.0.1", NetworkClass.PUBLIC),
        ("192.168.1.1", NetworkClass.LOCAL),
        ("127.0.0.1", NetworkClass.LOCAL),
        ("169.254.1.1", NetworkClass.LOCAL),
        ("0.0.0.0", NetworkClass.LOCAL),
        ("::1", NetworkClass.LOCAL),
        ("::", NetworkClass.LOCAL),
        ("fe80::1", NetworkClass.LOCAL),
        ("fd00::1", NetworkClass.LOCAL),
        ("100.64.0.1", NetworkClass.OVERLAY),
        ("100.127.255.255", NetworkClass.OVERLAY),
        ("100.128.0.1", NetworkClass.PUBLIC),
        ("203.0.113.7", NetworkClass.PUBLIC),
        ("198.18.0.1", NetworkClass.PUBLIC),
        ("2001:db8::1", NetworkClass.PUBLIC),
        ("81.2.69.160", NetworkClass.PUBLIC),
    ],
)
def test_the_class_follows_the_list_and_not_is_private(
    address: str, expected: NetworkClass
) -> None:
    assert classify(ip_address(address)) is expected


def test_the_servers_own_public_address_is_local() -> None:
    own = ip_address("81.2.69.160")
    assert classify(own, [own]) is NetworkClass.LOCAL
    assert classify(ip_address("81.2.69.161"), [own]) is NetworkClass.PUBLIC


def test_an_own_address_of_ipv6_stands_for_all_devices_of_its_home() -> None:
    own = ip_address("2a02:d500:0:1::5")
    assert classify(ip_address("2a02:d500:0:1:ffff::9"), [own]) is NetworkClass.LOCAL
    assert classify(ip_address("2a02:d500:0:2::5"), [own]) is NetworkClass.PUBLIC
    assert classify(ip_address("81.2.69.160"), [own]) is NetworkClass.PUBLIC


def test_the_key_of_an_ipv6_network_is_its_delegated_prefix() -> None:
    one, other = ip_address("2a02:d500:0:1::5"), ip_address("2a02:d500:0:1:ffff::9")
    neighbour = ip_address("2a02:d500:0:2::5")
    assert network_key(one) == network_key(other) == "2a02:d500:0:1::/64"
    assert network_key(one) != network_key(neighbour)
    assert network_key(one, 56) == network_key(neighbour, 56) == "2a02:d500::/56"
    assert network_key(IPv4Address("81.2.69.160"), 56) == "81.2.69.160"


@pytest.mark.parametrize("prefix", [47, 65])
def test_a_prefix_that_no_provider_delegates_is_refused(prefix: int) -> None:
    with pytest.raises(ValueError, match="48 to 64"):
        network_key(ip_address("2a02:d500::1"), prefix)


@settings(max_examples=100)
@given(st.ip_addresses(v=6), st.integers(48, 64))
def test_a_network_key_leads_back_to_the_same_key(address: object, prefix: int) -> None:
    first = parse_address(str(address))
    assert first is not None
    if first.version == 6:
        again = parse_address(network_key(first, prefix).partition("/")[0])
        assert again is not None
        assert network_key(again, prefix) == network_key(first, prefix)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("81.2.69.160", "81.2.69.160/32"),
        ("81.2.69.160:8096", "81.2.69.160/32"),
        ("::ffff:81.2.69.160", "81.2.69.160/32"),
        ("81.2.69.0/24", "81.2.69.0/24"),
        (" 0.0.0.0/0 ", "0.0.0.0/0"),
        ("2a02:d500:0:1::5", "2a02:d500:0:1::/64"),
        ("2a02:d500:0:1::/80", "2a02:d500:0:1::/64"),
        ("2a02:d500::/32", "2a02:d500::/32"),
    ],
)
def test_a_network_is_named_by_its_prefix_or_by_an_address_of_it(text: str, expected: str) -> None:
    assert str(parse_network(text)) == expected


@pytest.mark.parametrize(
    "text",
    ["", "home", "81.2.69.160/24", "81.2.69.0/33", "81.2.69.0/", "::ffff:81.2.69.0/120", "/24"],
)
def test_what_names_no_network_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_network(text)


@settings(max_examples=100)
@given(st.ip_addresses(), st.integers(48, 64))
def test_every_network_key_names_a_network_that_holds_its_address(
    address: IPv4Address | IPv6Address, prefix: int
) -> None:
    seen = parse_address(str(address))
    assert seen is not None
    assert seen in parse_network(network_key(seen, prefix))


def test_a_masked_address_shows_the_network_and_hides_the_home() -> None:
    assert mask_address("81.2.69.160") == "81.2.69.x"
    assert mask_address("81.2.69.160:8096") == "81.2.69.x"
    assert mask_address(IPv4Address("81.2.69.160")) == "81.2.69.x"
    assert mask_address("2a02:d500:0:1::5") == "2a02:d500:0::x"
    assert mask_address("2a02:d500:0:1::/64") == "2a02:d500:0::x"
    assert mask_address(None) == mask_address("N/A") == "unknown address"


def test_the_unknown_network_equals_none_not_even_itself() -> None:
    unknown = Network()
    assert not same_network(unknown, unknown)
    known = Network("81.2.69.160", NetworkClass.PUBLIC)
    assert same_network(known, known)


def test_only_a_public_network_is_anonymous() -> None:
    assert Network("a", NetworkClass.PUBLIC, NetworkKind.VPN).is_anonymous
    assert not Network("a", NetworkClass.LOCAL, NetworkKind.VPN).is_anonymous
    assert not Network("a", NetworkClass.PUBLIC, NetworkKind.RESIDENTIAL).is_anonymous
