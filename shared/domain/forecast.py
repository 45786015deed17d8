"""How much there will be: a random walk with drift, and how sure one can be of it.

What a library grows by is neither steady nor independent from day to day: there are bursts, seasons
and clean-ups. So growth is looked at in blocks of days, long enough that what hangs together lies
mostly within one block, and the blocks' spread says how far the future may go astray.

The model and the variance of its forecasts are those of the drift method (R. J. Hyndman and
G. Athanasopoulos, Forecasting: Principles and Practice, 3rd edition, 5.2 and 5.5), with the
long-run variance from non-overlapping blocks in place of that of single steps.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, sqrt
from statistics import NormalDist, variance

LEAST_DAYS = 14
"""Growth of fewer days says too little."""

HORIZONS = (30, 90, 365)
CONFIDENCE = 0.8
MOST_BLOCKS = 12
SHORTEST_BLOCK = 3
MOST_BACKTESTED = 50


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is expected after some days.

    Attributes:
        low: one time in ten it will be less.
        high: one time in ten it will be more.
    """

    days: int
    expected: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Backtest:
    """How forecasts from the past have fared.

    Attributes:
        forecasts: how many could be checked.
        held: of how many the interval held what came.
    """

    forecasts: int
    held: int


def forecast(levels: Sequence[float], days: int) -> Forecast | None:
    """Return what is expected some days after the last of these daily levels.

    1. The drift is the mean daily growth.
    2. Growth is summed up in blocks of at least three days, at most twelve of them; the variance
       of their sums, by day, is the long-run variance of growth.
    3. After h days the walk has strayed by the variance of h days' growth, and the drift, known
       from n days only, by h * h / n days' more.
    4. With few blocks that variance is uncertain itself: Student's t in place of the normal.

    Args:
        levels: of consecutive days; never below 0.
        days: from 1.

    Returns:
        ``None`` if there are fewer than ``LEAST_DAYS`` of growth.
    """
    known = len(levels) - 1
    if known < LEAST_DAYS:
        return None
    length = block_length(known)
    blocks = known // length
    ends = [levels[len(levels) - 1 - number * length] for number in range(blocks + 1)]
    sums = [later - earlier for later, earlier in pairwise(ends)]
    expected = levels[-1] + days * (levels[-1] - levels[0]) / known
    spread = sqrt(variance(sums) / length * days * (1 + days / known))
    margin = student_quantile((1 + CONFIDENCE) / 2, blocks - 1) * spread
    low, middle, high = (
        max(0.0, value) for value in (expected - margin, expected, expected + margin)
    )
    return Forecast(days, middle, low, high)


def block_length(days: int) -> int:
    """Return of how many days each block of growth is, where it is known for so many."""
    return max(SHORTEST_BLOCK, ceil(days / MOST_BLOCKS))


def backtest(levels: Sequence[float], days: int) -> Backtest:
    """Forecast the later levels from the earlier ones, at up to 50 moments spread over the past."""
    origins = range(LEAST_DAYS, len(levels) - days)
    count = min(MOST_BACKTESTED, len(origins))
    held = 0
    for number in range(count):
        origin = origins[number * len(origins) // count]
        made = forecast(levels[: origin + 1], days)
        held += made is not None and made.low <= levels[origin + days] <= made.high
    return Backtest(count, held)


def student_quantile(probability: float, freedom: int) -> float:
    """Return a quantile of Student's t by its expansion around the normal one.

    Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.5; off by less than 1 % from
    3 degrees of freedom on, for probabilities up to 0.9.
    """
    z = NormalDist().inv_cdf(probability)
    return (
        z
        + (z**3 + z) / (4 * freedom)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3)
    )
