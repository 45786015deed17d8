"""The map: how close it is looked at, which part of it, and lines between places on it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

HIGHEST_ZOOM = 20
CELLS_PER_TILE = 4
"""Cells along the side of a tile of 256 pixels: what lies within 64 pixels is one."""

Position = tuple[float, float]
"""Degrees east, degrees north, in the order of GeoJSON (RFC 7946, 3.1.1)."""


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the map, in degrees; ``west`` is greater than ``east`` across the date line."""

    west: float
    south: float
    east: float
    north: float


def cells_across(zoom: int) -> int:
    """Return how many cells of a zoom level, 0 to 20, lie side by side around the earth."""
    return CELLS_PER_TILE << zoom


def line(start: Position, end: Position) -> tuple[tuple[Position, Position], ...]:
    """Return the line between two positions the shorter way round, cut at the date line.

    Source: RFC 7946, 3.1.9.
    """
    (from_east, from_north), (to_east, to_north) = start, end
    if abs(to_east - from_east) <= 180:  # noqa: PLR2004  (half the way round)
        return ((start, end),)
    edge = 180.0 if from_east > 0 else -180.0
    way = to_east + 2 * edge - from_east
    share = (edge - from_east) / way if way else 0.0
    north = from_north + share * (to_north - from_north)
    return ((start, (edge, north)), ((-edge, north), end))


def legs(paths: Iterable[Sequence[Position]]) -> list[tuple[Position, Position]]:
    """Return the ways from each position of a path to the next, each once whichever way it goes."""
    found: dict[frozenset[Position], tuple[Position, Position]] = {}
    for start, end in (leg for path in paths for leg in pairwise(path)):
        if start != end:
            found.setdefault(frozenset((start, end)), (start, end))
    return list(found.values())
