"""Who lives in the simulation, and how many of each kind."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.simulation.people.kinds import commuters, hidden, households, sharers, travellers
from tests.simulation.people.life import Life


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of person: of 1,000 people, how many are of it, and how they live."""

    name: str
    in_a_thousand: int
    live: Callable[[Life], None]
    shares: bool = False


KINDS = (
    Kind("household", 206, households.home),
    Kind("dual-stack home", 130, households.dual_stack),
    Kind("delegated prefix", 50, households.delegated),
    Kind("on the LAN", 60, households.on_the_lan),
    Kind("large family", 80, households.family),
    Kind("new devices", 40, households.new_devices),
    Kind("seasonal", 40, households.seasonal),
    Kind("commuter", 60, commuters.commuter),
    Kind("commuter, converged carrier", 30, commuters.converged),
    Kind("traveller by plane", 40, travellers.by_plane),
    Kind("traveller by train", 30, travellers.by_train),
    Kind("traveller from a family", 20, travellers.from_a_family),
    Kind("student, two homes", 40, travellers.student),
    Kind("VPN user", 47, hidden.vpn_user),
    Kind("unlisted VPN user", 3, hidden.unlisted_vpn_user),
    Kind("visitor of a denied country", 6, sharers.visitor_of_a_denied_country),
    Kind("in a denied country", 8, sharers.in_a_denied_country),
    Kind("dormant", 10, sharers.dormant),
    Kind("too many streams", 8, sharers.many_streams),
    Kind("shares, far", 28, sharers.far, shares=True),
    Kind("shares, midway", 16, sharers.midway, shares=True),
    Kind("shares, same city", 16, sharers.same_city, shares=True),
    Kind("shares, abroad", 12, sharers.abroad, shares=True),
    Kind("shares, rarely", 8, sharers.rarely, shares=True),
    Kind("shares, behind a VPN", 8, hidden.sharers_behind_a_vpn, shares=True),
    Kind("reseller", 4, sharers.reseller, shares=True),
)


@dataclass(frozen=True, slots=True)
class Individual:
    """One account and what was done with it."""

    kind: Kind
    life: Life


def individual(seed: int, number: int) -> Individual:
    """Return the person of this number: the same for the same seed."""
    weights = [kind.in_a_thousand for kind in KINDS]
    [kind] = Random(f"{seed}:{number}").choices(KINDS, weights)
    life = Life(seed, number, kind.name)
    kind.live(life)
    life.sittings.sort(key=lambda sitting: sitting.start)
    return Individual(kind, life)
