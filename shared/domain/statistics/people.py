"""What kind of viewer somebody is: how much one watches, and what.

This is the definition. The database says the same of many people at once (``people`` in
``shared/store/sql/people_statistics.sql``), and a property test holds one against the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from shared.domain.statistics.period import Period
from shared.domain.statistics.question import Filter

WEEK = timedelta(weeks=1)
HEAVY_WEEK = timedelta(hours=14)
REGULAR_WEEK = timedelta(hours=3)
TASTE_PERCENT = 60

_MILLISECOND = timedelta(milliseconds=1)
_SECOND = timedelta(seconds=1)


class Activity(StrEnum):
    """Whether somebody played anything in a period (active or inactive), or is dormant now."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    DORMANT = "dormant"


class ViewerType(StrEnum):
    """How much somebody watches a week: 14 hours or more, 3 or more, or less."""

    HEAVY = "heavy"
    REGULAR = "regular"
    LIGHT = "light"


class Taste(StrEnum):
    """What takes 60 % of somebody's watch time or more; mixed, if nothing does."""

    MOVIES = "movies"
    SHOWS = "shows"
    MUSIC = "music"
    LIVE_TV = "live_tv"
    MIXED = "mixed"


TASTE_OF: Mapping[str, Taste] = MappingProxyType(
    {
        "movie": Taste.MOVIES,
        "tvshow_episode": Taste.SHOWS,
        "music_track": Taste.MUSIC,
        "livetv_program": Taste.LIVE_TV,
    }
)


class PeopleOrder(StrEnum):
    """What people are put in order by: the most, the latest or, of names and silence, the first."""

    WATCHED = "watched"
    PLAYS = "plays"
    SESSIONS = "sessions"
    COMPLETED = "completed"
    LAST_ACTIVE = "last_active"
    FIRST_SEEN = "first_seen"
    SILENT = "silent"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class PeopleQuestion:
    """Which people are meant, and in which order.

    Attributes:
        silent_since: who was last active by then is dormant.
        search: words, or parts of words, that all occur in what somebody is called here or on a media
            server.
        archived: None means everybody; True, only archived people; False, only the others.
        is_of_everything: whether all time and everything is counted, of which sums are kept.
    """

    period: Period
    filter: Filter
    silent_since: datetime
    now: datetime
    order: PeopleOrder = PeopleOrder.WATCHED
    activity: Activity | None = None
    type: ViewerType | None = None
    taste: Taste | None = None
    search: str | None = None
    archived: bool | None = None
    is_of_everything: bool = False


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Which part of a list: the position of the row that it goes on after, or how many to skip."""

    limit: int
    offset: int = 0
    after: tuple[int, str, UUID] | None = None


def viewer_type(
    watched: timedelta, period: Period, first_seen_at: datetime, now: datetime
) -> ViewerType | None:
    """Return how much somebody watches; None of nothing.

    It is told by the week, of the time in the period until now since one was first seen: who came
    yesterday is no light viewer. Less than a week counts as one: nor is who came yesterday, and
    saw a film, a heavy one.
    """
    if watched <= timedelta():
        return None
    length = max(WEEK, min(period.end, now) - max(period.start, first_seen_at))
    weekly = watched // _MILLISECOND * (WEEK // _SECOND)
    for kind, least in ((ViewerType.HEAVY, HEAVY_WEEK), (ViewerType.REGULAR, REGULAR_WEEK)):
        if weekly >= least // _MILLISECOND * (length // _SECOND):
            return kind
    return ViewerType.LIGHT


def taste(watched_ms: Mapping[str, int]) -> Taste | None:
    """Return what somebody watches, of milliseconds by content type; None of nothing."""
    total = sum(watched_ms.values())
    if total <= 0:
        return None
    for content_type, kind in TASTE_OF.items():
        if watched_ms.get(content_type, 0) * 100 >= total * TASTE_PERCENT:
            return kind
    return Taste.MIXED
