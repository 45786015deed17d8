"""The words in which findings give their reason: times in UTC, masked addresses, plain units."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from shared.domain.network import Network, NetworkClass, mask_address
from shared.domain.place import Place
from shared.domain.timeline import Segment

_LISTED = 6
_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


def clock(*instants: datetime) -> list[str]:
    """Return instants as "20:31", or all as "2026-11-20 20:31" if they span several days."""
    utc = [instant.astimezone(UTC) for instant in instants]
    pattern = "%H:%M" if len({instant.date() for instant in utc}) == 1 else "%Y-%m-%d %H:%M"
    return [instant.strftime(pattern) for instant in utc]


def where(segment: Segment, place: str | None = None) -> str:
    """Return "Linköping (89.160.20.x) on Living room", leaving out what is not known.

    Args:
        segment: what is spoken of.
        place: what to call the place; its city, unless given.
    """
    at = spot(segment.network, place)
    return f"{at} on {segment.device_name}" if segment.device_name else at


def who(segment: Segment) -> str:
    """Return "Living room in Linköping (89.160.20.x)": the device first."""
    return f"{segment.device_name or 'an unknown device'} in {spot(segment.network)}"


def spot(network: Network, place: str | None = None) -> str:
    """Return "Linköping (89.160.20.x)": the place, as well as it is known, and the network.

    Args:
        network: what is spoken of.
        place: what to call the place; its city, unless given.
    """
    if network.network_class is NetworkClass.LOCAL:
        return "the local network"
    pinned = network.place or Place()
    # Where a carrier's exit stands says nothing to its subscriber; the carrier's name does.
    own = pinned.organisation or pinned.city if network.is_carrier else pinned.city
    address = mask_address(network.address or network.key)
    return f"{place or own or pinned.organisation or 'an unknown place'} ({address})"


def kilometres(distance_km: float) -> str:
    """Return "1,082 km"."""
    return f"{distance_km:,.0f} km"


def number(value: float) -> str:
    """Return a number with thousands separated, and one decimal where it is not whole."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def span(length: timedelta) -> str:
    """Return "45 s", "27 min", "3 h 5 min" or "2 d 4 h"."""
    if length < _MINUTE:
        return f"{round(length.total_seconds())} s"
    minutes = round(length / _MINUTE)
    if length < _HOUR:
        return f"{minutes} min"
    if length < 2 * _DAY:
        return _two(minutes, 60, "h", "min")
    return _two(round(length / _HOUR), 24, "d", "h")


def listing(items: Sequence[str]) -> str:
    """Return the first six items, and how many there are besides."""
    shown = ", ".join(items[:_LISTED])
    return shown if len(items) <= _LISTED else f"{shown} and {len(items) - _LISTED} more"


def _two(amount: int, base: int, large: str, small: str) -> str:
    whole, rest = divmod(amount, base)
    return f"{whole} {large} {rest} {small}" if rest else f"{whole} {large}"
