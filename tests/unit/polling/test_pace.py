"""How often a server is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.ingest_session.polling.pace import Pace


@pytest.mark.parametrize(
    ("failures", "is_busy", "seconds"),
    [
        (0, True, 2),
        (0, False, 10),
        (1, True, 4),
        (1, False, 4),
        (3, False, 16),
        (5, True, 60),
        (50_000, True, 60),
    ],
)
def test_a_server_is_asked_every_two_seconds_or_ten_and_ever_less_while_it_fails(
    failures: int, seconds: float, *, is_busy: bool
) -> None:
    assert Pace().pause(failures, is_busy=is_busy) == seconds


@given(st.integers(1, 100))
def test_the_more_failures_the_longer_the_pause_and_never_longer_than_the_longest(
    failures: int,
) -> None:
    pace = Pace()
    now, later = (pace.pause(n, is_busy=True) for n in (failures, failures + 1))
    assert pace.playing < now <= later <= pace.slowest
