"""Lives that the tests of households tell of: who watches where, evening after evening."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from shared.domain.households import Household, HouseholdClass, Knowledge, Learned, learn
from shared.domain.network import Network, NetworkKind
from shared.domain.place import Place
from shared.domain.sharing_score import SharingScore, sharing_score
from shared.domain.timeline import Segment, Timeline
from tests.unit.domain.rules.builders import PERSON, at, network, segment

DAYS = 90
NOW = at("12:00", DAYS)
KNOWLEDGE = Knowledge(zone=ZoneInfo("UTC"))

GOTHENBURG = Place(
    country="SE",
    region="O",
    city="Gothenburg",
    latitude=57.7072,
    longitude=11.9668,
    accuracy_radius_km=10,
    asn=1257,
    organisation="Tele2",
)
OFFICE = network(
    "62.20.1.9", Place(country="SE", city="Linköping", asn=8473, organisation="Bahnhof")
)
CARRIER = network(
    "2.64.0.37",
    Place(country="SE", city="Malmö", asn=44034, organisation="Hi3G Access"),
    NetworkKind.CARRIER,
)
VPN = network(
    "185.65.134.70",
    Place(country="SE", city="Malmö", asn=39351, organisation="31173 Services"),
    NetworkKind.VPN,
)
SUNDSVALL = network(
    "194.14.3.8",
    Place(
        country="SE",
        city="Sundsvall",
        latitude=62.3908,
        longitude=17.3069,
        accuracy_radius_km=10,
        asn=2119,
    ),
)
FLAT = network("83.233.9.1", GOTHENBURG)


def every(step: int, start: int = 0, end: int = DAYS) -> range:
    """Return each so-many-th day; day 0 is a Friday."""
    return range(start, end, step)


def watch(
    days: Iterable[int], where: Network, device: str | None, clock: str = "20:00", minutes: int = 90
) -> list[Segment]:
    """Return a viewing at the same time on each of the days."""
    starts = [at(clock, day) for day in days]
    length = timedelta(minutes=minutes)
    return [segment(start, start + length, where, device) for start in starts]


def life(*viewings: Iterable[Segment]) -> Timeline:
    return Timeline(PERSON, tuple(one for viewing in viewings for one in viewing))


def learned(
    *viewings: Iterable[Segment], knowledge: Knowledge = KNOWLEDGE, now: datetime = NOW
) -> Learned:
    return learn(life(*viewings), knowledge, now)


def scored(
    *viewings: Iterable[Segment],
    knowledge: Knowledge = KNOWLEDGE,
    now: datetime = NOW,
    trusted: bool = False,
) -> SharingScore:
    found = learned(*viewings, knowledge=knowledge, now=now)
    return sharing_score(found, trusted=trusted, today=now.date())


def household(found: Learned, where: Network) -> Household:
    """Return the household that a network was seen in."""
    return next(
        one for one in found.households if where.key in {network.key for network in one.networks}
    )


def classes(found: Learned) -> list[HouseholdClass]:
    return [one.household_class for one in found.households]


def session(number: int) -> UUID:
    return UUID(int=1 << 100 | number)
