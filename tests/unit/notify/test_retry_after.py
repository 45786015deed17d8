from datetime import UTC, datetime, timedelta

import pytest

from functions.notify.outbound import retry_after

NOW = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("0.65", 0.65),
        ("-5", 0),
        ("Fri, 20 Nov 2026 20:02:00 GMT", 120),
        ("Fri, 20 Nov 2026 20:02:00 -0000", 120),
        ("Fri, 20 Nov 2026 19:00:00 GMT", 0),
    ],
)
def test_seconds_and_dates_are_read(text: str, seconds: float) -> None:
    assert retry_after(text, now=NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", [None, "", "soon", "inf", "1e400", "99999999999999999999"])
def test_anything_else_is_as_good_as_nothing(text: str | None) -> None:
    assert retry_after(text, now=NOW) is None
