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
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from shared.domain.delivery import (
    MAX_ATTEMPTS,
    MAX_RETRY_AFTER,
    DeliveryError,
    Outcome,
    OutgoingEvent,
    next_attempt_at,
)
from shared.errors import UnavailableError
from shared.services.vault import Vault
from shared.store import channels, outbox
from shared.store.database import Connection, Database
from shared.store.outbox import Claimed

# Longer than a sender takes at most, and than the recording after it.
LEASE = timedelta(seconds=60)
TOO_MANY_REQUESTS = 429

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


async def _send(claimed: Claimed, office: PostOffice) -> int:
    if claimed.attempts > MAX_ATTEMPTS:
        raise DeliveryError("Many attempts were begun, and too few came to an end.")
    try:
        config = office.vault.unseal(claimed.config)
        return await office.senders[claimed.channel_type](config, claimed.event)
    except DeliveryError:
        raise
    except UnavailableError as error:
        raise DeliveryError(error.detail) from error
    except Exception as error:
        # A defect in one sender, or one odd event, must not keep the others from being sent.
        _log.exception("delivery %s failed on our side", claimed.id)
        raise DeliveryError("Something went wrong on our side; it has been logged.") from error


async def _record_failure(claimed: Claimed, error: DeliveryError, office: PostOffice) -> Outcome:
    now = office.now()
    again_at = None
    if not error.permanent:
        again_at = next_attempt_at(
            claimed.attempts,
            now=now,
            spread=random.random(),  # noqa: S311  (spreads load only)
            retry_after=error.retry_after,
        )

    async def record(connection: Connection) -> None:
        await outbox.record_failure(
            connection,
            claimed,
            error=error.reason,
            status=error.status,
            next_attempt_at=again_at,
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
    return Outcome.DEAD if again_at is None else Outcome.FAILED
