"""Sources whose addresses mean nothing: all that they send comes from one private or proxy address.

That is a reverse proxy that does not pass on the player's address, or a container's bridge. It puts
everybody in one place, so that nothing can be said of anybody.
"""

from dataclasses import dataclass
from datetime import timedelta

from shared.domain.network import Network, NetworkClass

SPAN = timedelta(days=7)
"""How far back a source is looked at: what was mended a week ago is forgotten."""

MIN_SESSIONS = 20
MIN_USERS = 3
MIN_DEVICES = 3


@dataclass(frozen=True, slots=True)
class SourceTraffic:
    """What a source sent within the span, all of it from a single address.

    Attributes:
        sessions: those with an address.
        devices: different ones, of those that are known.
        network: that of the address.
    """

    source: str
    sessions: int
    users: int
    devices: int
    network: Network


def is_misconfigured(traffic: SourceTraffic) -> bool:
    """Say whether the one address is plainly not that of who plays: a private or a proxy's.

    A family's only television has one address too, whoever of them is on. So several users and
    several devices are asked for: at home each device has an address of its own. A public address
    that hides nobody may be the home of all who watch.
    """
    return (
        traffic.sessions >= MIN_SESSIONS
        and traffic.users >= MIN_USERS
        and traffic.devices >= MIN_DEVICES
        and _hides_its_users(traffic.network)
    )


def _hides_its_users(network: Network) -> bool:
    private = network.network_class in (NetworkClass.LOCAL, NetworkClass.OVERLAY)
    return private or network.is_anonymous
