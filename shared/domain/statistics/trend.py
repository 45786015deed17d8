"""What is on the rise: played more than its own past and its library's lead one to expect."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

PAST_WINDOWS = 4
"""How many windows before this one are an item's past."""


@dataclass(frozen=True, slots=True)
class Recent:
    """How often a title was played: in the window, and in the windows before it together."""

    key: str
    library_id: str | None
    plays: int
    past_plays: int


def surprises(items: Sequence[Recent]) -> list[float]:
    """Return by how much each title's plays exceed what was to be expected, in their order.

    That is what ``list_rising`` works out in SQL, to the last bit.

    1. A library has grown by its plays in the window, to its plays per window before.
    2. An item is expected to have grown with its library.
    3. Plays vary by about the root of their expected number (Poisson); one is added, so that a
       new item, of which nothing is expected, is ranked by its plays.
    """
    now: Counter[str | None] = Counter()
    before: Counter[str | None] = Counter()
    for item in items:
        now[item.library_id] += item.plays
        before[item.library_id] += item.past_plays
    growth = {
        library: now[library] * PAST_WINDOWS / before[library] if before[library] else 1.0
        for library in now
    }
    return [_surprise(item, growth[item.library_id]) for item in items]


def _surprise(item: Recent, growth: float) -> float:
    expected = item.past_plays / PAST_WINDOWS * growth
    return (item.plays - expected) / sqrt(expected + 1)
