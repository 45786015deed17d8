"""How events travel: in order and once, or late, out of order and repeatedly."""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from shared.domain.record import REORDER_WINDOW
from tests.simulation.playing import Told
from tests.simulation.traffic import MONDAY

# Events that arrive within this time are recorded together, at its end.
SPAN = timedelta(seconds=90)
LARGEST_LOT = 1_000
LATEST = REORDER_WINDOW - SPAN

# An event, and when it arrives.
Delivery = tuple[datetime, Told]


@dataclass(frozen=True, slots=True)
class Lot:
    """Events that are recorded in one transaction."""

    now: datetime
    events: list[Told]


def in_order(events: Iterable[Told]) -> Iterator[Delivery]:
    """Deliver every event once, when it happens."""
    return ((told.at, told) for told in events)


def in_disorder(events: Iterable[Told], seed: int) -> Iterator[Delivery]:
    """Deliver every event late, some of them more than once, but all within the window."""
    random = Random(seed)
    under_way: list[tuple[datetime, int, Told]] = []
    for number, told in enumerate(events):
        while under_way and under_way[0][0] <= told.at:
            arrives, _, first = heapq.heappop(under_way)
            yield arrives, first
        for copy in range(_copies(random)):
            heapq.heappush(under_way, (told.at + _delay(random), 4 * number + copy, told))
    while under_way:
        arrives, _, first = heapq.heappop(under_way)
        yield arrives, first


def _copies(random: Random) -> int:
    return random.choices((1, 2, 3), (95, 4, 1))[0]


def _delay(random: Random) -> timedelta:
    """Return mostly little; at times all that the window allows."""
    longest = LATEST if random.random() < 0.3 else timedelta(seconds=5)
    return random.random() * longest


def in_lots(deliveries: Iterable[Delivery]) -> Iterator[Lot]:
    """Yield the deliveries together that are recorded together."""
    lot: list[Told] = []
    first = last = MONDAY
    for arrives, told in deliveries:
        if lot and (arrives - first > SPAN or len(lot) == LARGEST_LOT):
            yield Lot(last, lot)
            lot = []
        first, last = first if lot else arrives, arrives
        lot.append(told)
    if lot:
        yield Lot(last, lot)
