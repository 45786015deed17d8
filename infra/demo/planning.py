"""Planning sessions: all times are minutes, relative to the evening's end (see ``Viewing``)."""

from collections.abc import Iterable
from datetime import timedelta

from infra.demo.catalogue import Item
from infra.demo.people import Device, Person, Stream
from infra.demo.viewing import Move, Pause, Viewing

_AUTOPLAY_OVERLAP = 1 / 60

Viewings = tuple[Viewing, ...]


def watch(
    person: Person,
    device: Device,
    item: Item,
    address: str,
    *,
    start: float,
    minutes: float,
    moves: Iterable[tuple[float, str]] = (),
    pauses: Iterable[tuple[float, float]] = (),
    stream: Stream | None = None,
    resumed_at: float = 0,
) -> Viewing:
    """Return a session."""
    return Viewing(
        person=person,
        device=device,
        item=item,
        start=_minutes(start),
        length=_minutes(minutes),
        address=address,
        moves=tuple(Move(_minutes(after), there) for after, there in moves),
        pauses=tuple(Pause(_minutes(after), _minutes(length)) for after, length in pauses),
        stream=stream or device.stream,
        resumed_at=_minutes(resumed_at),
    )


def binge(
    person: Person, device: Device, items: Iterable[Item], address: str, *, start: float
) -> Viewings:
    """Return items one after the other; autoplay starts each a second before the last has ended."""
    viewings: list[Viewing] = []
    for item in items:
        minutes = (item.length or timedelta()) / timedelta(minutes=1)
        viewings.append(watch(person, device, item, address, start=start, minutes=minutes))
        start += minutes - _AUTOPLAY_OVERLAP
    return tuple(viewings)


def _minutes(count: float) -> timedelta:
    return timedelta(seconds=round(count * 60))
