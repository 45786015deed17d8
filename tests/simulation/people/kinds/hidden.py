"""People whose address says nothing of where they are."""

from tests.simulation.people.atlas import (
    NAMED,
    UNLISTED_VPNS,
    VPNS,
    Provider,
    kilometres,
)
from tests.simulation.people.life import Life, static_line, vpn
from tests.simulation.people.spans import HOUR


def vpn_user(life: Life) -> None:
    """Use a VPN on some devices and on some days."""
    _behind(life, life.random.choice(VPNS))


def unlisted_vpn_user(life: Life) -> None:
    """Use a VPN whose exits stand in the lines of homes, so that no list has them."""
    _behind(life, life.random.choice(UNLISTED_VPNS))


def sharers_behind_a_vpn(life: Life) -> None:
    """Share with another home, both behind a VPN: no rule can see that."""
    service = life.random.choice(VPNS)
    for household in range(2):
        city = life.city()
        exits = [NAMED[name] for name in service.exits if NAMED[name].country not in ("CH", "NO")]
        network = vpn(life, service, city, exits)
        life.evenings(network, life.household()[:1], 0.5, household=household)


def _behind(life: Life, service: Provider) -> None:
    city = life.city()
    exits = [NAMED[name] for name in service.exits if NAMED[name].country not in ("CH", "NO")]
    exits.sort(key=lambda exit_: kilometres(city, exit_))
    at_home, hidden = static_line(life, city), vpn(life, service, city, exits[:3])
    devices = life.household()
    careful = [life.device("Phone"), life.device("Laptop")]
    life.evenings(at_home, [*devices, *careful], 0.5)
    life.evenings(hidden, careful, 0.25)
    for sitting in list(life.sittings):  # somebody switches it on in mid-stream
        if sitting.device in careful and life.random.random() < 0.05:
            life.go_on(sitting, hidden, 0.5 * HOUR)
