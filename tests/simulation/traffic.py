"""A week of what people do, as their players tell it: the same for the same seed."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from tests.simulation.playing import Device, Sitting, Told

ZONE = ZoneInfo("Europe/Berlin")
# Its last night is the one in which clocks go forward.
MONDAY = datetime(2026, 3, 23, tzinfo=ZONE)
WEEK = timedelta(days=7)
# How likely a sitting begins in each hour of the day.
_HOURS = (2, 1, 1, 0, 0, 0, 1, 2, 2, 2, 2, 3, 4, 3, 3, 4, 5, 7, 10, 14, 16, 14, 9, 4)
_BREAK = timedelta(minutes=20)
SEED = 20261120


@dataclass(frozen=True, slots=True)
class Traffic:
    """Who plays, how much, and when: ``hours`` says how likely a sitting begins in each."""

    users: int
    seed: int = SEED
    sittings_a_day: float = 0.3
    hours: tuple[int, ...] = _HOURS

    def events(self) -> Iterator[Told]:
        """Yield everybody's events in the order of their times."""
        devices = (device for user in range(self.users) for device in self._devices(user))
        streams = (self._device_week(device) for device in devices)
        return heapq.merge(*streams, key=lambda told: told.at)

    def _devices(self, user: int) -> Iterator[Device]:
        random = Random(f"{self.seed}:{user}")
        for number in range(random.choice((1, 1, 2))):
            yield Device(
                name=f"device-{user}-{number}",
                source=f"server-{user % 5}",
                person=str(user),
                addresses=(_address(81, user), _address(89, user)),
                by_id=random.random() < 0.4,
                counts=random.random() < 0.5,
                keeps_key=random.random() < 0.5,
                dates_start=random.random() < 0.6,
            )

    def _device_week(self, device: Device) -> Iterator[Told]:
        """Yield what a device tells in a week, one sitting after the other."""
        random = Random(f"{self.seed}:{device.name}")
        free_from = MONDAY
        for number, begins_at in enumerate(self._beginnings(random)):
            sitting = Sitting(device, random, max(begins_at, free_from), number)
            yield from sitting.events()
            free_from = sitting.at + _BREAK

    def _beginnings(self, random: Random) -> list[datetime]:
        wanted = self.sittings_a_day * WEEK.days
        count = sum(random.random() < wanted / 20 for _ in range(20))
        return sorted(self._moment(random) for _ in range(count))

    def _moment(self, random: Random) -> datetime:
        day = MONDAY + timedelta(days=random.randrange(WEEK.days))
        [hour] = random.choices(range(24), self.hours)
        local = day.replace(hour=hour) + timedelta(milliseconds=random.randrange(3_600_000))
        return local.astimezone(UTC)


def _address(network: int, user: int) -> str:
    return f"{network}.{user >> 16 & 255}.{user >> 8 & 255}.{user & 255}"
