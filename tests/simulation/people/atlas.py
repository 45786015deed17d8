"""The cities people live in, and who connects them to the internet there."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from shared.domain.network import NetworkKind
from shared.geoip.asn_lists import shipped_kinds

_EARTH_KM = 6_371.0


@dataclass(frozen=True, slots=True)
class City:
    """Where people truly are; ``hours`` is how far its clocks are ahead of UTC."""

    name: str
    country: str
    region: str
    latitude: float
    longitude: float
    hours: int = 2


@dataclass(frozen=True, slots=True)
class Provider:
    """An autonomous system: its subscribers' country and, if mobile, where its exits stand."""

    asn: int
    organisation: str
    country: str
    exits: tuple[str, ...] = ()

    @property
    def kind(self) -> NetworkKind:
        """What the product's own lists take it for."""
        return shipped_kinds().get(self.asn, NetworkKind.RESIDENTIAL)


CITIES = (
    City("Berlin", "DE", "BE", 52.52, 13.40),
    City("Hamburg", "DE", "HH", 53.55, 9.99),
    City("Munich", "DE", "BY", 48.14, 11.58),
    City("Cologne", "DE", "NW", 50.94, 6.96),
    City("Frankfurt am Main", "DE", "HE", 50.11, 8.68),
    City("Leipzig", "DE", "SN", 51.34, 12.37),
    City("Paris", "FR", "IDF", 48.86, 2.35),
    City("Lyon", "FR", "ARA", 45.76, 4.84),
    City("Marseille", "FR", "PAC", 43.30, 5.37),
    City("Lille", "FR", "HDF", 50.63, 3.07),
    City("Toulouse", "FR", "OCC", 43.60, 1.44),
    City("London", "GB", "ENG", 51.51, -0.13, 1),
    City("Manchester", "GB", "ENG", 53.48, -2.24, 1),
    City("Birmingham", "GB", "ENG", 52.48, -1.90, 1),
    City("Edinburgh", "GB", "SCT", 55.95, -3.19, 1),
    City("Stockholm", "SE", "AB", 59.33, 18.07),
    City("Gothenburg", "SE", "O", 57.71, 11.97),
    City("Malmö", "SE", "M", 55.60, 13.00),
    City("Umeå", "SE", "AC", 63.83, 20.26),
    City("Amsterdam", "NL", "NH", 52.37, 4.90),
    City("Rotterdam", "NL", "ZH", 51.92, 4.48),
    City("Groningen", "NL", "GR", 53.22, 6.57),
    City("Rome", "IT", "62", 41.90, 12.50),
    City("Milan", "IT", "25", 45.46, 9.19),
    City("Naples", "IT", "72", 40.85, 14.27),
    City("Palermo", "IT", "82", 38.12, 13.36),
    City("Warsaw", "PL", "14", 52.23, 21.01),
    City("Kraków", "PL", "12", 50.06, 19.94),
    City("Gdańsk", "PL", "22", 54.35, 18.65),
    City("Vienna", "AT", "9", 48.21, 16.37),
    City("Salzburg", "AT", "5", 47.81, 13.04),
    City("Zürich", "CH", "ZH", 47.37, 8.54),
    City("Geneva", "CH", "GE", 46.20, 6.14),
    City("Oslo", "NO", "03", 59.91, 10.75),
    City("Bergen", "NO", "46", 60.39, 5.32),
    City("New York", "US", "NY", 40.71, -74.01, -4),
    City("Los Angeles", "US", "CA", 34.05, -118.24, -7),
    City("Sydney", "AU", "NSW", -33.87, 151.21, 10),
    City("Auckland", "NZ", "AUK", -36.85, 174.76, 12),
)
NAMED = {city.name: city for city in CITIES}
DENIED = frozenset({"CH", "NO"})
"""Countries for which the simulated operator holds no licence."""

HOME_COUNTRIES = ("DE", "FR", "GB", "SE", "NL", "IT", "PL", "AT")

