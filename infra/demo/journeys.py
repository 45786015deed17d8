"""People on their way, whose networks are far apart though they share nothing."""

from infra.demo import networks
from infra.demo.catalogue import (
    CINDER_LINE,
    EVENING_NEWS,
    OFFICE_OF_WEATHER,
    SEVEN_WINTERS,
    TIDEWRACK,
)
from infra.demo.people import TRANSCODED_720P, Person, laptop, phone, tablet, television
from infra.demo.planning import Viewings, watch


def commuter_with_two_devices() -> Viewings:
    """Return a train ride on a carrier whose exit is now here, now 500 km away."""
    sivan = Person("Sivan")
    mobile, pad = phone("train-phone"), tablet("train-tablet")
    return (
        watch(
            sivan,
            mobile,
            CINDER_LINE[0],
            networks.CARRIER_STOCKHOLM,
            start=-235,
            minutes=40,
            moves=((18, networks.CARRIER_MALMO),),
        ),
        # Three quarters of an hour lie between the exits: possible even for those who do not
        # know that it is a carrier's network.
        watch(
            sivan,
            pad,
            CINDER_LINE[0],
            networks.CARRIER_STOCKHOLM,
            start=-150,
            minutes=12,
            resumed_at=40,
        ),
        watch(sivan, pad, CINDER_LINE[1], networks.CARRIER_STOCKHOLM, start=-136, minutes=52),
        watch(sivan, mobile, EVENING_NEWS, networks.CARRIER_MALMO, start=-30, minutes=60),
    )


def commuter_with_one_device() -> Viewings:
    """Return a ride on which one telephone is in two cities within the same minute."""
    ligeia, mobile = Person("Ligeia"), phone("tram-phone")
    return (
        watch(
            ligeia,
            mobile,
            TIDEWRACK[1],
            networks.CARRIER_MILAN,
            start=-180,
            minutes=46,
            moves=((12, networks.CARRIER_PALERMO), (31, networks.CARRIER_MILAN)),
        ),
        watch(ligeia, mobile, TIDEWRACK[2], networks.CARRIER_PALERMO, start=-133, minutes=46),
    )


def traveller_by_plane() -> Viewings:
    """Return half a film in Madrid, a flight, and the rest of it in Paris three hours later."""
    calla = Person("Calla")
    return (
        watch(
            calla,
            tablet("plane-tablet"),
            SEVEN_WINTERS,
            networks.MADRID,
            start=-285,
            minutes=60,
        ),
        watch(
            calla,
            phone("plane-phone"),
            SEVEN_WINTERS,
            networks.PARIS,
            start=-45,
            minutes=72,
            resumed_at=60,
        ),
    )


def traveller_by_train() -> Viewings:
    """Return an episode at home in Munich and the next one in Berlin, four hours by train."""
    edrin = Person("Edrin")
    return (
        watch(
            edrin,
            television("rail-tv"),
            OFFICE_OF_WEATHER[0],
            networks.MUNICH_IPV6,
            start=-292,
            minutes=24,
        ),
        watch(
            edrin,
            laptop("rail-laptop"),
            OFFICE_OF_WEATHER[1],
            networks.BERLIN_HOTEL,
            start=-20,
            minutes=24,
            stream=TRANSCODED_720P,
        ),
    )
