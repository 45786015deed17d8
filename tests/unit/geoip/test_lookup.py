from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.domain.network import Network, NetworkClass, NetworkKind
from shared.domain.place import Place, has_position
from shared.geoip.lookup import Located, PlaceFinder
from shared.geoip.readers import DatabaseStatus
from tests.unit.geoip.files import LONDON, PARIS, Ticking, asn_record, joined, write_database

_HOME = ip_address("81.2.69.160")
_HOME_IPV6 = ip_address("2a02:c7c::1")
_UNKNOWN = Located(place=None, kind=NetworkKind.UNKNOWN)
_FLAT_LEEDS = {"city": "Leeds", "country_code": "GB", "latitude": "53.8", "longitude": "-1.55"}
_FLAT_BERLIN = {"city": "Berlin", "country_code": "DE", "latitude": 52.52, "longitude": 13.405}


def finder_of(tmp_path: Path, *, asn: int, flags: dict[str, Any] | None = None) -> PlaceFinder:
    systems = write_database(
        tmp_path / "asn.mmdb", {"81.2.0.0/16": asn_record(asn, "Somebody")}, "GeoLite2-ASN"
    )
    if flags is None:
        return PlaceFinder(asn=str(systems))
    anonymous = write_database(
        tmp_path / "anonymous.mmdb", {"81.2.0.0/16": flags}, "GeoIP2-Anonymous-IP"
    )
    return PlaceFinder(asn=str(systems), anonymous=str(anonymous))


def test_without_any_database_everything_is_unknown() -> None:
    finder = PlaceFinder()
    assert finder.find(_HOME) == _UNKNOWN
    assert finder.find(_HOME_IPV6) == _UNKNOWN
    assert finder.states() == {}


def test_a_place_and_its_provider_come_together(tmp_path: Path) -> None:
    cities = write_database(tmp_path / "city.mmdb", {"81.2.69.0/24": LONDON})
    systems = write_database(
        tmp_path / "asn.mmdb", {"81.2.0.0/16": asn_record(20712, "Andrews")}, "GeoLite2-ASN"
    )
    located = PlaceFinder(city=str(cities), asn=str(systems)).find(_HOME)
    assert located.kind is NetworkKind.RESIDENTIAL
    assert located.place is not None
    assert (located.place.city, located.place.asn) == ("London", 20712)
    assert located.place.organisation == "Andrews"


def test_a_provider_without_a_place_is_still_told(tmp_path: Path) -> None:
    located = finder_of(tmp_path, asn=20712).find(_HOME)
    assert located.place == Place(asn=20712, organisation="Somebody")


@pytest.mark.parametrize(
    ("asn", "kind"),
    [
        (206067, NetworkKind.CARRIER),
        (24940, NetworkKind.HOSTING),
        (9009, NetworkKind.VPN),
        (36183, NetworkKind.RELAY),
        (5089, NetworkKind.RESIDENTIAL),
    ],
)
def test_the_system_tells_the_kind(tmp_path: Path, asn: int, kind: NetworkKind) -> None:
    assert finder_of(tmp_path, asn=asn).find(_HOME).kind is kind


def test_what_is_known_of_the_address_beats_what_its_system_suggests(tmp_path: Path) -> None:
    finder = finder_of(tmp_path, asn=24940, flags={"is_anonymous_vpn": True})
    assert finder.find(_HOME).kind is NetworkKind.VPN


def test_an_anonymous_database_without_a_flag_leaves_the_lists_their_word(tmp_path: Path) -> None:
    finder = finder_of(tmp_path, asn=206067, flags={"is_anonymous": False})
    assert finder.find(_HOME).kind is NetworkKind.CARRIER


@pytest.mark.parametrize(
    ("flag", "kind"),
    [
        ("is_anonymous_vpn", NetworkKind.VPN),
        ("is_hosting_provider", NetworkKind.HOSTING),
        ("is_tor_exit_node", NetworkKind.TOR),
        ("is_public_proxy", NetworkKind.RELAY),
    ],
)
def test_the_anonymous_database_tells_every_kind_of_exit(
    tmp_path: Path, flag: str, kind: NetworkKind
) -> None:
    assert finder_of(tmp_path, asn=5089, flags={flag: True}).find(_HOME).kind is kind


