"""Who lives where: a device that is far from where it lives has travelled.

Two places at once, or one after the other too fast, mean two households only if neither side is
of the other's. A phone in a hotel while the television plays at home, a home whose IPv6 is placed
in another city than its IPv4, a VPN that no list has: in each, the device on one side is one that
was on the other side day after day. A friend's is not.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from itertools import product

from shared.domain.place import Place, great_circle_km, has_position, site
from shared.domain.timeline import Segment

MEMORY = timedelta(days=90)
"""How long a device that is away goes on living where it was."""

NEAR_KM = 100.0
"""A home is placed a little differently from night to night; farther than this is elsewhere."""

LEAST_SHARE = 1 / 20
"""A device lives where it is on at least this share of its days: databases err more rarely."""

_FAR_DEGREES = 1.0
"""Of latitude: 111 km, and so never near, which is known without measuring."""

_SITES = 50
"""Sites remembered of one device, those of most days."""


class Residence:
    """Where a person's devices live, by what the person did.

    Args:
        past: back to ``MEMORY`` before what is asked about; later segments, too.
        resident_days: on so many days within ``MEMORY`` a device must have been somewhere, the
            day that is asked about aside, to live there.
    """

    def __init__(self, past: Collection[Segment], resident_days: int) -> None:
        self._past = past
        self._least = resident_days
        self._known: dict[str, _Stays] = {}
        self._lived: dict[tuple[str, date], list[Place]] = {}

    def is_one_household(self, there: Segment, here: Segment, day: date) -> bool:
        """Say whether either device lives where the other is, or both in one place."""
        homes_there, homes_here = self._homes(there, day), self._homes(here, day)
        return (
            any(_is_near(home, there.network.place) for home in homes_here)
            or any(_is_near(home, here.network.place) for home in homes_there)
            or any(_is_near(a, b) for a, b in product(homes_there, homes_here))
        )

    def _homes(self, side: Segment, day: date) -> list[Place]:
        if not side.knows_device:
            return []
        asked = side.actor, day
        if asked not in self._lived:
            self._lived[asked] = _homes(self._stays(side.actor), day, self._least)
        return self._lived[asked]

    def _stays(self, actor: str) -> "_Stays":
        if actor not in self._known:
            self._known[actor] = _stays(self._past, actor)
        return self._known[actor]


_Stays = list[tuple[Place, list[date]]]
"""Places, and on which days a device was there, in order."""


def _stays(past: Iterable[Segment], actor: str) -> _Stays:
    """Return where a device was, and when."""
    sites: dict[str, tuple[Place, set[date]]] = {}
    for segment in past:
        place = segment.network.place
        if place and segment.actor == actor and has_position(segment.network):
            _, days = sites.setdefault(site(segment.network) or "", (place, set()))
            days.add(segment.started_at.date())
    ordered = sorted(sites.values(), key=lambda stay: -len(stay[1]))
    return [(place, sorted(days)) for place, days in ordered[:_SITES]]


def _homes(stays: _Stays, today: date, least: int) -> list[Place]:
    """Return where a device lived on a day, by the days before it."""
    seen = [(place, _remembered(days, today)) for place, days in stays]
    all_days = {day for _, days in seen for day in days}
    enough = max(least, len(all_days) * LEAST_SHARE)
    return [place for place, days in seen if len(days) >= enough]


def _remembered(days: list[date], today: date) -> list[date]:
    return days[bisect_left(days, today - MEMORY) : bisect_left(days, today)]


def _is_near(a: Place, b: Place | None) -> bool:
    if b is None or a.latitude is None or b.latitude is None:
        return False
    if abs(a.latitude - b.latitude) > _FAR_DEGREES:
        return False
    distance = great_circle_km(a, b)
    return distance is not None and distance < NEAR_KM
