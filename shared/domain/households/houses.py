"""Houses: groups of networks with what happened there, before it is known what they are."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from shared.domain.households.classes import can_be_home
from shared.domain.households.grouping import Visit, group
from shared.domain.households.household import HouseholdClass, Presence
from shared.domain.households.presence import presence
from shared.domain.network import Network
from shared.domain.place import Place

_CONSIDERED = 100
"""Houses considered: the most used ones. Nobody lives in more."""


@dataclass(frozen=True, slots=True)
class House:
    """A household before it is known what it is.

    Attributes:
        number: its rank by days of presence, from 0.
        visits: what played there, in order; never empty.
        sites: see ``Household``.
        said: what an operator says that it is.
    """

    number: int
    visits: Sequence[Visit]
    sites: tuple[str, ...]
    presence: Presence
    said: HouseholdClass | None

    @property
    def is_house(self) -> bool:
        """Whether it can be somebody's house."""
        return self.visits[0].is_house

    @property
    def untrusted_days(self) -> frozenset[date]:
        """Return the days on which it was used in a way that nobody has called trusted."""
        of_each = (visit.days for visit in self.visits if not visit.segment.trusted)
        return frozenset[date]().union(*of_each)

    @property
    def networks(self) -> tuple[Network, ...]:
        """Return its networks, the one seen last first."""
        latest: dict[str | None, Network] = {}
        for visit in self.visits:
            latest.pop(visit.segment.network.key, None)
            latest[visit.segment.network.key] = visit.segment.network
        return tuple(reversed(latest.values()))

    @property
    def place(self) -> Place | None:
        """Return the place of its most used site."""
        return self.network_of_each_site[self.sites[0]].place

    @property
    def network_of_each_site(self) -> dict[str, Network]:
        """Return the network seen last of each site."""
        return {visit.site: visit.segment.network for visit in self.visits}


def houses_of(
    found: Sequence[Visit],
    *,
    said: Mapping[str, HouseholdClass],
    plays: Mapping[UUID, UUID],
    zone: ZoneInfo,
) -> list[House]:
    """Return the households, by days of presence; see ``Knowledge`` for what is known."""
    made: list[House] = []
    groups = group(found)
    in_groups = Counter(site for members in groups for site in {visit.site for visit in members})
    for members in groups:
        one = presence(members, plays, zone)
        sites = _sites(members, in_groups)
        words = [said[site] for site in sites if site in said]
        made.append(House(0, members, sites, one, words[0] if words else None))
    made.sort(key=_most_used)
    return [
        House(number, house.visits, house.sites, house.presence, house.said)
        for number, house in enumerate(made[:_CONSIDERED])
    ]


def _sites(members: Sequence[Visit], in_groups: Mapping[str, int]) -> tuple[str, ...]:
    """Return the sites of a house, the most used one first.

    A provider whose networks without a city are in several houses names none of them, unless
    nothing else does.
    """
    days: dict[str, set[date]] = defaultdict(set)
    for visit in members:
        days[visit.site] |= visit.days
    ordered = sorted(days, key=lambda site: (-len(days[site]), site))
    return tuple(site for site in ordered if in_groups[site] == 1) or tuple(ordered)


def _most_used(house: House) -> tuple[int, timedelta, datetime, str]:
    one = house.presence
    return -len(one.days), -one.played, one.first_at, house.sites[0]


def home_of(houses: Sequence[House]) -> House | None:
    """Return the house an operator calls home, else the most used one, if it was used enough."""
    said = [house for house in houses if house.said is HouseholdClass.HOME]
    free = [house for house in houses if house.said is None and can_be_home(house.presence)]
    return next(iter(said or free), None)
