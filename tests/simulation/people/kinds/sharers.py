"""Accounts that more than one home uses, or one home more than is allowed."""

from tests.simulation.people.atlas import City, cities_of, kilometres
from tests.simulation.people.life import Life, Network, lan, nightly_line, static_line
from tests.simulation.people.spans import DAYS, HOUR, LEAD


def far(life: Life) -> None:
    """Two homes more than 500 km from each other, each with its own evenings."""
    home = life.city()
    there = life.city()
    while kilometres(home, there) < 500:
        there = life.city()
    _two_homes(life, home, there)


def midway(life: Life) -> None:
    """Two homes 150 to 500 km from each other."""
    home, there = life.city(), life.city()
    while not 150 <= kilometres(home, there) < 500:
        home, there = life.city(), life.city()
    _two_homes(life, home, there)


def same_city(life: Life) -> None:
    """Two homes in one city, at times with one provider: no rule of distance can see that."""
    home = life.city()
    _two_homes(life, home, home)


def abroad(life: Life) -> None:
    """A friend on another continent has the password, and other evenings."""
    home = life.city()
    there = life.city(country=life.random.choice(("US", "AU", "NZ")))
    _two_homes(life, home, there, friend_a_day=0.4)


def rarely(life: Life) -> None:
    """A friend far away uses the account on a few evenings and no more."""
    home, there = life.city(), life.city()
    while kilometres(home, there) < 500:
        there = life.city()
    life.evenings(static_line(life, home), life.household(), 0.55)
    days = sorted(life.random.sample(range(LEAD, DAYS), 4))
    life.evenings(static_line(life, there), life.household()[:2], 1.5, days=days, household=1)


def reseller(life: Life) -> None:
    """Ten to twenty homes in as many cities share what one pays."""
    for household in range(life.random.randrange(10, 21)):
        city = life.city()
        life.evenings(_line(life, city), life.household()[:2], 0.5, household=household, most=None)


def many_streams(life: Life) -> None:
    """One large home that plays more at a time than it may."""
    city = life.city()
    network = lan(life, city) if life.random.random() < 0.2 else static_line(life, city)
    devices = [life.device(f"Player {number}") for number in range(life.random.randrange(6, 10))]
    life.evenings(network, devices, 2.0, most=None)
    for day in sorted(life.random.sample(range(LEAD, DAYS), 12)):
        start = life.moment(day)
        for device in devices[:5]:
            life.watch(device, network, start + life.random.uniform(0, 0.3) * HOUR, HOUR, most=None)


def in_a_denied_country(life: Life) -> None:
    """Live where the operator may not serve."""
    city = life.random.choice([*cities_of("CH"), *cities_of("NO")])
    life.evenings(_line(life, city), life.household(), 0.55)


def visitor_of_a_denied_country(life: Life) -> None:
    """Live elsewhere, and watch there for a few days."""
    home = life.city()
    city = life.random.choice([*cities_of("CH"), *cities_of("NO")])
    devices = life.household()
    first = life.random.randrange(LEAD, DAYS - 10)
    stay = range(first + 1, first + 1 + life.random.randrange(2, 6))
    hotel = static_line(life, city)
    life.evenings(hotel, devices, 1.0, days=stay)
    days = [day for day in range(DAYS) if day < first or day > stay[-1] + 1]
    life.evenings(static_line(life, home), devices, 0.55, days=days)


def dormant(life: Life) -> None:
    """Watch for some weeks and never again."""
    last = LEAD + life.random.randrange(2, 55)
    life.evenings(static_line(life, life.city()), life.household(), 0.55, days=range(last))


def _two_homes(life: Life, home: City, there: City, friend_a_day: float = 0.45) -> None:
    life.evenings(_line(life, home), life.household(), 0.55)
    life.evenings(_line(life, there), life.household(), friend_a_day, household=1)


def _line(life: Life, city: City) -> Network:
    return nightly_line(life, city) if life.random.random() < 0.4 else static_line(life, city)
