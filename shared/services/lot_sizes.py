"""How much is counted in one transaction, and how many of these run at once."""

from datetime import timedelta
from typing import TypeVar

from shared.settings import Settings

SHORT = timedelta(seconds=1.5)

# Of much that waits two lots are counted at once: reading, comparing and writing what people did is
# most of the work, and each lot's own; only the sums that all share are written one after the other.
_AT_ONCE = 2

_Size = TypeVar("_Size", int, timedelta)


def lots_at_once(settings: Settings) -> int:
    """Return how many lots of much that waits run at once, so far as connections are left."""
    return _AT_ONCE if settings.analytics_database_pool_size > _AT_ONCE else 1


def next_size(size: _Size, took: timedelta, *, least: _Size, most: _Size) -> _Size:
    """Return how much to count at once after a lot that took some time.

    Args:
        size: how much that was.
        took: how long it took. One that was short is followed by one of twice as much, and one
            that took three times as long as a short one may by one of half as much: no statement
            is to take so long that it is ended, however slow the database.
        least: of how little a lot may become.
        most: of how much.
    """
    if took < SHORT:
        return min(2 * size, most)
    return size if took < 3 * SHORT else max(least, size // 2)
