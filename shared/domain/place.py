"""Places on the earth, and how far apart two networks certainly are.

Distances are great-circle distances on a sphere of the earth's mean radius (haversine), in
kilometres; against the WGS-84 ellipsoid they are at most 0.56 % off.
"""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Protocol

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the earth (IUGG, R1)."""

DEFAULT_ACCURACY_RADIUS_KM = 100.0
COARSE_RADIUS_KM = 500.0
"""From this accuracy radius on, coordinates stand for a country, not for a position."""

DEFAULT_SAME_ASN_MIN_DISTANCE_KM = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a geolocation database, or an operator, puts a network; each part may be missing.

    Attributes:
        country: ISO 3166-1 alpha-2, upper case.
        region: code or name of the first subdivision.
        latitude: degrees north, -90 to 90.
        longitude: degrees east; any winding is accepted (197 is -163).
        accuracy_radius_km: the true position is probably within this radius.
        asn: number of the autonomous system that announces the network.
        organisation: who runs that system.
        continent: two-letter code.
    """

    country: str | None = None
    region: str | None = None
    city: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    accuracy_radius_km: float = DEFAULT_ACCURACY_RADIUS_KM
    asn: int | None = None
    organisation: str | None = None
    continent: str | None = None
    postal_code: str | None = None


class Located(Protocol):
    """What distances need to know of a network; ``shared.domain.network.Network`` is one."""

    @property
    def place(self) -> Place | None:
        """Where it is."""
        ...

    @property
    def is_public(self) -> bool:
        """Whether the internet at large can reach it."""
        ...

    @property
    def is_carrier(self) -> bool:
        """Whether it is a mobile carrier's."""
        ...

    @property
    def is_anonymous(self) -> bool:
        """Whether it hides where the person is."""
        ...


def great_circle_km(a: Place, b: Place) -> float | None:
    """Return the distance of two places, 0 to about 20,015 km; None without coordinates.

    Source: R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68 (1984).
    """
    if a.latitude is None or a.longitude is None or b.latitude is None or b.longitude is None:
        return None
    latitude_a, latitude_b = radians(a.latitude), radians(b.latitude)
    half_latitude = sin((latitude_b - latitude_a) / 2)
    half_longitude = sin(radians(_wrapped(b.longitude - a.longitude)) / 2)
    chord = half_latitude**2 + cos(latitude_a) * cos(latitude_b) * half_longitude**2
    # Rounding takes antipodes a hair beyond 1, where asin has no value.
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(chord)))


def effective_distance_km(
    a: Located, b: Located, same_asn_min_distance_km: float = DEFAULT_SAME_ASN_MIN_DISTANCE_KM
) -> float | None:
    """Return the kilometres that certainly lie between two networks; None if that is unknowable.

    It is the great-circle distance less both accuracy radii, never below 0. Within one
    autonomous system a distance under ``same_asn_min_distance_km`` counts as 0, because
    providers move their address pools between cities.
    """
    if a.place is None or b.place is None or not (has_position(a) and has_position(b)):
        return None
    distance = great_circle_km(a.place, b.place)
    if distance is None:
        return None
    same_asn = a.place.asn is not None and a.place.asn == b.place.asn
    if same_asn and distance < same_asn_min_distance_km:
        return 0.0
    return max(0.0, distance - a.place.accuracy_radius_km - b.place.accuracy_radius_km)


def has_position(network: Located) -> bool:
    """Say whether the network may be used where distance is asked.

    Local and overlay networks are nowhere, anonymous ones (VPN, hosting, Tor, relay) say where
    the exit stands and not where the person is, and coarse ones stand for a whole country.
    """
    return network.is_public and not network.is_anonymous and not is_coarse(network)


def is_coarse(network: Located) -> bool:
    """Say whether the place is good for a country at most: no position of its own to measure."""
    place = network.place
    return (
        place is None
        or not place.city
        or place.latitude is None
        or place.longitude is None
        or place.accuracy_radius_km >= COARSE_RADIUS_KM
        or network.is_carrier
    )


def site(network: Located) -> str | None:
    """Name the site of a public network: its ASN and city; None where neither is known.

    A home's IPv4, its IPv6 and tomorrow's address share a site. All networks of one carrier
    are one site, because a carrier's exit moves between cities while its subscriber does not.
    """
    place = network.place
    if place is None or not network.is_public:
        return None
    system = None if place.asn is None else f"AS{place.asn}"
    if network.is_carrier:
        owner = system or place.organisation or place.country
        return f"{owner}/carrier" if owner else None
    if not place.city:
        return system
    return "/".join(part for part in (system, place.country, place.region, place.city) if part)


def _wrapped(degrees: float) -> float:
    """Bring a difference of longitudes into -180 to 180."""
    return (degrees + 180) % 360 - 180
