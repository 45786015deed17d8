"""How far a zone's clock is ahead of UTC: what the database tells local times by."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

_STEP = timedelta(days=3)
_SECOND = timedelta(seconds=1)
_FIRST, _LAST = (datetime(year, 1, 1, tzinfo=UTC) for year in (1970, 2201))


@dataclass(frozen=True, slots=True)
class Offsets:
    """By how much a zone is ahead of UTC, over some time.

    Attributes:
        changes: the instants at which that changes, in order.
        ahead: by how much before the first of them, and from each of them on: one more than these.
    """

    changes: tuple[datetime, ...]
    ahead: tuple[timedelta, ...]


def offsets_between(start: datetime, end: datetime, zone: ZoneInfo) -> Offsets:
    """Return how far a zone is ahead from an instant to another, both included.

    No clock was ever changed and changed back within three days, so one look in three is enough.
    """
    at, ahead = start, [_ahead(start, zone)]
    changes: list[datetime] = []
    while at < end:
        later = min(at + _STEP, end)
        if _ahead(later, zone) != ahead[-1]:
            later = _change(at, later, zone)
            changes.append(later)
            ahead.append(_ahead(later, zone))
        at = later
    return Offsets(tuple(changes), tuple(ahead))


@cache
def offsets_of(zone: ZoneInfo) -> Offsets:
    """Return how far a zone is ahead at any time that sessions are kept of."""
    return offsets_between(_FIRST, _LAST, zone)


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the second from which on a zone is no more as far ahead as before."""
    ahead = _ahead(before, zone)
    while after - before > _SECOND:
        middle = before + (after - before) // _SECOND // 2 * _SECOND
        before, after = (middle, after) if _ahead(middle, zone) == ahead else (before, middle)
    return after


def _ahead(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta(0)
