"""Reading records of the databases people have, which agree on little.

Records come as plain dicts from ``maxminddb``: the model classes of ``geoip2`` refuse DB-IP's
flat records and would be built only to be taken apart. Every level of a record
may be missing, "" means unknown, and no reading here raises.

- GeoIP2/GeoLite2 City and Country: nested (``country.iso_code``, ``location.latitude``, ...).
  The country is where the address is used, never ``registered_country``.
- DB-IP Lite: flat (``country_code``, ``state1``, ``city``, ``latitude``, ``postcode``).
- ASN and ISP: ``autonomous_system_number`` and ``autonomous_system_organization``.
- Anonymous-IP: flags, of which an absent one is false.
"""

import math
from dataclasses import dataclass
from typing import cast

from shared.domain.network import NetworkKind
from shared.domain.place import DEFAULT_ACCURACY_RADIUS_KM, Place
from shared.geoip.snapshots import Record

_COORDINATE_DECIMALS = 4  # 11 m; more is float32 noise in the files
_HIGHEST_ASN = 2**32 - 1
_COUNTRY_LETTERS = 2
_UNASSIGNED_COUNTRY = "ZZ"

_ANONYMOUS_KINDS = (
    ("is_tor_exit_node", NetworkKind.TOR),
    ("is_anonymous_vpn", NetworkKind.VPN),
    ("is_public_proxy", NetworkKind.RELAY),
    ("is_residential_proxy", NetworkKind.RELAY),
    ("is_hosting_provider", NetworkKind.HOSTING),
    ("is_anonymous", NetworkKind.RELAY),
)
"""Flags by weight: who is several things at once is the first of them."""


@dataclass(frozen=True, slots=True)
class Holder:
    """The autonomous system an address belongs to: number, and the organisation's name."""

    asn: int
    organisation: str | None


def place_of(record: Record) -> Place | None:
    """Return the place a city or country record gives; None if it says nothing of one."""
    flat = "country_code" in record or isinstance(record.get("city"), str)
    place = _flat_place(record) if flat else _nested_place(record)
    knows_something = (place.country, place.continent, place.city, place.region, place.latitude)
    return None if all(part is None for part in knows_something) else place


def holder_of(record: Record) -> Holder | None:
    """Return the autonomous system of an ASN or ISP record; None if it has no valid number."""
    asn = _number(record.get("autonomous_system_number"))
    if asn is None or asn != int(asn) or not 0 < asn <= _HIGHEST_ASN:
        return None
    return Holder(asn=int(asn), organisation=_text(record.get("autonomous_system_organization")))


def anonymous_kind_of(record: Record) -> NetworkKind | None:
    """Return how the network of an Anonymous-IP record hides its users; None if it does not."""
    return next(
        (kind for flag, kind in _ANONYMOUS_KINDS if record.get(flag) in (True, "true")), None
    )


def _nested_place(record: Record) -> Place:
    location = _level(record, "location")
    latitude, longitude = _coordinates(location)
    return Place(
        country=_country(_level(record, "country").get("iso_code")),
        region=_subdivision(record.get("subdivisions")),
        city=_name(_level(record, "city")),
        latitude=latitude,
        longitude=longitude,
        accuracy_radius_km=_radius_km(location.get("accuracy_radius")),
        continent=_text(_level(record, "continent").get("code")),
        postal_code=_text(_level(record, "postal").get("code")),
    )


def _flat_place(record: Record) -> Place:
    latitude, longitude = _coordinates(record)
    return Place(
        country=_country(record.get("country_code")),
        region=_text(record.get("state1")),
        city=_without_district(_text(record.get("city"))),
        latitude=latitude,
        longitude=longitude,
        postal_code=_text(record.get("postcode")),
    )


def _level(record: Record, key: str) -> Record:
    value = record.get(key)
    return cast("Record", value) if isinstance(value, dict) else {}


def _subdivision(value: object) -> str | None:
    """Return the largest subdivision, by name as DB-IP has it, so that both make one site."""
    levels = cast("list[object]", value) if isinstance(value, list) else []
    if not levels or not isinstance(levels[0], dict):
        return None
    largest = cast("Record", levels[0])
    return _name(largest) or _text(largest.get("iso_code"))


def _name(level: Record) -> str | None:
    """Return the English name, or any other where there is none."""
    names = _level(level, "names")
    return _text(names.get("en")) or next(filter(None, map(_text, names.values())), None)


def _text(value: object) -> str | None:
    return (value.strip() or None) if isinstance(value, str) else None


def _without_district(city: str | None) -> str | None:
    """Cut "Berlin (Bezirk Mitte)" to "Berlin".

    DB-IP names a district in every seventh record; between two addresses of one home it comes
    and goes, which would make two sites of it.
    """
    if city is None or not city.endswith(")"):
        return city
    return city.partition(" (")[0] or city


def _country(value: object) -> str | None:
    code = _text(value) or ""
    if len(code) != _COUNTRY_LETTERS or not (code.isascii() and code.isalpha()):
        return None
    return None if code.upper() == _UNASSIGNED_COUNTRY else code.upper()


def _number(value: object) -> float | None:
    """Return a finite number written as one or as text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _coordinates(level: Record) -> tuple[float, float] | tuple[None, None]:
    """Return latitude and longitude in degrees, both or neither.

    A point off the globe is unknown, and so is 0,0: nobody streams from that spot in the
    Atlantic, but it is what databases write for "nowhere".
    """
    latitude, longitude = _number(level.get("latitude")), _number(level.get("longitude"))
    if latitude is None or longitude is None:
        return None, None
    if abs(latitude) > 90 or abs(longitude) > 180 or latitude == longitude == 0:  # noqa: PLR2004
        return None, None
    return round(latitude, _COORDINATE_DECIMALS), round(longitude, _COORDINATE_DECIMALS)


def _radius_km(value: object) -> float:
    radius = _number(value)
    return radius if radius is not None and radius > 0 else DEFAULT_ACCURACY_RADIUS_KM
