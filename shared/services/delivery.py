"""Delivering: what the outbox holds is sent to its channels, at least once and rarely twice.

One delivery takes three steps, and each leaves the database right if the process ends there:

1. Claim it in a transaction: an attempt is counted and a lease taken.
2. Send, outside any transaction: a recipient may take seconds.
3. Record in a transaction what came of it.

Who is killed between 1 and 3 leaves a lease that runs out; the event is then sent again under the
same id, by which a recipient can tell. Who is late with 3 still records a success.
"""

import logging
import random
from collections.abc import Awaitable, Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar
from uuid import UUID

from shared.domain.delivery import (
    MAX_ATTEMPTS,
    MAX_RETRY_AFTER,
    DeliveryError,
    Outcome,
    OutgoingEvent,
    next_attempt_at,
)
from shared.errors import AppError
from shared.services.vault import Vault
from shared.store import channels, outbox
from shared.store.database import Connection, Database
from shared.store.outbox import Claimed

# Longer than a sender takes at most, and than the recording after it.
LEASE = timedelta(seconds=60)
TOO_MANY_REQUESTS = 429

Answered = TypeVar("Answered")

_log = logging.getLogger(__name__)


class Sender(Protocol):
    """Sends events to channels of one type."""

    async def __call__(self, config: Mapping[str, Any], event: OutgoingEvent, /) -> int:
        """Send an event and return the HTTP status of the answer.

        Raises:
            DeliveryError: the recipient did not take it.
        """
        ...


@dataclass(frozen=True, slots=True)
class PostOffice:
    """What delivering needs: senders by channel type, and the open resources of a worker."""

    database: Database
    vault: Vault
    senders: Mapping[str, Sender]
    now: Callable[[], datetime]

    async def list_due(self, per_lane: int) -> list[tuple[Hashable, UUID]]:
        """Return what is to be tried now, by channel; what waits for disabled ones is given up."""

        async def list_due(connection: Connection) -> list[tuple[UUID, UUID]]:
            await outbox.bury_disabled(connection)
            return await outbox.list_due(connection, now=self.now(), per_channel=per_lane)

        return [*await self.database.run(list_due)]

    async def carry_out(self, delivery_id: UUID) -> Outcome | None:
        """Make an attempt at a delivery."""
        return await deliver(delivery_id, self)


async def deliver(delivery_id: UUID, office: PostOffice) -> Outcome | None:
    """Make an attempt at a delivery; ``None`` if there was nothing to do.

    Raises:
        UnavailableError: the database is away; the recipient's failures are recorded, not raised.
    """

    async def claim(connection: Connection) -> Claimed | None:
        now = office.now()
        return await outbox.claim_delivery(
            connection, delivery_id, now=now, lease_until=now + LEASE
        )

    claimed = await office.database.run(claim)
    if claimed is None:
        return None
    try:
        status = await _send(claimed, office)
    except DeliveryError as error:
        return await _record_failure(claimed, error, office)

    async def record(connection: Connection) -> None:
        await outbox.record_delivered(connection, claimed, status=status, now=office.now())

    await office.database.run(record)
    return Outcome.DELIVERED


async def attempt(name: str, attempts: int, send: Callable[[], Awaitable[Answered]]) -> Answered:
    """Send something, and tell of whatever goes wrong as a failure to deliver it.

    Args:
        name: what is sent, for the log.
        attempts: how many were begun, this one included.
        send: sends it.

    Raises:
        DeliveryError: it was not taken, or not even sent.
    """
    if attempts > MAX_ATTEMPTS:
        raise DeliveryError("Many attempts were begun, and too few came to an end.")
    try:
        return await send()
    except DeliveryError:
        raise
    except AppError as error:
        raise DeliveryError(error.detail) from error
    except Exception as error:
        # A defect in one sender, or one odd event, must not keep the others from being sent.
        _log.exception("%s failed on our side", name)
        raise DeliveryError("Something went wrong on our side; it has been logged.") from error


def again_at(error: DeliveryError, attempts: int, now: datetime) -> datetime | None:
    """Return when to try again after a failure, with jitter; ``None`` if there is no use in it."""
    if error.permanent:
        return None
    return next_attempt_at(
        attempts,
        now=now,
        spread=random.random(),  # noqa: S311  (spreads load only)
        retry_after=error.retry_after,
    )


async def _send(claimed: Claimed, office: PostOffice) -> int:
    async def send() -> int:
        config = office.vault.unseal(claimed.config)
        return await office.senders[claimed.channel_type](config, claimed.event)

    return await attempt(f"delivery {claimed.id}", claimed.attempts, send)


async def _record_failure(claimed: Claimed, error: DeliveryError, office: PostOffice) -> Outcome:
    now = office.now()
    next_at = again_at(error, claimed.attempts, now)

    async def record(connection: Connection) -> None:
        await outbox.record_failure(
            connection,
            claimed,
            error=error.reason,
            status=error.status,
            next_attempt_at=next_at,
        )
        if error.permanent:
            await channels.disable_channel(
                connection,
                claimed.channel_id,
                config=claimed.config,
                reason=error.reason,
                now=now,
            )
            await outbox.bury_disabled(connection)
        elif error.status == TOO_MANY_REQUESTS and error.retry_after is not None:
            until = now + min(error.retry_after, MAX_RETRY_AFTER)
            await outbox.hold_channel(connection, claimed.channel_id, until=until)

    await office.database.run(record)
    _log.warning("delivery %s: attempt %d: %s", claimed.id, claimed.attempts, error.reason)
    return Outcome.DEAD if next_at is None else Outcome.FAILED
