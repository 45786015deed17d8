"""People on trains and buses, whose carrier lets them out in another city every few minutes."""

from tests.simulation.people.atlas import CARRIERS, CONVERGED, Provider
from tests.simulation.people.life import Device, Life, Network, mobile, static_line
from tests.simulation.people.spans import DAY, DAYS, HOUR, MINUTE


def commuter(life: Life) -> None:
    """Watch on the way to work and back, while somebody at home may watch too."""
    _commute(life, life.random.choice(CARRIERS))


def converged(life: Life) -> None:
    """Commute with a carrier that no list can tell from a provider of homes."""
    _commute(life, life.random.choice(CONVERGED))


def _commute(life: Life, carrier: Provider) -> None:
    city = life.city(country=carrier.country)
    at_home, away = static_line(life, city), mobile(life, carrier, city)
    devices = life.household()
    phone = life.device("Phone")
    life.evenings(at_home, [*devices, phone], 0.6)
    for day in range(DAYS):
        if day % 7 < 5 and life.random.random() < 0.3:
            for hour in (6.2, 16.1):
                _ride(life, phone, away, day * DAY + hour * HOUR)


def _ride(life: Life, phone: Device, away: Network, start: float) -> None:
    setting_off = start + life.random.uniform(0, 40) * MINUTE
    sitting = life.watch(phone, away, setting_off, 20 * MINUTE, most=2)
    if sitting and life.random.random() < 0.7:
        life.go_on(sitting, away, life.random.uniform(5, 25) * MINUTE)
