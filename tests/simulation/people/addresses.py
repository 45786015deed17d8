"""Addresses, and what a geolocation database says of them.

An address names its provider, its city and its block, so that the database, which sees nothing
but the address, has something to be right or wrong about:

    <62 + provider>.<city>.<block>.<host>
    2a<provider>:<city>:<block><home>:<subnet>::<host>
"""

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, ip_address
from math import cos, radians
from random import Random

from shared.domain.place import Place
from tests.simulation.people.atlas import CITIES, SYSTEMS, City, Provider, cities_of
from tests.simulation.people.spans import DAY, LEAD

_FIRST = 62
_KM_PER_DEGREE = 111.2


def ipv4(provider: Provider, city: City, block: int, host: int) -> str:
    """Return an address of a provider's subscriber in a city."""
    return f"{_FIRST + SYSTEMS.index(provider)}.{CITIES.index(city)}.{block}.{host}"


def ipv6(provider: Provider, city: City, home: int, subnet: int, host: int) -> str:
    """Return an address of a home (16 bits, of which the upper 8 are its block) and subnet."""
    system, place = 0x2A00 + SYSTEMS.index(provider), CITIES.index(city) + 1
    return f"{system:x}:{place:x}:{home:x}:{subnet:x}::{host:x}"


@dataclass(frozen=True, slots=True)
class Odds:
    """How good a database is at a kind of address; what is left is in the right city.

    Attributes:
        nearby: in a town 20 to 80 km from it.
        country: only in the right country.
        elsewhere: in another city of the country, with a radius that does not reach back.
        abroad: in another country.
    """

    nearby: float
    country: float
    elsewhere: float
    abroad: float = 1 / 20_000


IPV4 = Odds(nearby=0.08, country=0.03, elsewhere=0.04)
IPV6 = Odds(nearby=0.12, country=0.25, elsewhere=0.06)
REDRAWN = 0.15
"""Share of blocks of which the release in mid-run says something new."""


RELEASE = (LEAD + 45) * DAY
"""When the second release comes, in seconds of the simulation."""


def release_at(at: float) -> int:
    """Return which release is in use."""
    return 1 if at < RELEASE else 2


@dataclass(frozen=True, slots=True)
class GeoDatabase:
    """Two releases of a database, the same for everybody of one seed."""

    seed: int

    def place(self, address: str, release: int) -> Place:
        """Return what a release (1 or 2) says of a public address."""
        system, city, block, version = _parts(address)
        return _row(self.seed, system, city, block, version, release)


@lru_cache(maxsize=100_000)
def _parts(address: str) -> tuple[int, int, int, int]:
    parsed = ip_address(address)
    octets = parsed.packed
    if isinstance(parsed, IPv4Address):
        return octets[0] - _FIRST, octets[1], octets[2], 4
    return octets[1], octets[3] - 1, octets[4], 6


@lru_cache(maxsize=400_000)
def _row(seed: int, system: int, city: int, block: int, version: int, release: int) -> Place:  # noqa: PLR0917
    random = Random(f"{seed}:{system}:{city}:{block}:{version}:{release}")
    if release > 1 and random.random() > REDRAWN:
        return _row(seed, system, city, block, version, release - 1)
    return _drawn(random, SYSTEMS[system], CITIES[city], IPV4 if version == 4 else IPV6)


def _drawn(random: Random, provider: Provider, city: City, odds: Odds) -> Place:
    dice = random.random()
    if dice < odds.abroad:
        return _at(random, provider, random.choice(CITIES), (50, 100))
    dice -= odds.abroad
    if dice < odds.nearby:
        return _nearby(random, provider, city)
    dice -= odds.nearby
    if dice < odds.country:
        return Place(
            country=city.country,
            latitude=cities_of(city.country)[0].latitude,
            longitude=cities_of(city.country)[0].longitude,
            accuracy_radius_km=random.choice((500, 1_000)),
            asn=provider.asn,
            organisation=provider.organisation,
        )
    dice -= odds.country
    others = [other for other in cities_of(city.country) if other != city]
    if dice < odds.elsewhere and others:
        return _at(random, provider, random.choice(others), (20, 50, 100, 200))
    return _at(random, provider, city, (5, 10, 20, 50))


def _at(random: Random, provider: Provider, city: City, radii: tuple[int, ...]) -> Place:
    return Place(
        country=city.country,
        region=city.region,
        city=city.name,
        latitude=city.latitude,
        longitude=city.longitude,
        accuracy_radius_km=random.choice(radii),
        asn=provider.asn,
        organisation=provider.organisation,
    )


def _nearby(random: Random, provider: Provider, city: City) -> Place:
    north, east = random.choice(((1, 0), (-1, 0), (0, 1), (0, -1)))
    degrees = random.uniform(20, 80) / _KM_PER_DEGREE
    side = {(1, 0): "north", (-1, 0): "south", (0, 1): "east", (0, -1): "west"}[north, east]
    return Place(
        country=city.country,
        region=city.region,
        city=f"a town {side} of {city.name}",
        latitude=city.latitude + north * degrees,
        longitude=city.longitude + east * degrees / cos(radians(city.latitude)),
        accuracy_radius_km=random.choice((20, 50, 100)),
        asn=provider.asn,
        organisation=provider.organisation,
    )
