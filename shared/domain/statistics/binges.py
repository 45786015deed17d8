"""Binges: one person who watches episode after episode of a show.

This is the definition. The database finds the same (``find_binges`` in
``shared/store/sql/watching.sql``), and a property test holds one against the other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

LONGEST_PAUSE = timedelta(minutes=30)
LEAST_EPISODES = 3
LEAST_WATCHED_MS = 120_000
"""A session of less is no viewing: somebody looked which episode it was."""


@dataclass(frozen=True, slots=True)
class Viewing:
    """A session of an episode.

    Attributes:
        item: the episode's id.
    """

    user_id: UUID
    id: UUID
    show_id: str
    item: str
    season: int | None
    episode: int | None
    started_at: datetime
    ended_at: datetime
    watched_ms: int


@dataclass(frozen=True, slots=True)
class Binge:
    """Episodes in a row. It is named after the session it began with."""

    user_id: UUID
    id: UUID
    show_id: str
    started_at: datetime
    ended_at: datetime
    episodes: int
    watched_ms: int


def binges(viewings: Iterable[Viewing]) -> list[Binge]:
    """Return where at least three episodes of a show followed on each other.

    Each session begins at most 30 minutes after the one before ended, and goes on with its episode,
    or is of the next one: by number, or the first of the next season.
    """
    runs: dict[tuple[UUID, str], list[list[Viewing]]] = {}
    counted = (one for one in viewings if one.watched_ms >= LEAST_WATCHED_MS)
    for viewing in sorted(counted, key=lambda one: (one.started_at, one.id)):
        known = runs.setdefault((viewing.user_id, viewing.show_id), [])
        if known and follows(known[-1][-1], viewing):
            known[-1].append(viewing)
        else:
            known.append([viewing])
    rows = [run for known in runs.values() for run in known]
    return [_binge(run) for run in rows if len({one.item for one in run}) >= LEAST_EPISODES]


def follows(before: Viewing, viewing: Viewing) -> bool:
    """Say whether a session follows on one of the same person and show."""
    if viewing.started_at - before.ended_at > LONGEST_PAUSE:
        return False
    if viewing.item == before.item:
        return True
    if before.season is None or before.episode is None:
        return False
    here, there = (before.season, before.episode), (viewing.season, viewing.episode)
    return there in ((here[0], here[1] + 1), (here[0] + 1, 1))


def _binge(run: list[Viewing]) -> Binge:
    first = run[0]
    return Binge(
        first.user_id,
        first.id,
        first.show_id,
        first.started_at,
        max(one.ended_at for one in run),
        len({one.item for one in run}),
        sum(one.watched_ms for one in run),
    )
