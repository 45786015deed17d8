"""People who are truly far from home, at speeds at which planes and trains travel."""

from dataclasses import dataclass

from tests.simulation.people.atlas import City, kilometres
from tests.simulation.people.life import Device, Life, Network, static_line
from tests.simulation.people.spans import DAY, DAYS, HOUR, MINUTE


@dataclass(frozen=True, slots=True)
class Way:
    """How people travel: kilometres an hour, and hours spent before and after."""

    speed: float
    around: float


PLANE, TRAIN = Way(800, 2.5), Way(200, 0.4)
_FAR = ("US", "AU", "IT", "GB", "PL", "SE", "FR")


def by_plane(life: Life) -> None:
    """Fly somewhere a few times, with all that plays; at times to the other end of the world."""
    home, devices = life.city(), life.household()
    at_home = static_line(life, home)
    for first in _departures(life, 4):
        there = life.city(country=life.random.choice(_FAR), other_than=[home])
        _trip(life, at_home, first, _Trip(home, there, PLANE, devices))
    life.evenings(at_home, devices, 0.6)


def by_train(life: Life) -> None:
    """Be in another city of the country every other week."""
    home, devices = life.city(), life.household()
    at_home = static_line(life, home)
    for first in _departures(life, 8):
        there = life.city(country=home.country, other_than=[home])
        _trip(life, at_home, first, _Trip(home, there, TRAIN, devices))
    life.evenings(at_home, devices, 0.6)


def from_a_family(life: Life) -> None:
    """Travel alone, and watch in the hotel while the others watch at home."""
    home, devices, phone = life.city(), life.household(), life.device("Phone")
    at_home = static_line(life, home)
    for first in _departures(life, 4):
        way = life.random.choice((PLANE, TRAIN))
        _trip(life, at_home, first, _Trip(home, life.city(other_than=[home]), way, [phone]))
    life.evenings(at_home, [*devices, phone], 0.7)


def student(life: Life) -> None:
    """Have a room in one city and come home to another every few weekends."""
    home = life.city()
    room = life.city(country=home.country, other_than=[home])
    carried = [life.device("Laptop"), life.device("Phone")]
    at_home, at_the_room = static_line(life, home), static_line(life, room)
    television = life.device("Television")
    hours = kilometres(home, room) / TRAIN.speed + TRAIN.around
    for friday in range(4, DAYS - 2, 7):
        if life.random.random() < 0.4:
            leaves = friday * DAY + life.random.uniform(12, 18) * HOUR
            returns = (friday + 2) * DAY + life.random.uniform(12, 18) * HOUR
            for device in carried:
                device.away.append((leaves, returns + hours * HOUR))
            _there(life, at_home, [*carried, television], leaves + hours * HOUR, returns)
    life.evenings(at_the_room, carried, 0.65)


@dataclass(frozen=True, slots=True)
class _Trip:
    """From where to where, how, and what is taken along."""

    home: City
    there: City
    way: Way
    devices: list[Device]


def _departures(life: Life, most: int) -> list[int]:
    """Return the days on which some journeys begin, two weeks apart or more."""
    count = life.random.randrange(1, most + 1)
    return [3 + slot * 14 for slot in sorted(life.random.sample(range(8), count))]


def _trip(life: Life, at_home: Network, first: int, trip: _Trip) -> None:
    """Take devices somewhere and back; until they leave they play at home, if it so happens."""
    hours = kilometres(trip.home, trip.there) / trip.way.speed + trip.way.around
    leaves = (first + life.random.random()) * DAY
    arrives = leaves + hours * HOUR
    returns = arrives + life.random.uniform(0.5, 9) * DAY
    for device in trip.devices:
        device.away.append((leaves, returns + hours * HOUR))
    if life.random.random() < 0.5:  # to the last minute
        life.watch(trip.devices[0], at_home, leaves - HOUR, HOUR - MINUTE)
    _there(life, static_line(life, trip.there), trip.devices, arrives, returns)


def _there(
    life: Life, network: Network, devices: list[Device], arrives: float, returns: float
) -> None:
    if life.random.random() < 0.5:  # from the first minute
        device = life.random.choice(devices)
        life.watch(device, network, arrives + MINUTE, HOUR, travelling=True)
    for day in range(int(arrives // DAY), int(returns // DAY) + 1):
        start, length = life.moment(day), life.length()
        if arrives < start and start + length < returns and life.random.random() < 0.6:
            device = life.random.choice(devices)
            life.watch(device, network, start, length, travelling=True)
