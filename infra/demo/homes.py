"""People at home, on networks that mislead: two protocols, a reconnect, a LAN, a proxy, a VPN."""

from infra.demo import networks
from infra.demo.catalogue import (
    CINDER_LINE,
    EVENING_NEWS,
    GLASS_MERIDIAN,
    HARBOUR_LIGHTS,
    LANTERN_KEEPER,
    LITTLE_TUG,
    MATCH_NIGHT,
    MOSS_AND_PEBBLE,
    OFFICE_OF_WEATHER,
    PAPER_ORBIT,
    SEVEN_WINTERS,
    TIDEWRACK,
)
from infra.demo.people import (
    DIRECT_1080P,
    REMUXED_1080P,
    Person,
    laptop,
    phone,
    speaker,
    tablet,
    television,
)
from infra.demo.planning import Viewings, binge, watch


def home_with_both_protocols() -> Viewings:
    """Return two people of one home, whose devices use IPv4 and two IPv6 networks at once."""
    maris, tobin = Person("Maris"), Person("Tobin")
    room = television("dual-tv")
    return (
        *binge(maris, room, TIDEWRACK, networks.MANCHESTER_IPV6, start=-205),
        watch(maris, phone("dual-phone"), EVENING_NEWS, networks.MANCHESTER, start=-90, minutes=25),
        watch(
            maris,
            tablet("dual-tablet"),
            SEVEN_WINTERS,
            networks.MANCHESTER_IPV6_GUEST,
            start=-60,
            minutes=131,
        ),
        *binge(
            tobin, speaker("dual-speaker"), HARBOUR_LIGHTS, networks.MANCHESTER_IPV6, start=-240
        ),
        watch(
            tobin,
            laptop("dual-laptop"),
            OFFICE_OF_WEATHER[0],
            networks.MANCHESTER,
            start=-150,
            minutes=27,
            pauses=((11, 3),),
        ),
        # The laptop changes protocol within the episode.
        watch(
            tobin,
            laptop("dual-laptop"),
            OFFICE_OF_WEATHER[1],
            networks.MANCHESTER,
            start=-118,
            minutes=24,
            moves=((9, networks.MANCHESTER_IPV6_GUEST),),
        ),
    )


def family_with_a_reconnect() -> Viewings:
    """Return three streams at once, as many as are allowed; the home's IPv4 changes meanwhile."""
    family = Person("Jorin")
    room, kids, desk = television("family-tv"), tablet("family-kids"), laptop("family-laptop")
    return (
        *binge(family, kids, MOSS_AND_PEBBLE, networks.BERLIN_IPV6, start=-160),
        watch(
            family,
            room,
            LITTLE_TUG,
            networks.BERLIN,
            start=-150,
            minutes=90,
            pauses=((40, 6),),
            moves=((35, networks.BERLIN_RECONNECTED),),
        ),
        watch(
            family,
            desk,
            CINDER_LINE[0],
            networks.BERLIN,
            start=-140,
            minutes=52,
            moves=((25.2, networks.BERLIN_RECONNECTED),),
        ),
        watch(
            family,
            room,
            LANTERN_KEEPER,
            networks.BERLIN_RECONNECTED,
            start=-50,
            minutes=118,
            stream=DIRECT_1080P,
        ),
    )


def home_beside_the_server() -> Viewings:
    """Return two people on the server's own network, seen as local, as a proxy, or not at all."""
    pella, runa = Person("Pella"), Person("Runa")
    return (
        watch(pella, television("lan-tv"), PAPER_ORBIT, networks.LAN_TV, start=-170, minutes=104),
        watch(
            pella,
            tablet("lan-tablet"),
            MATCH_NIGHT,
            networks.LAN_TABLET,
            start=-40,
            minutes=90,
            stream=REMUXED_1080P,
        ),
        *binge(
            runa,
            television("lan-bedroom", "Bedroom"),
            CINDER_LINE,
            networks.DOCKER_BRIDGE,
            start=-230,
        ),
        watch(
            runa,
            phone("lan-phone"),
            OFFICE_OF_WEATHER[2],
            networks.NOT_AN_ADDRESS,
            start=-200,
            minutes=24,
        ),
        # Out in the town at the same time as somebody at home.
        watch(
            runa,
            phone("lan-phone"),
            OFFICE_OF_WEATHER[3],
            networks.LEEDS,
            start=-110,
            minutes=24,
        ),
    )


def player_that_adds_its_port() -> Viewings:
    """Return a home whose player writes a new port beside its address each time."""
    brisa, room = Person("Brisa"), television("port-tv", "Loft")
    return (
        watch(
            brisa,
            room,
            EVENING_NEWS,
            networks.with_port(networks.LEEDS, 51413),
            start=-210,
            minutes=30,
            stream=REMUXED_1080P,
        ),
        watch(
            brisa,
            room,
            LANTERN_KEEPER,
            networks.with_port(networks.LEEDS, 49822),
            start=-175,
            minutes=125,
            pauses=((60, 7),),
        ),
    )


def user_of_a_vpn() -> Viewings:
    """Return someone in Hamburg whose laptop comes in from a data centre in Amsterdam."""
    vesper, room, desk = Person("Vesper"), television("vpn-tv"), laptop("vpn-laptop")
    return (
        watch(vesper, room, MATCH_NIGHT, networks.HAMBURG, start=-270, minutes=75),
        watch(
            vesper,
            desk,
            GLASS_MERIDIAN,
            networks.VPN_AMSTERDAM,
            start=-150,
            minutes=100,
            moves=((55, networks.HAMBURG),),
            pauses=((70, 4),),
        ),
        watch(vesper, room, GLASS_MERIDIAN, networks.HAMBURG, start=-35, minutes=30, resumed_at=96),
    )
