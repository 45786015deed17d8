"""Offsets of zones equal what Python tells of every instant."""

from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import example, given
from hypothesis import strategies as st

from shared.domain.offsets import Offsets, offsets_between, offsets_of

ZONES = sorted(available_timezones())
FIRST, LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 12, 31, tzinfo=UTC)

instants = st.datetimes(
    min_value=FIRST.replace(tzinfo=None),
    max_value=LAST.replace(tzinfo=None),
    timezones=st.just(UTC),
)


def told(offsets: Offsets, at: datetime) -> datetime:
    """Return the local time of an instant."""
    return at.replace(tzinfo=None) + offsets.ahead[bisect_right(offsets.changes, at)]


def by_python(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)


@given(
    name=st.sampled_from(ZONES),
    start=instants,
    days=st.integers(0, 3_000),
    share=st.floats(0, 1),
)
@example(name="Africa/Freetown", start=datetime(1939, 9, 1, tzinfo=UTC), days=9, share=0.2)
@example(name="America/Boa_Vista", start=datetime(2000, 10, 7, tzinfo=UTC), days=12, share=0.5)
def test_the_local_time_of_every_instant_between_is_that_of_python(
    name: str, start: datetime, days: int, share: float
) -> None:
    zone, end = ZoneInfo(name), start + timedelta(days=days)
    offsets = offsets_between(start, end, zone)
    beside = [at + side for at in offsets.changes for side in (timedelta(0), -timedelta(seconds=1))]
    for at in (start, end, start + share * (end - start), *beside):
        assert told(offsets, at) == by_python(at, zone)


@given(name=st.sampled_from(["UTC", "CET", "America/Vancouver", "Africa/Casablanca"]), at=instants)
def test_all_that_is_kept_is_told_in_the_zones_own_time(name: str, at: datetime) -> None:
    kept = max(at, datetime(1970, 1, 1, tzinfo=UTC))
    assert told(offsets_of(ZoneInfo(name)), kept) == by_python(kept, ZoneInfo(name))
