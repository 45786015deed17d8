"""The outbox: events written where they are caused, and their deliveries to channels.

A delivery is worked on by whoever moves its lease: claimed before the sending, recorded after.
Who is killed between the two leaves a lease that runs out, and the delivery is made again.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from psycopg.rows import DictRow

from shared.domain.delivery import OutgoingEvent
from shared.domain.identifiers import new_id
from shared.store.database import Connection
from shared.store.queries import load

_SQL = load("outbox")

DeliveryState = Literal["pending", "delivered", "dead"]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that is ours to make until the lease ends.

    Attributes:
        attempts: this one included; it proves the claim, since each claim adds one.
        config: the channel's settings, encrypted.
    """

    id: UUID
    attempts: int
    channel_id: UUID
    channel_type: str
    config: bytes
    event: OutgoingEvent


async def write_event(
    connection: Connection,
    *,
    kind: str,
    payload: Mapping[str, Any],
    user_id: UUID | None,
    now: datetime,
    channel_id: UUID | None = None,
) -> list[UUID]:
    """Write an event, to be delivered to every enabled channel or to one.

    Returns the deliveries to nudge notify about, once the transaction is committed.
    """
    cursor = await connection.execute(
        _SQL["write_event"],
        {
            "id": new_id(now),
            "user_id": user_id,
            "kind": kind,
            "payload": json.dumps(dict(payload)),
            "now": now,
            "channel_id": channel_id,
        },
    )
    return [row["id"] for row in await cursor.fetchall()]


async def list_due(
    connection: Connection, *, now: datetime, per_channel: int
) -> list[tuple[UUID, UUID]]:
    """Return (channel, delivery) of what is to be tried now, longest due first."""
    cursor = await connection.execute(_SQL["list_due"], {"now": now, "per_channel": per_channel})
    return [(row["channel_id"], row["id"]) for row in await cursor.fetchall()]


async def claim_delivery(
    connection: Connection, delivery_id: UUID, *, now: datetime, lease_until: datetime
) -> Claimed | None:
    """Claim a delivery; ``None`` if there is nothing to do, or somebody else does it."""
    cursor = await connection.execute(
        _SQL["claim_delivery"], {"id": delivery_id, "now": now, "lease_until": lease_until}
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    return Claimed(
        id=row["id"],
        attempts=row["attempts"],
        channel_id=row["channel_id"],
        channel_type=row["type"],
        config=row["config"],
        event=OutgoingEvent(row["event_id"], row["kind"], row["payload"], row["created_at"]),
    )


async def record_delivered(
    connection: Connection, claimed: Claimed, *, status: int, now: datetime
) -> None:
    """Note that the event arrived."""
    await connection.execute(
        _SQL["record_delivered"], {"id": claimed.id, "status": status, "now": now}
    )


async def record_failure(
    connection: Connection,
    claimed: Claimed,
    *,
    error: str,
    status: int | None,
    next_attempt_at: datetime | None,
) -> None:
    """Note why the event did not arrive; without a next attempt the delivery is dead."""
    await connection.execute(
        _SQL["record_failure"],
        {
            "id": claimed.id,
            "attempts": claimed.attempts,
            "state": "dead" if next_attempt_at is None else "pending",
            "next_attempt_at": next_attempt_at,
            "status": status,
            "error": error,
        },
    )


async def hold_channel(connection: Connection, channel_id: UUID, *, until: datetime) -> None:
    """Try nothing that waits for a channel before then: its recipient asked for that."""
    await connection.execute(_SQL["hold_channel"], {"channel_id": channel_id, "until": until})


async def bury_disabled(connection: Connection) -> int:
    """Give up what waits for disabled channels; return how many deliveries that were."""
    return (await connection.execute(_SQL["bury_disabled"])).rowcount


async def redrive(connection: Connection, delivery_id: UUID, *, now: datetime) -> bool:
    """Begin anew with a dead delivery; ``False`` if it is not dead or its channel is disabled."""
    cursor = await connection.execute(_SQL["redrive"], {"id": delivery_id, "now": now})
    return cursor.rowcount == 1


async def find_delivery(connection: Connection, delivery_id: UUID) -> DictRow | None:
    """Return a delivery with the kind and time of its event and ``channel_enabled``."""
    cursor = await connection.execute(_SQL["find_delivery"], {"id": delivery_id})
    return await cursor.fetchone()


async def list_deliveries(
    connection: Connection,
    *,
    limit: int,
    channel_id: UUID | None = None,
    state: DeliveryState | None = None,
    before: UUID | None = None,
) -> list[DictRow]:
    """Return deliveries, newest first; ``before`` is the last one of the page before."""
    cursor = await connection.execute(
        _SQL["list_deliveries"],
        {"channel_id": channel_id, "state": state, "before": before, "limit": limit},
    )
    return await cursor.fetchall()


async def forget_events(connection: Connection, *, before: datetime, limit: int) -> int:
    """Forget events of before then of which nothing waits any more; return how many."""
    cursor = await connection.execute(_SQL["forget_events"], {"before": before, "limit": limit})
    return cursor.rowcount
