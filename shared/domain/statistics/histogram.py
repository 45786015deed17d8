"""Percentiles from a histogram whose bins grow by a constant ratio.

A value is told by the geometric middle of its bin, which is less than 2 % off.
"""

from collections.abc import Iterable, Mapping
from math import ceil, log

BIN_RATIO = 1.04


def bin_of(value: float) -> int:
    """Return the number of the bin that a value above 0 lies in."""
    return int(log(value) // log(BIN_RATIO))


def middle(number: int) -> float:
    """Return the value that stands for a bin."""
    return BIN_RATIO ** (number + 0.5)


def percentiles(counts: Mapping[int, int], wanted: Iterable[int]) -> dict[int, float | None]:
    """Return the least value that so many per cent do not exceed, for each of those wanted.

    Args:
        counts: how many values each bin holds.
        wanted: from 1 to 100.
    """
    total = sum(counts.values())
    return {percent: _percentile(counts, ceil(total * percent / 100)) for percent in wanted}


def _percentile(counts: Mapping[int, int], rank: int) -> float | None:
    seen = 0
    for number in sorted(counts):
        seen += counts[number]
        if seen >= rank > 0:
            return middle(number)
    return None
