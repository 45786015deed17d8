"""Instants in JSON: whole milliseconds since 1970, as exact as sessions are kept."""

from datetime import UTC, datetime, timedelta

MILLISECOND = timedelta(milliseconds=1)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_ms(at: datetime) -> int:
    """Return milliseconds since 1970."""
    return (at - _EPOCH) // MILLISECOND


def from_ms(milliseconds: int) -> datetime:
    """Return the instant, in UTC."""
    return _EPOCH + milliseconds * MILLISECOND
