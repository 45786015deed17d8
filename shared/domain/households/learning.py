"""Learning a person's households from their timeline."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from shared.domain.calendar import day_span
from shared.domain.households.bonds import Apart, apart, circles
from shared.domain.households.classes import (
    Evidence,
    Opinion,
    devices,
    opinion,
    seen,
)
from shared.domain.households.grouping import LOCAL, visits
from shared.domain.households.household import (
    Bond,
    DeviceUse,
    Household,
    HouseholdClass,
    Learned,
    household_id,
)
from shared.domain.households.houses import House, home_of, houses_of
from shared.domain.households.presence import days_known
from shared.domain.place import effective_distance_km
from shared.domain.timeline import Timeline

HORIZON_DAYS = 90
"""How many days back a household is remembered, today among them."""

OWN_DAYS = 3
"""Days of use in a household from which a device is its own."""

FAR_KM = 100.0
"""Kilometres certainly between two households that nobody commutes day after day."""

_SHOWN_NETWORKS = 20


def _nothing_said() -> dict[str, HouseholdClass]:
    return {}


def _no_plays() -> dict[UUID, UUID]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """What is known beside the timeline.

    Attributes:
        zone: whose days and hours count.
        said: an operator's words: classes by site.
        plays: which play a session belongs to, by the session's id.
    """

    zone: ZoneInfo
    said: Mapping[str, HouseholdClass] = field(default_factory=_nothing_said)
    plays: Mapping[UUID, UUID] = field(default_factory=_no_plays)


@dataclass(frozen=True, slots=True)
class _View:
    """All that is known when households are judged."""

    home: House | None
    family: frozenset[int]
    circle: Mapping[int, int]
    apart: Apart
    houses: Mapping[int, House]
    known_days: int
    knowledge: Knowledge


def learn(timeline: Timeline, knowledge: Knowledge, now: datetime) -> Learned:
    """Return a person's households of the past 90 days, the home first.

    1. Bring the networks together that are one house.
    2. Take the house with most days of presence for the home, unless an operator says another.
    3. Tie houses to each other by the devices, and the films, that go to and fro.
    4. Find when houses that nothing ties played at the same time.
    5. Say of each what it is, and why.
    """
    since = horizon(now, knowledge.zone)
    found = visits(timeline.segments, since=since, now=now, zone=knowledge.zone)
    every = houses_of(found, said=knowledge.said, plays=knowledge.plays, zone=knowledge.zone)
    houses = {house.number: house for house in every if house.is_house}
    home = home_of(list(houses.values()))
    circle = circles(
        {number: house.presence for number, house in houses.items()},
        tied=_said_to_be_family(houses, home),
        strangers={n for n, house in houses.items() if house.said is HouseholdClass.STRANGER},
    )
    family = frozenset(n for n in circle if home and circle[n] == circle[home.number])
    known_since = min(timeline.person.first_seen_at, *(visit.start for visit in found), now)
    view = _View(
        home,
        family,
        circle,
        apart({number: house.visits for number, house in houses.items()}, circle, knowledge.zone),
        houses,
        days_known(max(since, known_since), now, knowledge.zone),
        knowledge,
    )
    ordered = sorted(every, key=lambda house: house is not home)
    judged = tuple(_judged(house, view) for house in ordered)
    return Learned(judged, view.known_days, view.apart.at_once)


def horizon(now: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant from which on a timeline counts."""
    first = now.astimezone(zone).date() - timedelta(days=HORIZON_DAYS - 1)
    return day_span(first, zone)[0]


def _said_to_be_family(houses: Mapping[int, House], home: House | None) -> list[tuple[int, int]]:
    """Return the houses that an operator's word ties to the home."""
    if home is None:
        return []
    strange = (None, HouseholdClass.STRANGER)
    return [(home.number, number) for number, house in houses.items() if house.said not in strange]


def _judged(house: House, view: _View) -> Household:
    bond = _bond(house, view) if house.is_house and house is not view.home else None
    found = _opinion(house, bond, view)
    said = house.said is not None and house.is_house
    reasons = (
        *(["An operator said so."] if said else []),
        seen(house.presence, view.known_days),
        *([devices(house.presence, bond)] if house.is_house else []),
        *([found.reason] if found.reason and not said else []),
    )
    return Household(
        id=household_id(house.sites[0]),
        sites=house.sites,
        household_class=found.household_class,
        circle=view.circle.get(house.number, -1),
        said=said,
        reasons=reasons,
        place=house.place,
        networks=house.networks[:_SHOWN_NETWORKS],
        presence=house.presence,
        bond=bond,
    )


def _opinion(house: House, bond: Bond | None, view: _View) -> Opinion:
    if not house.is_house:
        if house.visits[0].segment.network.is_carrier:
            return Opinion(HouseholdClass.MOBILE, "A mobile carrier's network: it is nowhere.")
        return Opinion(
            HouseholdClass.ANONYMOUS,
            "VPN, hosting, relay or overlay networks: they do not say where somebody is.",
        )
    if house.said is not None:
        return Opinion(house.said, "")
    if house is view.home:
        return Opinion(HouseholdClass.HOME, "")
    only_lan = any(one is not None and one.sites == (LOCAL,) for one in (house, view.home))
    return opinion(
        Evidence(
            presence=house.presence,
            bond=bond,
            in_doubt=only_lan,
            home_days=view.home.presence.days if view.home else frozenset(),
        )
    )


def _bond(house: House, view: _View) -> Bond | None:
    """Return what ties a house to the home and what keeps them apart; None without a home."""
    if view.home is None:
        return None
    one, home = house.presence, view.home.presence
    kin = [view.houses[n].presence for n in view.family if n != house.number]
    own = {
        device_id: use
        for device_id, use in one.devices.items()
        if len(use.days) >= OWN_DAYS and not any(device_id in other.devices for other in kin)
    }
    is_family = house.number in view.family
    apart_days = view.apart.days.get(house.number, frozenset())
    distance = _distance(house, view.home)
    is_far = not is_family and distance is not None and distance >= FAR_KM
    return Bond(
        family=is_family,
        shared_devices=tuple(name for name in one.devices if name in home.devices),
        own_devices=tuple(own),
        own_share=_time(own.values()) / _time(one.devices.values()) if own else 0.0,
        apart_days=apart_days,
        distant_days=(house.untrusted_days & view.home.untrusted_days) - apart_days
        if is_far
        else frozenset(),
        distance_km=distance,
        shared_plays=sum(any(play in other.plays for other in kin) for play in one.plays),
    )


def _time(uses: Iterable[DeviceUse]) -> timedelta:
    return sum((use.played for use in uses), timedelta())


def _distance(a: House, b: House) -> float | None:
    """Return the least distance that certainly lies between two houses; None if unknowable."""
    distances = [
        distance
        for one in a.network_of_each_site.values()
        for other in b.network_of_each_site.values()
        if (distance := effective_distance_km(one, other)) is not None
    ]
    return min(distances, default=None)