LINES = (
    Provider(3320, "Deutsche Telekom", "DE"),
    Provider(3209, "Vodafone Germany", "DE"),
    Provider(3215, "Orange", "FR"),
    Provider(12322, "Free", "FR"),
    Provider(2856, "BT", "GB"),
    Provider(5089, "Virgin Media", "GB"),
    Provider(3301, "Telia", "SE"),
    Provider(29518, "Bredband2", "SE"),
    Provider(1136, "KPN", "NL"),
    Provider(33915, "VodafoneZiggo", "NL"),
    Provider(3269, "TIM", "IT"),
    Provider(12874, "Fastweb", "IT"),
    Provider(5617, "Orange Polska", "PL"),
    Provider(12741, "Netia", "PL"),
    Provider(8447, "A1", "AT"),
    Provider(8412, "Magenta", "AT"),
    Provider(3303, "Swisscom", "CH"),
    Provider(6730, "Sunrise", "CH"),
    Provider(2119, "Telenor", "NO"),
    Provider(29695, "Altibox", "NO"),
    Provider(7922, "Comcast", "US"),
    Provider(701, "Verizon", "US"),
    Provider(1221, "Telstra", "AU"),
    Provider(4771, "Spark", "NZ"),
)
CARRIERS = (
    Provider(25135, "Vodafone UK mobile", "GB", ("London", "Manchester", "Birmingham")),
    Provider(44034, "Tre", "SE", ("Stockholm", "Malmö", "Gothenburg")),
    Provider(31615, "Odido mobile", "NL", ("Amsterdam", "Rotterdam")),
    Provider(51207, "Free Mobile", "FR", ("Paris", "Lyon", "Marseille")),
    Provider(24608, "WindTre mobile", "IT", ("Milan", "Rome")),
    Provider(8374, "Plus", "PL", ("Warsaw", "Kraków")),
    Provider(25255, "Drei Austria", "AT", ("Vienna",)),
)
CONVERGED = (
    Provider(3320, "Deutsche Telekom", "DE", ("Frankfurt am Main", "Hamburg", "Munich")),
    Provider(3215, "Orange", "FR", ("Paris", "Marseille")),
    Provider(3301, "Telia", "SE", ("Stockholm", "Malmö")),
    Provider(5617, "Orange Polska", "PL", ("Warsaw", "Gdańsk")),
)
"""Mobile subscribers in a system that serves homes too: no list can tell them apart."""

VPNS = (
    Provider(9009, "M247", "", ("London", "Amsterdam", "Zürich", "New York", "Stockholm")),
    Provider(60068, "Datacamp", "", ("Paris", "Frankfurt am Main", "Oslo", "Los Angeles")),
    Provider(16276, "OVHcloud", "", ("Paris", "Warsaw", "London")),
)
UNLISTED_VPNS = (Provider(20115, "Charter", "", ("New York", "Los Angeles")),)
"""Exits in the lines of homes: neither the lists nor a database of anonymous addresses has them."""

SYSTEMS = (*LINES, *CARRIERS, *CONVERGED, *VPNS, *UNLISTED_VPNS)


def cities_of(country: str) -> tuple[City, ...]:
    """Return a country's cities."""
    return tuple(city for city in CITIES if city.country == country)


def lines_of(country: str) -> tuple[Provider, ...]:
    """Return who connects homes in a country."""
    return tuple(provider for provider in LINES if provider.country == country)


def kilometres(a: City, b: City) -> float:
    """Return how far apart two cities truly are (spherical law of haversines)."""
    north_a, north_b = radians(a.latitude), radians(b.latitude)
    east = radians(b.longitude - a.longitude)
    half = sin((north_b - north_a) / 2) ** 2 + cos(north_a) * cos(north_b) * sin(east / 2) ** 2
    return 2 * _EARTH_KM * asin(min(1.0, sqrt(half)))