@pytest.mark.parametrize(
    ("record", "country"),
    [
        ({"country": {"iso_code": "GB"}}, "GB"),
        ({"country_code": "GB"}, "GB"),
        ({"continent": {"code": "EU"}}, None),
        ({"location": {"latitude": 51.5, "longitude": -0.1}}, None),
    ],
    ids=["country only", "flat country only", "continent only", "coordinates without a country"],
)
def test_a_database_that_knows_no_city_is_good_for_a_country_and_never_for_a_distance(
    tmp_path: Path, record: dict[str, Any], country: str | None
) -> None:
    path = write_database(tmp_path / "country.mmdb", {"81.2.69.0/24": record}, "GeoLite2-Country")
    place = PlaceFinder(city=str(path)).find(_HOME).place
    assert place is not None
    assert place.country == country
    assert not has_position(Network("k", NetworkClass.PUBLIC, NetworkKind.RESIDENTIAL, place))


@pytest.mark.parametrize("order", [("4", "6"), ("6", "4")])
def test_two_files_are_asked_by_ip_version_in_either_order(
    tmp_path: Path, order: tuple[str, str]
) -> None:
    write_database(tmp_path / "4.mmdb", {"81.2.69.0/24": _FLAT_LEEDS}, "city ipv4", ip_version=4)
    write_database(
        tmp_path / "6.mmdb", {"2a02::/16": _FLAT_BERLIN, "0.0.0.0/1": _FLAT_BERLIN}, "city ipv6"
    )
    finder = PlaceFinder(city=joined(*(tmp_path / f"{name}.mmdb" for name in order)))
    four, six = finder.find(_HOME).place, finder.find(_HOME_IPV6).place
    assert four is not None
    assert six is not None
    assert (four.city, six.city) == ("Leeds", "Berlin")


def test_of_two_files_the_second_answers_what_the_first_cannot(tmp_path: Path) -> None:
    first = write_database(tmp_path / "a.mmdb", {"81.2.69.0/24": {"traits": {"x": True}}})
    second = write_database(tmp_path / "b.mmdb", {"81.2.69.0/24": PARIS})
    place = PlaceFinder(city=joined(first, tmp_path / "missing.mmdb", second)).find(_HOME).place
    assert place is not None
    assert place.city == "Paris"


def test_each_file_reports_its_own_state(tmp_path: Path) -> None:
    good = write_database(tmp_path / "good.mmdb", {"81.2.69.0/24": LONDON})
    bad = tmp_path / "bad.mmdb"
    bad.write_bytes(b"torn")
    states = PlaceFinder(city=joined(good, bad), asn=str(tmp_path / "none.mmdb")).states()
    assert {name: state.status for name, state in states.items()} == {
        "city": DatabaseStatus.READY,
        "city-2": DatabaseStatus.CORRUPT,
        "asn": DatabaseStatus.MISSING,
    }


def test_a_new_release_moves_the_place_without_a_restart(tmp_path: Path) -> None:
    clock = Ticking()
    cities = write_database(tmp_path / "city.mmdb", {"81.2.69.0/24": LONDON})
    finder = PlaceFinder(city=str(cities), monotonic=clock)
    before = finder.find(_HOME).place
    write_database(tmp_path / "new.mmdb", {"81.2.69.0/24": PARIS}).replace(cities)
    clock.advance(1)
    after = finder.find(_HOME).place
    assert before is not None
    assert after is not None
    assert (before.city, after.city) == ("London", "Paris")


def test_a_private_address_is_harmless(tmp_path: Path) -> None:
    cities = write_database(tmp_path / "city.mmdb", {"81.2.69.0/24": LONDON}, ip_version=4)
    finder = PlaceFinder(city=str(cities))
    for text in ("192.168.1.5", "100.64.0.1", "::1", "fe80::1%eth0", "::", "255.255.255.255"):
        assert finder.find(ip_address(text)) == _UNKNOWN


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.ip_addresses())
def test_every_address_has_an_answer(tmp_path: Path, address: IPv4Address | IPv6Address) -> None:
    path = tmp_path / "city.mmdb"
    if not path.exists():
        write_database(path, {"0.0.0.0/1": LONDON, "8000::/1": PARIS})
    located = PlaceFinder(city=str(path)).find(address)
    assert located.kind is NetworkKind.UNKNOWN
    assert located.place is None or located.place.city in {"London", "Paris"}
