"""Days and instants as they are written: never a bare number, which might be of any unit."""

import re
from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, TypeAdapter

EARLIEST_YEAR, LATEST_YEAR = 1900, 2200
"""Of what time anything can be asked."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_BEGINS_WITH_DAY = re.compile(_DAY.pattern + "[Tt ]")


def _written_day(value: object) -> object:
    if isinstance(value, date) or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    raise ValueError("is no day, as in 2026-11-20")


def _written_instant(value: object) -> object:
    if isinstance(value, datetime) or (isinstance(value, str) and _BEGINS_WITH_DAY.match(value)):
        return value
    raise ValueError("is no date and time with offset, as in 2026-11-20T20:04:00Z")


def to_milliseconds(at: datetime) -> datetime:
    """Return the instant in UTC, cut to the millisecond, as exact as sessions are kept."""
    try:
        utc = at.astimezone(UTC)
    except OverflowError:
        raise ValueError("is out of range") from None
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


def _within_reach(at: date) -> date:
    if not EARLIEST_YEAR <= at.year <= LATEST_YEAR:
        raise ValueError(f"is not within the years {EARLIEST_YEAR} to {LATEST_YEAR}")
    return at


_AnyDay = Annotated[date, BeforeValidator(_written_day)]
Instant = Annotated[
    AwareDatetime, BeforeValidator(_written_instant), AfterValidator(to_milliseconds)
]
_AS_DAY: TypeAdapter[date] = TypeAdapter(_AnyDay)
_AS_INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)


def _day_or_instant(value: object) -> object:
    if isinstance(value, str):
        return (_AS_DAY if _DAY.fullmatch(value) else _AS_INSTANT).validate_python(value)
    if isinstance(value, date):
        return value
    raise ValueError("is no day and no instant")


# What is asked for: never so near to the ends of the calendar that days around it are none.
Day = Annotated[_AnyDay, AfterValidator(_within_reach)]
AskedInstant = Annotated[Instant, AfterValidator(_within_reach)]
Moment = Annotated[date | datetime, BeforeValidator(_day_or_instant), AfterValidator(_within_reach)]
