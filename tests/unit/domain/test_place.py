from dataclasses import replace
from math import pi

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.network import Network, NetworkClass, NetworkKind
from shared.domain.place import (
    EARTH_RADIUS_KM,
    Place,
    effective_distance_km,
    great_circle_km,
    has_position,
    is_coarse,
    site,
)
from tests.unit.domain.rules.builders import (
    AWAY,
    HOME,
    LAN,
    LINKOPING,
    LONDON,
    STOCKHOLM,
    network,
)

coordinates = st.builds(
    Place, latitude=st.floats(-90, 90), longitude=st.floats(-720, 720), city=st.just("X")
)


def _point(latitude: float, longitude: float) -> Place:
    return Place(latitude=latitude, longitude=longitude, city="X", accuracy_radius_km=0)


@pytest.mark.parametrize(
    ("a", "b", "kilometres"),
    [
        (LINKOPING, LONDON, 1258),
        (_point(52.5200, 13.4050), _point(48.8566, 2.3522), 878),
        (_point(40.7128, -74.0060), _point(51.5074, -0.1278), 5570),
        (_point(0, 179.5), _point(0, -179.5), 111.2),
        (_point(90, 0), _point(90, 123), 0),
        (_point(90, 0), _point(-90, 77), 20015),
        (_point(0, 0), _point(0, 180), 20015),
        (_point(10, 197), _point(10, -163), 0),
        (_point(10, 359.9), _point(10, -0.1), 0),
    ],
)
def test_great_circles_agree_with_known_distances(a: Place, b: Place, kilometres: float) -> None:
    assert great_circle_km(a, b) == pytest.approx(kilometres, rel=0.006, abs=0.01)


@settings(max_examples=200)
@given(coordinates, coordinates)
def test_distance_is_symmetric_and_never_beyond_half_the_circumference(a: Place, b: Place) -> None:
    distance, back = great_circle_km(a, b), great_circle_km(b, a)
    assert distance is not None
    assert distance == pytest.approx(back, abs=1e-6)
    assert 0 <= distance <= pi * EARTH_RADIUS_KM + 1e-6


@settings(max_examples=200)
@given(st.floats(-90, 90), st.floats(-180, 180))
def test_antipodes_are_half_the_circumference_apart(latitude: float, longitude: float) -> None:
    distance = great_circle_km(_point(latitude, longitude), _point(-latitude, longitude + 180))
    assert distance == pytest.approx(pi * EARTH_RADIUS_KM, rel=1e-6)


def test_without_coordinates_there_is_no_distance() -> None:
    assert great_circle_km(LINKOPING, Place(country="SE")) is None
    assert great_circle_km(Place(latitude=1), LINKOPING) is None


def test_the_effective_distance_leaves_out_both_radii() -> None:
    assert effective_distance_km(HOME, AWAY) == pytest.approx(1082, abs=1)
    wide = network("81.2.69.1", replace(LONDON, accuracy_radius_km=499))
    vast = network("89.160.20.1", replace(LINKOPING, accuracy_radius_km=499))
    assert effective_distance_km(vast, wide) == pytest.approx(260, abs=1)
    near = network("90.224.3.4", replace(STOCKHOLM, accuracy_radius_km=300))
    assert effective_distance_km(HOME, near) == 0


def test_a_provider_that_moves_its_pool_to_the_next_city_moves_nobody() -> None:
    moved = network("89.160.21.1", replace(STOCKHOLM, asn=LINKOPING.asn, accuracy_radius_km=1))
    distance = great_circle_km(LINKOPING, STOCKHOLM) or 0
    assert effective_distance_km(HOME, moved) == 0
    assert effective_distance_km(HOME, moved, distance - 1) == pytest.approx(distance - 77)
    elsewhere = network("89.160.22.1", replace(LONDON, asn=LINKOPING.asn))
    assert effective_distance_km(HOME, elsewhere) == pytest.approx(1082, abs=1)


def test_two_networks_of_unknown_asn_are_not_one_provider() -> None:
    a = network("89.160.20.1", replace(LINKOPING, asn=None, accuracy_radius_km=1))
    b = network("90.224.3.4", replace(STOCKHOLM, asn=None, accuracy_radius_km=1))
    assert effective_distance_km(a, b) == pytest.approx(172, rel=0.02)


@pytest.mark.parametrize(
    "kind", [NetworkKind.VPN, NetworkKind.HOSTING, NetworkKind.TOR, NetworkKind.RELAY]
)
def test_an_anonymous_network_has_no_place_for_distance(kind: NetworkKind) -> None:
    assert effective_distance_km(HOME, replace(AWAY, kind=kind)) is None


@pytest.mark.parametrize("reach", [NetworkClass.LOCAL, NetworkClass.OVERLAY, NetworkClass.UNKNOWN])
def test_a_network_that_is_not_public_is_nowhere(reach: NetworkClass) -> None:
    other = replace(AWAY, network_class=reach)
    assert effective_distance_km(HOME, other) is None
    assert not has_position(other)
    assert site(other) is None


@pytest.mark.parametrize(
    "vague",
    [
        None,
        replace(LONDON, city=None),
        replace(LONDON, city=""),
        replace(LONDON, accuracy_radius_km=500),
        replace(LONDON, latitude=None),
        replace(LONDON, longitude=None),
    ],
)
def test_a_coarse_place_is_good_for_a_country_only(vague: Place | None) -> None:
    assert is_coarse(network("81.2.69.160", vague))
    assert effective_distance_km(HOME, network("81.2.69.160", vague)) is None


def test_a_carriers_network_is_coarse_however_exact_it_looks() -> None:
    exact = replace(LONDON, accuracy_radius_km=1)
    assert not is_coarse(network("81.2.69.160", exact))
    assert is_coarse(network("81.2.69.160", exact, NetworkKind.CARRIER))


def test_all_networks_of_one_carrier_are_one_site() -> None:
    carrier = NetworkKind.CARRIER
    south = network("90.1.1.1", replace(LONDON, asn=3301), carrier)
    north = network("90.2.2.2", replace(STOCKHOLM, asn=3301), carrier)
    assert site(south) == site(north)
    assert site(south) != site(replace(north, kind=NetworkKind.RESIDENTIAL))
    assert site(network("90.3.3.3", Place(country="SE"), carrier)) == "SE/carrier"
    assert site(network("90.3.3.3", Place(), carrier)) is None


def test_a_site_is_an_asn_and_a_city() -> None:
    v6 = network("2a02:d500:0:1::/64", replace(LINKOPING, latitude=58.5, postal_code="58222"))
    assert site(HOME) == site(v6)
    assert site(HOME) != site(network("89.160.20.9", replace(LINKOPING, asn=1)))
    assert site(HOME) != site(network("89.160.20.9", replace(LINKOPING, city="Norrköping")))


def test_where_neither_asn_nor_city_is_known_there_is_no_site() -> None:
    assert site(network("89.160.20.9", Place(country="SE"))) is None
    assert site(network("89.160.20.9", Place(country="SE", asn=29518))) == "AS29518"
    assert site(network("89.160.20.9", None)) is None
    assert site(LAN) is site(Network()) is None
