"""How well a kind of player plays what is there, without converting it."""

from dataclasses import dataclass
from math import sqrt

FEWEST_SESSIONS = 5
"""Below this a score says nothing."""

_Z = 1.959964
"""The quantile of the normal distribution that leaves 2.5 % above it."""


@dataclass(frozen=True, slots=True)
class Compatibility:
    """Sessions whose decision is known, and how many of them played directly."""

    sessions: int
    direct: int

    @property
    def score(self) -> float:
        """The share that played directly, from 0 to 100."""
        return 100 * self.direct / self.sessions

    @property
    def lower_bound(self) -> float:
        """What the score is at least, with 97.5 % confidence.

        The lower end of the 95 % interval of Wilson (1927), so that 5 of 5 do not beat 990 of
        1,000.
        """
        count, share, square = self.sessions, self.direct / self.sessions, _Z * _Z
        middle = share + square / (2 * count)
        spread = _Z * sqrt(share * (1 - share) / count + square / (4 * count * count))
        return max(0.0, 100 * (middle - spread) / (1 + square / count))
