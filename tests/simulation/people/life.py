"""What people truly do: who watched what, on which device, where, and through which line.

Times are seconds since the first day began, in UTC, by a clock that is always right.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from random import Random

from tests.simulation.people.addresses import ipv4, ipv6
from tests.simulation.people.atlas import (
    HOME_COUNTRIES,
    City,
    Provider,
    cities_of,
    lines_of,
)
from tests.simulation.people.spans import DAY, DAYS, HOUR, MINUTE

STREAMS = 3
"""As many as the simulated operator allows at a time."""

_EVENING = (1, 1, 0, 0, 0, 0, 1, 2, 2, 3, 3, 3, 4, 4, 4, 4, 6, 9, 13, 16, 17, 14, 8, 3)
_NIGHTLY = 3.5 * HOUR  # when providers hand out new addresses


@dataclass(slots=True, eq=False)
class Device:
    """A player: whether it says which it is, and the spans in which its owner has it elsewhere."""

    name: str
    id: str | None
    server: int = 0
    ipv6: bool = False
    away: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    busy: dict[int, list[tuple[float, float]]] = field(
        default_factory=dict[int, list[tuple[float, float]]]
    )

    def is_free(self, start: float, end: float) -> bool:
        """Say whether nothing else plays on it then."""
        days = range(int(start // DAY) - 1, int(end // DAY) + 1)
        return not any(
            start < until and since < end for day in days for since, until in self.busy.get(day, ())
        )

    def is_here(self, start: float, end: float) -> bool:
        """Say whether it is where it belongs."""
        return not any(start < until and since < end for since, until in self.away)


@dataclass(frozen=True, slots=True)
class Access:
    """How a device reached the server.

    Attributes:
        address: as the server saw it.
        city: where the person truly was.
        line: the provider and city of the fixed line that was used; None for mobile, VPN, LAN.
        exit: where the traffic came out, in truth; None on the LAN.
    """

    address: str
    city: City
    line: tuple[int, City] | None
    exit: City | None

    @property
    def provider(self) -> int | None:
        """The system that connects the line."""
        return self.line[0] if self.line else None


@dataclass(slots=True)
class Sitting:
    """Somebody watched for a while; ``household`` says whose people they are.

    A sitting that ``continues`` is the one before on its device, on another network.
    """

    start: float
    end: float
    device: Device
    access: Access
    household: int = 0
    pauses: tuple[tuple[float, float], ...] = ()
    continues: bool = False


Network = Callable[[Device, float], Access]
"""A network that devices are on: from device and time to what the server sees."""


class Life:
    """One account's 120 days, written down as its people live them."""

    def __init__(self, seed: int, number: int, kind: str) -> None:
        self.random = Random(f"{seed}:{kind}:{number}")
        self.number = number
        self.kind = kind
        self.sittings: list[Sitting] = []
        self.by_day: dict[int, list[Sitting]] = {}
        self.devices = 0

    def device(self, name: str, *, knows: float = 0.99) -> Device:
        """Return another device; some apps do not say which they are, and some speak IPv6."""
        self.devices += 1
        known = self.random.random() < knows
        return Device(
            name,
            f"{self.number}-{self.devices}" if known else None,
            server=0 if self.random.random() < 0.9 else 1,
            ipv6=self.random.random() < 0.5,
        )

    def household(self) -> list[Device]:
        """Return what stands and lies around in a home: the television first."""
        names = ("Television", "Phone", "Tablet", "Laptop")
        return [self.device(name) for name in names[: self.random.choice((1, 2, 2, 3, 3, 4))]]

    def city(self, *, other_than: Iterable[City] = (), country: str | None = None) -> City:
        """Return a city to live in."""
        chosen = country or self.random.choice(HOME_COUNTRIES)
        barred = frozenset(other_than)
        free = [city for city in cities_of(chosen) if city not in barred]
        return self.random.choice(free) if free else self.city(other_than=barred)

    def provider(self, city: City) -> Provider:
        """Return who connects a home there."""
        return self.random.choice(lines_of(city.country))

    def evenings(
        self,
        network: Network,
        devices: Sequence[Device],
        a_day: float,
        *,
        days: Iterable[int] = range(DAYS),
        household: int = 0,
        most: int | None = STREAMS,
    ) -> None:
        """Watch as people do at home: mostly in the evening, mostly on the first device.

        Args:
            network: where they are.
            devices: what they have; the further behind, the less it is used.
            a_day: sittings on an average day.
            days: on which they are there.
            household: whose people they are.
            most: streams that this account plays at a time; None is as many as it comes.
        """
        weights = [1 / (place + 1) for place in range(len(devices))]
        for day in days:
            for _ in range(_count(self.random, a_day)):
                [device] = self.random.choices(devices, weights)
                self.watch(
                    device, network, self.moment(day), self.length(), household=household, most=most
                )

    def moment(self, day: int) -> float:
        """Return a moment of a day at which people sit down."""
        [hour] = self.random.choices(range(24), _EVENING)
        return day * DAY + (hour - 2 + self.random.random()) * HOUR

    def length(self) -> float:
        """Return for how long people watch: an episode to a long film or a few of them."""
        return min(5 * HOUR, max(4 * MINUTE, self.random.lognormvariate(4.1, 0.7) * MINUTE))

    def watch(
        self,
        device: Device,
        network: Network,
        start: float,
        length: float,
        *,
        household: int = 0,
        most: int | None = STREAMS,
        travelling: bool = False,
    ) -> Sitting | None:
        """Write down a sitting, unless it cannot be.

        A device plays one thing at a time and where it is; people keep to ``most`` streams.
        """
        end = start + length
        if start < 0 or end > DAYS * DAY or not device.is_free(start - 5, end + 5):
            return None
        if not travelling and not device.is_here(start, end):
            return None
        if most is not None and self._others(device, start, end) >= most:
            return None
        sitting = Sitting(
            start, end, device, network(device, start), household, self._pauses(start, end)
        )
        self._write(sitting)
        return sitting

    def go_on(self, sitting: Sitting, network: Network, length: float) -> None:
        """Write down that a sitting went on over another network without a break, if it can be."""
        start, end = sitting.end, sitting.end + length
        if end <= DAYS * DAY and sitting.device.is_free(start + 1, end + 5):
            access = network(sitting.device, start)
            self._write(
                Sitting(start, end, sitting.device, access, sitting.household, continues=True)
            )

    def _write(self, sitting: Sitting) -> None:
        self.sittings.append(sitting)
        day = int(sitting.start // DAY)
        self.by_day.setdefault(day, []).append(sitting)
        sitting.device.busy.setdefault(day, []).append((sitting.start, sitting.end))

    def _others(self, device: Device, start: float, end: float) -> int:
        """Count the other devices that play at some time of the span."""
        days = (int(start // DAY) - 1, int(start // DAY), int(end // DAY))
        return len(
            {
                id(other.device)
                for day in set(days)
                for other in self.by_day.get(day, ())
                if other.device is not device and other.start < end and start < other.end
            }
        )

    def _pauses(self, start: float, end: float) -> tuple[tuple[float, float], ...]:
        if self.random.random() > 0.2:
            return ()
        at = self.random.uniform(start, end)
        until = min(end, at + self.random.expovariate(1 / (6 * MINUTE)))
        return ((at, until),) if until > at else ()


def _count(random: Random, average: float) -> int:
    """Return how often something happens on a day, 0 to twice the average and a bit."""
    tries = 4
    return sum(random.random() < average / tries for _ in range(tries))


# --- networks -----------------------------------------------------------------------------------


def static_line(life: Life, city: City, provider: Provider | None = None) -> Network:
    """Return a line with one address for everything, for good."""
    holder = provider or life.provider(city)
    line = (holder.asn, city)
    access = Access(ipv4(holder, city, *_v4(life.random)), city, line, city)
    return lambda _device, _at: access


def nightly_line(life: Life, city: City, provider: Provider | None = None) -> Network:
    """Return a dual-stack line: a new IPv4 address and a new IPv6 prefix every night."""
    holder = provider or life.provider(city)
    line, salt = (holder.asn, city), life.random.random()
    known: dict[tuple[int, str], Access] = {}

    def network(device: Device, at: float) -> Access:
        night = int((at - _NIGHTLY) // DAY)
        key = (night, device.name if device.ipv6 else "")
        if key not in known:
            dated = f"{salt}:{night}"
            text = ipv4(holder, city, *_v4(Random(dated)))
            if device.ipv6:
                text = _v6(device, holder, city, 0, dated)
            known[key] = Access(text, city, line, city)
        return known[key]

    return network


def delegated_line(life: Life, city: City) -> Network:
    """Return a line with a delegated /56: a /64 for each room's access point, a prefix a month."""
    holder = life.provider(city)
    line, salt = (holder.asn, city), life.random.random()
    known: dict[tuple[int, str], Access] = {}

    def network(device: Device, at: float) -> Access:
        key = (int(at // (30 * DAY)), device.name)
        if key not in known:
            text = _v6(device, holder, city, 1 + len(device.name), f"{salt}:{key[0]}")
            known[key] = Access(text, city, line, city)
        return known[key]

    return network


def lan(life: Life, city: City) -> Network:
    """Return the network in which the server itself stands."""
    host = life.random.randrange(10, 200)
    return lambda device, _at: Access(f"192.168.1.{host + len(device.name)}", city, None, None)


def mobile(life: Life, carrier: Provider, city: City) -> Network:
    """Return a carrier's network: another exit, often in another city, whenever it pleases."""
    salt = life.random.random()
    exits = [place for place in cities_of(carrier.country) if place.name in carrier.exits]

    def network(_device: Device, at: float) -> Access:
        random = Random(f"{salt}:{int(at // (20 * MINUTE))}")
        exit_ = random.choice(exits)
        return Access(ipv4(carrier, exit_, *_v4(random)), city, None, exit_)

    return network


def vpn(life: Life, service: Provider, city: City, exits: Sequence[City]) -> Network:
    """Return a VPN: somebody else's address each day, at one of some exits."""
    salt = life.random.random()

    def network(_device: Device, at: float) -> Access:
        random = Random(f"{salt}:{int(at // DAY)}")
        exit_ = random.choice(exits)
        return Access(ipv4(service, exit_, *_v4(random)), city, None, exit_)

    return network


def _v4(random: Random) -> tuple[int, int]:
    return random.randrange(256), random.randrange(1, 255)


def _v6(device: Device, holder: Provider, city: City, subnet: int, salt: str) -> str:
    """Return an address of a device in its home's prefix; its last part is the device's own."""
    home = Random(salt)
    prefix, network = home.randrange(1 << 16), (home.randrange(256) << 8) + subnet
    host = Random(f"{salt}:{device.name}").randrange(1, 1 << 16)
    return ipv6(holder, city, prefix, network, host)
