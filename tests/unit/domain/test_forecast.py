"""Forecasts: eight times in ten, what comes lies in the interval that was promised."""

from collections.abc import Callable
from math import pi, sin
from random import Random

import pytest

from shared.domain.forecast import (
    HORIZONS,
    LEAST_DAYS,
    backtest,
    block_length,
    forecast,
    student_quantile,
)

Grow = Callable[[Random, float, int], float]
DAYS = 1_100
LIBRARIES = 100


def steady(chance: Random, rate: float, _: int) -> float:
    return max(0.0, chance.gauss(rate, rate / 2))


def bursts(chance: Random, rate: float, _: int) -> float:
    return chance.expovariate(0.1 / rate) if chance.random() < 0.1 else 0.0


def seasonal(chance: Random, rate: float, day: int) -> float:
    """More in winter, and at weekends."""
    weekly = 1.8 if day % 7 > 4 else 0.7
    return max(0.0, chance.gauss(rate * (1 + 0.5 * sin(2 * pi * day / 365)) * weekly, rate))


def clean_ups(chance: Random, rate: float, _: int) -> float:
    """Each month or so a good part of what came goes again."""
    grown = chance.expovariate(1 / rate)
    return grown - 30 * rate * chance.uniform(0.3, 1.3) if chance.random() < 1 / 30 else grown


def library(grow: Grow, seed: int) -> list[float]:
    chance = Random(seed)
    rate, levels = chance.uniform(1, 20), [chance.uniform(2_000, 5_000)]
    offset = chance.randrange(365)
    for day in range(DAYS):
        levels.append(max(0.0, levels[-1] + grow(chance, rate, day + offset)))
    return levels


# A season is foreseen by who has seen a whole one.
@pytest.mark.parametrize(
    ("grow", "known"),
    [
        (steady, (30, 60, 120, 365, 700)),
        (bursts, (30, 60, 120, 365, 700)),
        (clean_ups, (60, 120, 365, 700)),
        (seasonal, (365, 700)),
    ],
)
def test_the_interval_holds_what_comes_eight_times_in_ten(
    grow: Grow, known: tuple[int, ...]
) -> None:
    held = forecasts = 0
    for seed in range(LIBRARIES):
        levels = library(grow, seed)
        for days in known:
            for horizon in HORIZONS:
                made = forecast(levels[: days + 1], horizon)
                assert made is not None
                held += made.low <= levels[days + horizon] <= made.high
                forecasts += 1
    assert 0.7 <= held / forecasts <= 0.9


def test_growth_of_less_than_fourteen_days_says_nothing() -> None:
    levels = [float(day) for day in range(15)]
    assert forecast(levels[:14], 30) is None
    assert forecast(levels, 30) is not None
    assert forecast([], 30) is None


def test_what_grows_by_the_same_each_day_goes_on_so() -> None:
    made = forecast([float(day) for day in range(100)], 30)
    assert made is not None
    assert (made.low, made.expected, made.high) == pytest.approx((129, 129, 129))


def test_nothing_is_foreseen_to_be_less_than_nothing() -> None:
    made = forecast([float(100 - day) for day in range(90)], 365)
    assert made is not None
    assert made.low == made.expected == 0


def test_a_backtest_forecasts_each_past_moment_from_what_was_known_then() -> None:
    levels = library(steady, 1)[:400]
    tried = backtest(levels, 30)
    assert tried.forecasts == 50
    assert tried.held / tried.forecasts > 0.5
    # What nobody could foresee is not held.
    assert backtest([0.0] * 100 + [1e9] * 30, 30).held < 100
    assert backtest(levels[:40], 30).forecasts == 0


def test_a_past_of_any_length_is_looked_back_at_from_up_to_fifty_moments_spread_over_it() -> None:
    levels = library(steady, 1)
    for length in range(400):
        moments = max(0, length - LEAST_DAYS - 30)
        assert backtest(levels[:length], 30).forecasts == min(moments, 50)


def test_growth_is_summed_up_in_at_most_twelve_blocks_of_at_least_three_days() -> None:
    for days in range(LEAST_DAYS, 800):
        length = block_length(days)
        assert length >= 3
        assert 4 <= days // length <= 12


@pytest.mark.parametrize(
    ("freedom", "quantile"), [(3, 1.638), (5, 1.476), (11, 1.363), (1_000, 1.282)]
)
def test_quantiles_of_students_t_are_those_of_the_tables(freedom: int, quantile: float) -> None:
    assert student_quantile(0.9, freedom) == pytest.approx(quantile, rel=0.01)
