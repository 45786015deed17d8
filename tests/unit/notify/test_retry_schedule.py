from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.delivery import DELAYS, next_attempt_at

NOW = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_there_are_ten_attempts_spread_over_three_days() -> None:
    at, times = NOW, [NOW]
    while (again := next_attempt_at(len(times), now=at, spread=0)) is not None:
        times.append(again)
        at = again
    assert len(times) == 10
    assert [str(time - NOW) for time in times] == [
        "0:00:00",
        "0:00:05",
        "0:05:05",
        "0:35:05",
        "2:35:05",
        "7:35:05",
        "17:35:05",
        "1 day, 7:35:05",
        "2 days, 3:35:05",
        "3 days, 3:35:05",
    ]


@pytest.mark.parametrize("attempts", range(1, len(DELAYS) + 1))
def test_jitter_lengthens_a_wait_by_a_fifth_at_most(attempts: int) -> None:
    shortest = next_attempt_at(attempts, now=NOW, spread=0)
    longest = next_attempt_at(attempts, now=NOW, spread=1)
    assert shortest is not None
    assert longest is not None
    assert shortest - NOW == DELAYS[attempts - 1]
    assert longest - NOW == DELAYS[attempts - 1] * 1.2


def test_retry_after_lengthens_a_wait_and_never_shortens_one() -> None:
    assert next_attempt_at(1, now=NOW, spread=0, retry_after=HOUR) == NOW + HOUR
    assert next_attempt_at(6, now=NOW, spread=0, retry_after=HOUR) == NOW + 10 * HOUR


def test_a_recipient_cannot_ask_for_more_than_a_day() -> None:
    asked = timedelta.max
    assert next_attempt_at(1, now=NOW, spread=0, retry_after=asked) == NOW + 24 * HOUR
