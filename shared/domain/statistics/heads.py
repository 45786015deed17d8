"""How far one must look into some lists to know who is at the head of what they add up to.

What somebody or something has in a period is no more than it has in the months that the period
touches, and in each kind of content. So who is at the head of a period is found among the heads of
these lists: whoever is in none of them has at most what the last of each has (the threshold
algorithm of Fagin, Lotem and Naor, 2001).
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence

Figures = tuple[int, ...]


def bound(heads: Iterable[tuple[Hashable, int]], depth: int) -> int:
    """Return the most that one can have who is in none of the heads.

    Args:
        heads: a list and a figure in it, of each list the highest.
        depth: how many of each list were asked for: one with fewer has no more.
    """
    lists: dict[Hashable, list[int]] = defaultdict(list)
    for of, figure in heads:
        lists[of].append(figure)
    return sum(min(figures) for figures in lists.values() if len(figures) >= depth)


def is_settled(figures: Sequence[Figures], limit: int, most: Figures) -> bool:
    """Say whether nobody who was left out can be among the first.

    Args:
        figures: of those who were looked at, the highest first; the later of one decide where the
            earlier are equal.
        limit: how many are wanted.
        most: what those who were left out can have at most.
    """
    return len(figures) >= limit and figures[limit - 1] > most
