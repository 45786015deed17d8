"""Who lives where: a device that is far from where it lives has travelled.

Two places at once, or one after the other too fast, mean two households only if neither side is
of the other's. A phone in a hotel while the television plays at home, a home whose IPv6 is placed
in another city than its IPv4, a VPN that no list has: in each, the device on one side is one that
was on the other side day after day. A friend's is not.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache
from itertools import product

from shared.domain.finding import Finding
from shared.domain.place import Place, great_circle_km, has_position, site
from shared.domain.timeline import Segment

MEMORY = timedelta(days=90)
"""How long a device that is away goes on living where it was."""

NEAR_KM = 100.0
"""A home is placed a little differently from night to night; farther than this is elsewhere."""

LEAST_SHARE = 1 / 20
"""A device lives where it is on at least this share of its days: databases err more rarely."""

_SITES = 50
"""Sites remembered of one device, those of most days."""


def without_travellers(
    findings: Iterable[Finding], past: Iterable[Segment], *, resident_days: int
) -> list[Finding]:
    """Return the findings of which neither side is a device that lives where the other side is.

    Args:
        findings: of two sides each: the first segment is of one, the last of the other.
        past: what the person did, back to ``MEMORY`` before the findings; later segments, too.
        resident_days: on so many days within ``MEMORY`` a device must have been somewhere, the
            day of the finding aside, to live there.
    """
    found = list(findings)
    if not found:
        return found
    known = {side.actor for finding in found for side in _sides(finding) if side.knows_device}
    stays = _stays(past, known)

    @cache
    def homes(actor: str, day: date) -> list[Place]:
        return _homes(stays.get(actor, []), day, resident_days)

    @cache
    def lives_near(actor: str, place: Place | None, day: date) -> bool:
        return any(_is_near(home, place) for home in homes(actor, day))

    @cache
    def live_together(one: str, other: str, day: date) -> bool:
        return any(_is_near(a, b) for a, b in product(homes(one, day), homes(other, day)))

    def is_one_household(there: Segment, here: Segment, day: date) -> bool:
        return (
            lives_near(here.actor, there.network.place, day)
            or lives_near(there.actor, here.network.place, day)
            or live_together(there.actor, here.actor, day)
        )

    return [
        finding
        for finding in found
        for there, here in [_sides(finding)]
        if there.actor == here.actor or not is_one_household(there, here, finding.at.date())
    ]


def _sides(finding: Finding) -> tuple[Segment, Segment]:
    """Return the two sides; what is about one device alone has the same on both."""
    return finding.segments[0], finding.segments[-1]


_Stays = list[tuple[Place, list[date]]]
"""Places, and on which days a device was there, in order."""


def _stays(past: Iterable[Segment], devices: Iterable[str]) -> Mapping[str, _Stays]:
    """Return where each of some devices was, and when."""
    stays: dict[str, dict[str, tuple[Place, set[date]]]] = {name: {} for name in devices}
    for segment in past:
        place = segment.network.place
        if place and segment.actor in stays and has_position(segment.network):
            name = site(segment.network) or ""
            _, days = stays[segment.actor].setdefault(name, (place, set()))
            days.add(segment.started_at.date())
    return {
        actor: [
            (place, sorted(days))
            for place, days in sorted(sites.values(), key=lambda stay: -len(stay[1]))[:_SITES]
        ]
        for actor, sites in stays.items()
    }


def _homes(stays: _Stays, today: date, least: int) -> list[Place]:
    """Return where a device lived on a day, by the days before it."""
    seen = [(place, _remembered(days, today)) for place, days in stays]
    all_days = {day for _, days in seen for day in days}
    enough = max(least, len(all_days) * LEAST_SHARE)
    return [place for place, days in seen if len(days) >= enough]


def _remembered(days: list[date], today: date) -> list[date]:
    return days[bisect_left(days, today - MEMORY) : bisect_left(days, today)]


def _is_near(a: Place, b: Place | None) -> bool:
    distance = great_circle_km(a, b) if b else None
    return distance is not None and distance < NEAR_KM
