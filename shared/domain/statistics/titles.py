"""Items and groups in an order, and what tells who is at its head.

As nobody plays without a play, the plays of a month bound different people as well; and where there
are as many of these as there are people, plays decide.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType


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


FIGURES: Mapping[Order, tuple[str, ...]] = MappingProxyType(
    {
        Order.POPULAR: ("users", "plays"),
        Order.PLAYS: ("plays",),
        Order.WATCHED: ("watched_ms",),
    }
)
"""What of a title an order is by, and then by."""


def at_most(by: Order, figure: int, people: int | None) -> tuple[int, ...]:
    """Return the most that a title can have of what an order is by.

    Args:
        by: the order.
        figure: the most plays that it can have, or milliseconds.
        people: how many there are; None if that is not known.
    """
    users = figure if people is None else min(figure, people)
    return tuple(users if name == "users" else figure for name in FIGURES[by])


@dataclass(frozen=True, slots=True)
class Head:
    """A title among the first of a month: its rank, its plays or milliseconds, and its plays."""

    month: date
    rank: int
    key: str
    figure: int
    plays: int
