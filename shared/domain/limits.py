"""Limits of use: how much in which time, and what one of several instances knows of it.

Use is counted by parts of a window. What counts at an instant is that of the part that goes on and
of those before it that a window reaches back to: so no window of that length holds more than the
quota, wherever it begins. What was used is given back a part at a time, at most one part late.

Instances count for themselves and tell each other through the database, the more often the nearer a
limit is: an instance keeps at most a tenth to itself of what was left when it last heard. So most
use costs no look at the database at all, and n instances together let through at most (n - 1) tenths
more than a limit, if all are used at once from nothing; with use that lasts, next to nothing.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

PARTS = 6
UNTOLD_SHARE = 10

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Policy:
    """At most ``quota`` within any window of a length.

    Attributes:
        window: the length, a whole number of seconds for each part.
        is_exact: whether every use is told at once, however far the limit is.
    """

    name: str
    quota: int
    window: timedelta
    is_exact: bool = False

    @property
    def part(self) -> timedelta:
        """The length of a part of a window; parts follow each other from the epoch on."""
        return self.window / PARTS

    def part_start(self, now: datetime) -> datetime:
        """Return when the part of an instant began."""
        return now - (now - _EPOCH) % self.part

    def counts_since(self, now: datetime) -> datetime:
        """Return when the first part began that counts at an instant."""
        return self.part_start(now) - self.window


@dataclass(frozen=True, slots=True)
class Use:
    """What an instance knows of somebody's use, by when the parts began that it fell into.

    Attributes:
        told: use of all instances, as it was when this one last heard.
        untold: use of this one since.
    """

    told: Counter[datetime] = field(default_factory=Counter[datetime])
    untold: Counter[datetime] = field(default_factory=Counter[datetime])

    @property
    def total(self) -> int:
        """All the use that is known here."""
        return self.told.total() + self.untold.total()

    def since(self, start: datetime) -> "Use":
        """Return the use of that part and those after it."""
        return Use(_since(self.told, start), _since(self.untold, start))

    def one_more(self, part: datetime) -> "Use":
        """Return this with one more use, in a part."""
        return Use(self.told, self.untold + Counter((part,)))

    def all_told(self) -> "Use":
        """Return this as it is for whoever comes while it is told."""
        return Use(self.told + self.untold)

    def heard(self, told: Counter[datetime]) -> "Use":
        """Return this with what all instances told; answers may overtake each other."""
        return Use(self.told | told, self.untold)

    def is_to_be_told(self, policy: Policy) -> bool:
        """Say whether others must hear of it before more is let through."""
        left = policy.quota - self.told.total()
        return policy.is_exact or self.untold.total() >= max(1, left // UNTOLD_SHARE)

    def more_in(self, policy: Policy, now: datetime) -> timedelta:
        """Return how long it takes until so much of this counts no more that more is left."""
        total = self.total
        for part, used in sorted((self.told + self.untold).items()):
            total -= used
            if total < policy.quota:
                return part + policy.window + policy.part - now
        return timedelta(0)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a limit.

    Attributes:
        remaining: uses; below zero if this one was too many.
        more_in: time until more is left.
        part: when the part began that this use fell into.
    """

    policy: Policy
    remaining: int
    more_in: timedelta
    part: datetime

    @property
    def is_spent(self) -> bool:
        """Whether this use was too many."""
        return self.remaining < 0


def _since(used: Counter[datetime], start: datetime) -> Counter[datetime]:
    if all(part >= start for part in used):
        return used
    return Counter({part: times for part, times in used.items() if part >= start})
