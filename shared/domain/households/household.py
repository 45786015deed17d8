"""What a household is: networks that are one house, how it is used, and what it is to a person."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from shared.domain.network import Network
from shared.domain.place import Place

_ID_LENGTH = 16


class HouseholdClass(StrEnum):
    """What a household is to the person whose account is used there."""

    HOME = "home"
    SECOND_HOME = "second_home"
    WORK = "work"
    TRAVELLING = "travelling"
    STRANGER = "stranger"
    MOBILE = "mobile"
    ANONYMOUS = "anonymous"
    UNKNOWN = "unknown"


PLACEABLE = frozenset(HouseholdClass) - {HouseholdClass.MOBILE, HouseholdClass.ANONYMOUS}
"""Classes of houses; the others are networks that say nothing of where somebody is."""


@dataclass(frozen=True, slots=True)
class DeviceUse:
    """How one known device was used in a household."""

    device_id: str
    name: str | None
    days: frozenset[date]
    played: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """How a household was used. Days and hours are those of the service's zone.

    Attributes:
        days: on which something played there; never empty.
        played: time playing, pauses left out.
        office: of that, from Monday to Friday between 7 and 19.
        weekend: of that, on Saturdays and Sundays.
        parts: of that, by part of the day: "night", "morning", "afternoon", "evening".
        devices: known devices by id.
        plays: what was watched there; one play may go on in another household.
    """

    days: frozenset[date]
    played: timedelta
    office: timedelta
    weekend: timedelta
    parts: Mapping[str, timedelta]
    devices: Mapping[str, DeviceUse]
    plays: frozenset[UUID]
    first_at: datetime
    last_at: datetime

    @property
    def span_days(self) -> int:
        """Days from the first to the last, both counted."""
        return (max(self.days) - min(self.days)).days + 1

    @property
    def weeks(self) -> int:
        """Calendar weeks with a day in them."""
        return weeks(self.days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bond:
    """What ties a household to the home, and what keeps the two apart.

    Attributes:
        family: devices go to and fro between it and the home, directly or by way of another.
        shared_devices: known devices that were used in the home too, by id.
        own_devices: devices in regular use here that never were.
        own_share: of the time here on known devices, the part on ``own_devices``; 0 to 1.
        apart_days: days on which it and a household of another circle played at the same time.
        distant_days: other days on which both it and the home, far away, were in use.
        distance_km: kilometres that certainly lie between it and the home; None if unknowable.
        shared_plays: plays begun here and gone on with in the home's circle, or the reverse.
    """

    family: bool
    shared_devices: tuple[str, ...]
    own_devices: tuple[str, ...]
    own_share: float
    apart_days: frozenset[date]
    distant_days: frozenset[date]
    distance_km: float | None
    shared_plays: int

    @property
    def evidence_days(self) -> frozenset[date]:
        """Days that one person alone does not explain."""
        return self.apart_days | self.distant_days


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """Networks that are one house, and what it is to the person.

    Attributes:
        id: names it in addresses; made of its most used site, so that it lasts.
        sites: what tells it from others (``shared.domain.households.grouping``), most used first.
        circle: households of one circle share devices; the number says nothing else.
        said: its class is an operator's word.
        reasons: why it is what it is, in sentences; never empty.
        networks: as they were last seen, latest first.
        bond: None for the home itself, and where no home is known.
    """

    id: str
    sites: tuple[str, ...]
    household_class: HouseholdClass
    circle: int
    said: bool
    reasons: tuple[str, ...]
    place: Place | None
    networks: tuple[Network, ...]
    presence: Presence
    bond: Bond | None

    @property
    def name(self) -> str:
        """Return what to call it: its city, its provider, or what kind of network it is."""
        return place_name(self.place) or "a place that is not known"


@dataclass(frozen=True, slots=True)
class Learned:
    """A person's households, the home first, then by days of presence.

    Attributes:
        known_days: days of the past that are known of the person, 1 to 90.
        at_once: days on which so many circles, two or more, played at the same time.
    """

    households: tuple[Household, ...]
    known_days: int
    at_once: Mapping[int, frozenset[date]]

    @property
    def home(self) -> Household | None:
        """Return the home, if one is known."""
        first = self.households[0] if self.households else None
        return first if first and first.household_class is HouseholdClass.HOME else None


def household_id(site: str) -> str:
    """Return the id of a household by its most used site."""
    return hashlib.sha256(site.encode()).hexdigest()[:_ID_LENGTH]


def weeks(days: frozenset[date]) -> int:
    """Return in how many calendar weeks (ISO 8601) the days lie."""
    return len({day.isocalendar()[:2] for day in days})


def place_name(place: Place | None) -> str | None:
    """Return a city, else the provider, else the country."""
    return place and (place.city or place.organisation or place.country)
