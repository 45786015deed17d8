"""Homes where everybody keeps to what is allowed."""

from tests.simulation.people.life import (
    STREAMS,
    Life,
    delegated_line,
    lan,
    nightly_line,
    static_line,
)
from tests.simulation.people.spans import DAYS, LEAD, MINUTE


def home(life: Life) -> None:
    """Live behind one address that never changes."""
    life.evenings(static_line(life, life.city()), life.household(), 0.6)


def dual_stack(life: Life) -> None:
    """Live behind IPv4 and IPv6, both new every night."""
    life.evenings(nightly_line(life, life.city()), life.household(), 0.65)


def delegated(life: Life) -> None:
    """Live behind a delegated /56, with a /64 for each room."""
    life.evenings(delegated_line(life, life.city()), life.household(), 0.6)


def on_the_lan(life: Life) -> None:
    """Live where the server stands; a phone goes along to friends in the same city."""
    city = life.city()
    life.evenings(lan(life, city), life.household(), 0.7)
    phone = life.device("Phone")
    life.evenings(static_line(life, city), [phone], 0.1)


def family(life: Life) -> None:
    """Have six devices and use them, three at a time, handing one stream over to another."""
    network = nightly_line(life, life.city()) if life.random.random() < 0.5 else None
    network = network or static_line(life, life.city())
    names = ("Television", "Kids' tablet", "Phone", "Laptop", "Console", "Bedroom television")
    devices = [life.device(name) for name in names]
    life.evenings(network, devices, 1.6)
    for sitting in list(life.sittings):
        if life.random.random() < 0.1:
            taken_over = sitting.end + life.random.uniform(6, 30)
            device = life.random.choice(devices)
            life.watch(device, network, taken_over, 30 * MINUTE, most=STREAMS)


def new_devices(life: Life) -> None:
    """Get up to five new devices on one day, and try each of them."""
    network = static_line(life, life.city())
    old = life.household()
    life.evenings(network, old, 0.5)
    day = life.random.randrange(LEAD, DAYS - 5)
    presents = ("New television", "New phone", "New tablet", "New console", "New laptop")
    fresh = [life.device(name) for name in presents[: life.random.choice((1, 1, 2, 3, 5))]]
    for device in fresh:
        life.watch(device, network, life.moment(day), 15 * MINUTE)
    life.evenings(network, fresh, 0.4, days=range(day + 1, DAYS))


def seasonal(life: Life) -> None:
    """Watch in some weeks and not at all in others."""
    network = static_line(life, life.city())
    gone = LEAD + life.random.randrange(5, 40)
    back = gone + life.random.randrange(15, 75)
    days = [day for day in range(DAYS) if not gone <= day < back]
    life.evenings(network, life.household(), 0.6, days=days)
