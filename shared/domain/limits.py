"""Limits of use: how much in which time, and what one of several instances knows of it.

Instances count for themselves and tell each other through the database, the more often the nearer a
limit is: an instance keeps at most a tenth to itself of what was left when it last heard. So most
use costs no look at the database at all, and n instances together let through at most (n - 1) tenths
more than a limit, if all are used at once from nothing; with use that lasts, next to nothing.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

UNTOLD_SHARE = 10

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Policy:
    """At most ``quota`` within a window; windows follow each other from the epoch on.

    Attributes:
        is_exact: whether every use is told at once, however far the limit is.
    """

    name: str
    quota: int
    window: timedelta
    is_exact: bool = False

    def window_start(self, now: datetime) -> datetime:
        """Return when the window of an instant began."""
        return now - (now - _EPOCH) % self.window


@dataclass(frozen=True, slots=True)
class Use:
    """What an instance knows of somebody's use of a window.

    Attributes:
        told: use of all instances, as it was when this one last heard.
        untold: use of this one since.
    """

    told: int = 0
    untold: int = 0

    @property
    def total(self) -> int:
        """All the use that is known here."""
        return self.told + self.untold

    def one_more(self) -> "Use":
        """Return this with one more use."""
        return replace(self, untold=self.untold + 1)

    def is_to_be_told(self, policy: Policy) -> bool:
        """Say whether others must hear of it before more is let through."""
        left = policy.quota - self.told
        return policy.is_exact or self.untold >= max(1, left // UNTOLD_SHARE)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a limit.

    Attributes:
        remaining: uses; below zero if this one was too many.
        resets_in: time until the next window.
    """

    policy: Policy
    remaining: int
    resets_in: timedelta

    @property
    def is_spent(self) -> bool:
        """Whether this use was too many."""
        return self.remaining < 0
