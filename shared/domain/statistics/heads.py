"""How far one must look into some lists to know who is at the head of what they add up to.

What somebody or something has in a period is no more than it has in the months that the period
touches, and in each kind of content. So who is at the head of a period is found among the heads of
these lists: whoever is in none of them has at most what the last of each has (the threshold
algorithm of Fagin, Lotem and Naor, 2001).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Found = TypeVar("Found")

Figures = tuple[int, ...]
"""What an order is by: the later decide where the earlier are equal."""


@dataclass(frozen=True, slots=True)
class Look(Generic[Found]):
    """What is at the head, as far as one looked.

    Attributes:
        found: what was found.
        last: of each order, the last that is wanted; nothing where there are not so many.
        most: of each order, what those who were left out can have at most.
    """

    found: Found
    last: Sequence[Figures]
    most: Sequence[Figures]

    @property
    def is_settled(self) -> bool:
        """Whether nobody who was left out can be among the first."""
        return _is_settled(self.last, self.most)


def last_of(figures: Sequence[Figures], limit: int) -> Figures:
    """Return what the last has that is wanted; nothing if there are not so many.

    Args:
        figures: of those who were looked at, the highest first.
        limit: how many are wanted.
    """
    return figures[limit - 1] if len(figures) >= limit else ()


def bounds(ranked: Iterable[tuple[int, int]], depths: Iterable[int]) -> dict[int, int]:
    """Return by depth the most that one can have who is in none of the heads of that depth.

    Args:
        ranked: ranks in the lists, from 1, and the figures there: at least those whose ranks are the
            depths, as far as each list goes. One that ends before has no more.
        depths: how many of each list.
    """
    most = dict.fromkeys(depths, 0)
    for rank, figure in ranked:
        if rank in most:
            most[rank] += figure
    return most


def depth_that_settles(
    last: Sequence[Figures], most: Mapping[int, Sequence[Figures]]
) -> int | None:
    """Return the least depth at which nobody who is left out can be among the first, if there is.

    Args:
        last: of each order, the last that is wanted among those who were looked at: whoever is
            found by looking deeper only raises it.
        most: by depth, what those who are left out can have of each order.
    """
    return min((depth for depth, each in most.items() if _is_settled(last, each)), default=None)


def _is_settled(last: Sequence[Figures], most: Sequence[Figures]) -> bool:
    return all(figures > left for figures, left in zip(last, most, strict=True))
