"""What people are told of cases: an event in the outbox, made when the message is due."""

from datetime import datetime
from uuid import UUID

from shared.schemas.cases import case_payload
from shared.settings import Settings
from shared.store import cases, outbox
from shared.store.database import Connection

OPENED = "violation.opened"
UPDATED = "violation.updated"


async def tell(
    connection: Connection, user_id: UUID, settings: Settings, now: datetime
) -> list[UUID]:
    """Write an event for each of a person's cases of which a message is due.

    Returns:
        The deliveries that the events make, one per channel.
    """
    deliveries: list[UUID] = []
    for case_id in await cases.take_due_messages(connection, user_id, now=now):
        row = await cases.find_row(connection, case_id)
        if row is None:
            raise AssertionError("a case whose message was taken is there")
        deliveries += await outbox.write_event(
            connection,
            kind=OPENED if row["opened_at"] == row["notified_at"] else UPDATED,
            payload=case_payload(row, public_url=settings.analytics_public_url),
            user_id=user_id,
            now=now,
        )
    return deliveries
