"""What libraries hold, by number and size."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.domain.forecast import Backtest, Forecast


@dataclass(frozen=True, slots=True)
class Held:
    """What is held: items, files, what these take, and how long items play."""

    items: int = 0
    files: int = 0
    size_bytes: int = 0
    duration_ms: int = 0

    def __add__(self, other: "Held") -> "Held":
        return Held(
            self.items + other.items,
            self.files + other.files,
            self.size_bytes + other.size_bytes,
            self.duration_ms + other.duration_ms,
        )


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What is to come in so many days, if enough is known, and how such forecasts have fared."""

    days: int
    forecast: Forecast | None
    backtest: Backtest


def total(parts: Iterable[Held]) -> Held:
    """Add up what is held."""
    return sum(parts, Held())
