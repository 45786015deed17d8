"""MaxMind's own test databases; conftest leaves this out where they are not present."""

from ipaddress import ip_address

import pytest

from shared.domain.network import NetworkKind
from shared.geoip.lookup import Located, PlaceFinder
from shared.geoip.readers import DatabaseStatus
from tests.unit.geoip.samples import ANONYMOUS, ASN, CITY

_FINDER = PlaceFinder(city=str(CITY), asn=str(ASN), anonymous=str(ANONYMOUS))


def test_all_samples_open() -> None:
    states = _FINDER.states()
    assert {state.status for state in states.values()} == {DatabaseStatus.READY}
    assert [state.database_type for state in states.values()] == [
        "GeoLite2-City",
        "GeoLite2-ASN",
        "GeoIP2-Anonymous-IP",
    ]


@pytest.mark.parametrize(
    ("address", "country", "city", "radius_km"),
    [
        ("81.2.69.160", "GB", "London", 100),
        ("2.125.160.217", "GB", "Boxford", 100),
        ("89.160.20.112", "SE", "Linköping", 76),
        ("216.160.83.56", "US", "Milton", 22),
        ("175.16.199.1", "CN", "Changchun", 100),
        ("67.43.156.1", "BT", None, 534),
        ("202.196.224.1", "PH", None, 121),
    ],
)
def test_a_sample_address_is_where_maxmind_says(
    address: str, country: str, city: str | None, radius_km: float
) -> None:
    place = _FINDER.find(ip_address(address)).place
    assert place is not None
    assert (place.country, place.city, place.accuracy_radius_km) == (country, city, radius_km)


def test_coordinates_without_a_country_stay_usable() -> None:
    place = _FINDER.find(ip_address("2a02:d500::1")).place
    assert place is not None
    assert (place.country, place.continent, place.city) == (None, "EU", None)
    assert (place.latitude, place.longitude) == (48.691, 9.1406)


def test_the_provider_comes_from_the_asn_sample() -> None:
    located = _FINDER.find(ip_address("89.160.20.112"))
    assert located.kind is NetworkKind.RESIDENTIAL
    assert located.place is not None
    assert (located.place.asn, located.place.organisation) == (29518, "Bredband2 AB")


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("1.2.0.1", NetworkKind.VPN),
        ("1.124.213.1", NetworkKind.TOR),
        ("6.1.0.2", NetworkKind.HOSTING),
        ("6.1.0.3", NetworkKind.RELAY),
        ("6.1.0.4", NetworkKind.RELAY),
        ("65.0.0.1", NetworkKind.TOR),
    ],
)
def test_the_anonymous_sample_tells_the_kind(address: str, kind: NetworkKind) -> None:
    assert _FINDER.find(ip_address(address)).kind is kind


def test_an_address_in_no_sample_is_unknown() -> None:
    assert _FINDER.find(ip_address("192.168.1.1")) == Located(place=None, kind=NetworkKind.UNKNOWN)
