"""How far plays came: who gave up early, who stayed to the end, and where the others left."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

ABANDONED_BELOW = 20
SAMPLED_BELOW = 50
STEPS = range(0, 101, 10)


class Engagement(StrEnum):
    """What became of a play. Unknown: live television, and what has no duration."""

    ABANDONED = "abandoned"
    SAMPLED = "sampled"
    ENGAGED = "engaged"
    COMPLETED = "completed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reach:
    """How many plays came as far.

    Attributes:
        reached: per cent of the duration, if that can be told.
    """

    reached: int | None
    is_completed: bool
    plays: int


def engagement_of(reach: Reach) -> Engagement:
    """Return what became of plays that came so far."""
    if reach.is_completed:
        return Engagement.COMPLETED
    if reach.reached is None:
        return Engagement.UNKNOWN
    if reach.reached < ABANDONED_BELOW:
        return Engagement.ABANDONED
    return Engagement.SAMPLED if reach.reached < SAMPLED_BELOW else Engagement.ENGAGED


def engagements(reaches: Iterable[Reach]) -> dict[Engagement, int]:
    """Count plays by what became of them."""
    found: Counter[Engagement] = Counter()
    for reach in reaches:
        found[engagement_of(reach)] += reach.plays
    return {kind: found[kind] for kind in Engagement}


def still_watching(reaches: Iterable[Reach]) -> list[tuple[int, float]]:
    """Return the share of plays that came as far as each tenth of the duration.

    Of plays of which it can be told; nothing if there are none.
    """
    known = [(reach.reached, reach.plays) for reach in reaches if reach.reached is not None]
    total = sum(plays for _, plays in known)
    if not total:
        return []
    return [
        (step, sum(plays for reached, plays in known if reached >= step) / total) for step in STEPS
    ]
