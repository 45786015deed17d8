"""The one who shares an account, between two cities."""

from infra.demo import networks
from infra.demo.catalogue import GLASS_MERIDIAN, PAPER_ORBIT, TIDEWRACK
from infra.demo.people import Person, phone, television
from infra.demo.planning import Viewings, watch
from infra.demo.viewing import Viewing

SHARER = Person("Kestrel")


def sharer() -> Viewings:
    """Return Kestrel's evening in London; six minutes after it, a friend starts in Berlin."""
    room = television("sharer-tv")
    return (
        watch(SHARER, room, GLASS_MERIDIAN, networks.LONDON, start=-190, minutes=126),
        watch(
            SHARER, room, TIDEWRACK[0], networks.LONDON, start=-54, minutes=48, pauses=((20, 2),)
        ),
    )


def friend() -> Viewing:
    """Return what the friend starts in Berlin."""
    return watch(
        SHARER, phone("sharer-friend"), PAPER_ORBIT, networks.BERLIN_OTHER, start=0, minutes=104
    )
