import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.network import NetworkKind
from shared.domain.place import Place
from shared.geoip.records import Holder, anonymous_kind_of, holder_of, place_of
from tests.unit.geoip.files import LONDON, PARIS, asn_record

_scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
_keys = st.text(max_size=4) | st.sampled_from(
    [
        "city", "country", "country_code", "names", "en", "iso_code", "location", "latitude",
        "longitude", "accuracy_radius", "subdivisions", "state1", "postal", "postcode", "code",
        "continent", "autonomous_system_number", "autonomous_system_organization", "is_anonymous",
    ]
)  # fmt: skip
_records = st.dictionaries(
    _keys,
    st.recursive(
        _scalars,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_keys, inner, max_size=4),
        max_leaves=12,
    ),
)


def flat(**parts: object) -> dict[str, Any]:
    return {
        "city": "Leeds", "country_code": "GB", "latitude": 53.80080032348633,
        "longitude": -1.5491000413894653, "postcode": "", "state1": "England", "state2": "",
        "timezone": "", **parts,
    }  # fmt: skip


def test_a_nested_record_gives_its_place() -> None:
    assert place_of(LONDON) == Place(
        country="GB",
        region="England",
        city="London",
        latitude=51.5142,
        longitude=-0.0931,
        accuracy_radius_km=10,
        continent="EU",
        postal_code="EC1",
    )


def test_a_flat_record_gives_its_place_without_float_noise() -> None:
    assert place_of(flat()) == Place(
        country="GB", region="England", city="Leeds", latitude=53.8008, longitude=-1.5491
    )


def test_a_flat_record_may_have_its_coordinates_as_text() -> None:
    place = place_of(flat(latitude="53.8008", longitude=" -1.5491 "))
    assert place is not None
    assert (place.latitude, place.longitude) == (53.8008, -1.5491)


@pytest.mark.parametrize(
    ("written", "city"),
    [
        ("Berlin (Bezirk Mitte)", "Berlin"),
        ("Zurich (Zurich (Kreis 11) / Oerlikon)", "Zurich"),
        ("Stratford-upon-Avon", "Stratford-upon-Avon"),
        ("(unnamed)", "(unnamed)"),
        ("", None),
    ],
)
def test_a_city_stays_one_city_with_and_without_its_district(
    written: str, city: str | None
) -> None:
    place = place_of(flat(city=written))
    assert place is not None
    assert place.city == city


def test_a_country_record_gives_a_country_and_no_position() -> None:
    record = {"country": {"iso_code": "SE"}, "continent": {"code": "EU"}}
    assert place_of(record) == Place(country="SE", continent="EU")


def test_a_flat_country_record_gives_a_country() -> None:
    assert place_of({"country_code": "se"}) == Place(country="SE")


def test_where_a_network_is_registered_is_not_where_it_is() -> None:
    assert place_of({"registered_country": {"iso_code": "FR"}}) is None


def test_a_continent_alone_is_a_place() -> None:
    assert place_of({"continent": {"code": "AS"}}) == Place(continent="AS")


def test_traits_alone_are_no_place() -> None:
    assert place_of({"traits": {"is_anycast": True}}) is None


def test_coordinates_without_a_country_are_a_place() -> None:
    record = {"location": {"latitude": 47.0, "longitude": 8.0}}
    assert place_of(record) == Place(latitude=47.0, longitude=8.0)


def test_a_record_of_empty_texts_is_no_place() -> None:
    empty = flat(city="", country_code="", state1=" ", latitude="", longitude="")
    assert place_of(empty) is None


def test_a_city_without_an_english_name_keeps_the_name_it_has() -> None:
    place = place_of({"city": {"names": {"sv": "Göteborg"}}})
    assert place == Place(city="Göteborg")


def test_a_subdivision_without_a_name_keeps_its_code() -> None:
    place = place_of({**PARIS, "subdivisions": [{"iso_code": "IDF"}]})
    assert place is not None
    assert place.region == "IDF"


@pytest.mark.parametrize("code", ["", "ZZ", "GBR", "1A", "ß", None, 44])
def test_what_is_no_country_code_is_an_unknown_country(code: object) -> None:
    assert place_of({"country": {"iso_code": code}}) is None


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        (0, 0),
        (0.0, "0"),
        (90.1, 0),
        (10, 180.5),
        (math.nan, 5),
        (5, math.inf),
        ("north", 5),
        (51.5, None),
        (None, 5),
        (True, 5),
    ],
)
def test_nonsense_coordinates_are_unknown_and_never_zero(
    latitude: object, longitude: object
) -> None:
    record = {"country": {"iso_code": "GB"}, "location": dict(zip(
        ("latitude", "longitude"), (latitude, longitude), strict=True))}  # fmt: skip
    assert place_of(record) == Place(country="GB")
    assert place_of({"location": record["location"]}) is None


@pytest.mark.parametrize("radius", [None, 0, -5, "", "wide", math.nan])
def test_without_a_sensible_radius_the_default_holds(radius: object) -> None:
    place = place_of({"location": {"latitude": 1, "longitude": 1, "accuracy_radius": radius}})
    assert place is not None
    assert place.accuracy_radius_km == 100


def test_an_asn_record_names_its_holder() -> None:
    holder = Holder(asn=5089, organisation="Virgin Media Limited")
    assert holder_of(asn_record(5089, "Virgin Media Limited")) == holder


@pytest.mark.parametrize("number", [0, -1, 2**32, 1.5, "", "AS5089", None, True])
def test_an_impossible_system_number_is_none(number: object) -> None:
    assert holder_of({"autonomous_system_number": number}) is None


@pytest.mark.parametrize(
    ("flags", "kind"),
    [
        ({"is_tor_exit_node", "is_anonymous_vpn", "is_hosting_provider"}, NetworkKind.TOR),
        ({"is_anonymous_vpn", "is_public_proxy", "is_hosting_provider"}, NetworkKind.VPN),
        ({"is_public_proxy", "is_hosting_provider"}, NetworkKind.RELAY),
        ({"is_residential_proxy"}, NetworkKind.RELAY),
        ({"is_hosting_provider", "is_anonymous"}, NetworkKind.HOSTING),
        ({"is_anonymous"}, NetworkKind.RELAY),
        (set[str](), None),
    ],
)
def test_the_weightiest_flag_gives_the_kind(flags: set[str], kind: NetworkKind | None) -> None:
    assert anonymous_kind_of(dict.fromkeys(flags, True)) is kind
    assert anonymous_kind_of(dict.fromkeys(flags, False)) is None


@given(_records)
def test_no_record_whatever_is_an_error(record: dict[str, Any]) -> None:
    place = place_of(record)
    holder_of(record)
    anonymous_kind_of(record)
    if place is None:
        return
    assert (place.latitude is None) == (place.longitude is None)
    assert (place.latitude, place.longitude) != (0, 0)
    assert place.accuracy_radius_km > 0
    assert "" not in (place.country, place.region, place.city, place.continent, place.postal_code)
