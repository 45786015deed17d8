"""How long to wait before something that ended is started again."""

import time
from collections.abc import Callable

_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 30
_STEADY_AFTER_SECONDS = 30


class BackOff:
    """Pauses that double from half a second to half a minute.

    They begin anew once something ran for half a minute.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._started_at = clock()
        self._pause = _FIRST_PAUSE_SECONDS

    def started(self) -> None:
        """Take note that it runs from now on."""
        self._started_at = self._clock()

    def next_pause(self) -> float:
        """Take note that it ended; return the seconds to wait."""
        if self._clock() - self._started_at >= _STEADY_AFTER_SECONDS:
            self._pause = _FIRST_PAUSE_SECONDS
        pause = self._pause
        self._pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
        return pause
