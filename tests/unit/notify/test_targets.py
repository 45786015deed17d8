from ipaddress import ip_address

import pytest

from shared.domain.targets import is_metadata_target, is_public_target, is_server_target


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.100.100.200",
        "192.0.0.192",
        "168.63.129.16",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "2001:0:53aa:64c:0:fbff:f5ff:fffe",
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::1",
        "fe80::1",
        "fec0::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "2001:db8::1",
    ],
)
def test_addresses_of_our_own_network_are_no_targets(text: str) -> None:
    assert not is_public_target(ip_address(text))


@pytest.mark.parametrize(
    "text",
    [
        "1.1.1.1",
        "81.2.69.160",
        "172.32.0.1",
        "100.128.0.1",
        "162.159.128.233",
        "2606:4700:4700::1111",
        "2a02:d500::1",
        "::ffff:1.1.1.1",
        "64:ff9b::1.1.1.1",
        "2002:101:101::1",
    ],
)
def test_addresses_of_the_internet_are_targets(text: str) -> None:
    assert is_public_target(ip_address(text))


@pytest.mark.parametrize(
    "text",
    [
        "169.254.169.254",
        "169.254.170.2",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "0.0.0.0",
        "255.255.255.255",
        "fd00:ec2::254",
        "fd20:ce::254",
        "fe80::1",
        "::",
        "ff02::1",
        "::ffff:169.254.169.254",
        "2002:a9fe:a9fe::",
        "64:ff9b::169.254.169.254",
    ],
)
def test_a_media_server_is_never_where_a_cloud_keeps_its_secrets(text: str) -> None:
    assert is_metadata_target(ip_address(text))
    assert not is_server_target(ip_address(text), allow_private=True)


@pytest.mark.parametrize("text", ["127.0.0.1", "192.168.1.2", "::1", "fd12:3456::1", "100.64.0.9"])
def test_a_media_server_may_be_at_home_if_that_is_allowed(text: str) -> None:
    assert is_server_target(ip_address(text), allow_private=True)
    assert not is_server_target(ip_address(text), allow_private=False)
    assert is_server_target(ip_address("81.2.69.160"), allow_private=False)


@pytest.mark.parametrize("text", ["192.168.1.4", "127.0.0.1", "100.64.0.1", "1.1.1.1", "fd00::1"])
def test_other_addresses_hold_no_secrets_of_a_cloud(text: str) -> None:
    assert not is_metadata_target(ip_address(text))
