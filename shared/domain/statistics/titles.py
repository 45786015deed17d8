"""Items and groups in an order, and how far one must look to know who is at its head.

A title's plays in a period are no more than those of the months that the period touches. So who
is at the head of a period is found among the heads of its months: whoever is in none of them has
at most what the last of each has (the threshold algorithm of Fagin, Lotem and Naor, 2001). As
nobody plays without a play, plays bound different people as well.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class TitleKind(StrEnum):
    """What is ranked."""

    ITEM = "item"
    SHOW = "show"
    SEASON = "season"
    ARTIST = "artist"
    ALBUM = "album"
    CHANNEL = "channel"


class Order(StrEnum):
    """By what it is ranked. Popular is by different people, then by plays."""

    POPULAR = "popular"
    PLAYS = "plays"
    WATCHED = "watched"
    LEAST_WATCHED = "least_watched"


_FIGURES: Mapping[Order, str] = {
    Order.POPULAR: "users",
    Order.PLAYS: "plays",
    Order.WATCHED: "watched_ms",
}


@dataclass(frozen=True, slots=True)
class Head:
    """A title among the first of a month, its plays or milliseconds there, and its plays."""

    month: date
    key: str
    figure: int
    plays: int


def bound(heads: Iterable[Head], depth: int) -> int:
    """Return the most that a title can have that is in none of the heads.

    Args:
        heads: of each month, the most first.
        depth: how many of each month were asked for: a month with fewer has no more.
    """
    months: dict[date, list[int]] = defaultdict(list)
    for head in heads:
        months[head.month].append(head.figure)
    return sum(min(figures) for figures in months.values() if len(figures) >= depth)


def is_settled(rows: Sequence[Mapping[str, Any]], order: Order, limit: int, most: int) -> bool:
    """Say whether no title that was left out can be among the first.

    Args:
        rows: the first of those that were looked at.
        order: of the rows.
        limit: how many are wanted.
        most: what those that were left out can have at most.
    """
    return len(rows) >= limit and rows[limit - 1][_FIGURES[order]] > most
