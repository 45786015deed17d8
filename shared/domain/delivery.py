"""Delivering an event to a channel: when to try again, and when to give up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

# What is waited after each failed attempt (Standard Webhooks, "example retry schedule"): ten
# attempts in a little over three days.
DELAYS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
JITTER = 0.2
MAX_RETRY_AFTER = timedelta(hours=24)

# Attempts that nobody saw the end of (the process was killed) do not count as failures. But an
# event that kills whoever sends it must not do so for ever.
MAX_ATTEMPTS = 2 * (len(DELAYS) + 1)


class Outcome(StrEnum):
    """What became of an attempt."""

    DELIVERED = "delivered"
    FAILED = "failed"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class OutgoingEvent:
    """What happened, as it is told to channels.

    Attributes:
        id: the same over all attempts and channels, so that a recipient can tell repeats.
        kind: for example ``violation.opened``.
        payload: what JSON can carry.
    """

    id: UUID
    kind: str
    payload: Mapping[str, Any]
    created_at: datetime


class DeliveryError(Exception):
    """A recipient did not take an event.

    Attributes:
        reason: a sentence for a person, without secrets: a channel's address may be one.
        status: HTTP status of the recipient's answer, if there was one.
        permanent: the channel itself is gone, so that no event will get through.
        retry_after: how long the recipient asks to be left alone.
    """

    def __init__(
        self,
        reason: str,
        *,
        status: int | None = None,
        permanent: bool = False,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.permanent = permanent
        self.retry_after = retry_after


def next_attempt_at(
    attempts: int, *, now: datetime, spread: float, retry_after: timedelta | None = None
) -> datetime | None:
    """Return when to try again, or None after the last attempt.

    Args:
        attempts: how many there have been, this one included.
        now: when the last one failed.
        spread: 0 to 1, at random: waits are lengthened by up to a fifth, so that what failed
            together does not come back together.
        retry_after: what the recipient asked for; it lengthens a wait and never shortens one,
            and counts for at most 24 hours.
    """
    if attempts > len(DELAYS):
        return None
    asked = min(retry_after or timedelta(0), MAX_RETRY_AFTER)
    return now + max(DELAYS[attempts - 1], asked) * (1 + JITTER * spread)
