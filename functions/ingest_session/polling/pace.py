"""How often a server is asked what it plays."""

from dataclasses import dataclass

# After so many failures in a row, or one that only a person can mend, the pause is the longest.
HOPELESS = 5


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a server is asked, in seconds.

    Attributes:
        playing: while something plays, and once more after the server said that something changed.
        idle: while nothing does.
        closest: at least, however often the server says that something changed.
        slowest: at most, after many failures in a row.
        timeout: for one answer.
        silence: how long a server whose events are heard may say nothing; Plex does every 10 s.
        keep: how often what is known is written down, which also renews the lease.
        lease: how long nobody else asks the server after that.
        shift: how long one call asks; the next goes on.
    """

    playing: float = 2.0
    idle: float = 10.0
    closest: float = 0.5
    slowest: float = 60.0
    timeout: float = 10.0
    silence: float = 30.0
    keep: float = 10.0
    lease: float = 45.0
    shift: float = 57.0

    def pause(self, failures: int, *, is_busy: bool) -> float:
        """Return the seconds from one try to the next: doubling while tries fail.

        Args:
            failures: how many did, in a row.
            is_busy: whether something plays, or may by now.
        """
        if failures:
            return min(self.slowest, self.playing * 2.0 ** min(failures, HOPELESS))
        return self.playing if is_busy else self.idle
