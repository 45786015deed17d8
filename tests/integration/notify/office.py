"""A post office on a test's database whose clock can be moved, and short ways to what it keeps."""

from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

from psycopg.rows import DictRow

from functions.notify.channels import SENDERS
from shared.schemas.channels import ChannelView, CreatedChannel, NewChannel
from shared.services import notifications
from shared.services.delivery import PostOffice
from shared.services.vault import Vault
from shared.settings import Settings
from shared.store import outbox
from shared.store.database import Connection, Database

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
VIOLATION: dict[str, Any] = {
    "id": "0198",
    "user_name": "ada",
    "rule": {"id": "1", "name": "Travel", "type": "impossible_travel"},
    "severity": 2,
    "sentence": "Streamed from Linköping until 20:04 and from London from 20:31.",
}


class Clock:
    """The present, plus what a test lets pass."""

    def __init__(self) -> None:
        self.passed = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.passed

    def pass_seconds(self, seconds: float) -> None:
        self.passed += timedelta(seconds=seconds)


class Office:
    """What a test does: adds channels, writes events, looks at what became of them."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self.clock = Clock()
        self.database = database
        self.vault = Vault(settings.revenge_encryption_key)
        self.post = PostOffice(database, self.vault, SENDERS, self.clock)

    async def add(self, name: str, url: str, **config: object) -> CreatedChannel:
        values: dict[str, object] = {
            "type": "webhook",
            "url": url,
            "allow_private_network": True,
        } | config
        if values["type"] == "webhook":
            values.setdefault("secret", SECRET)
        new = NewChannel.model_validate({"name": name, "config": values})
        return await self.database.run(
            lambda c: notifications.create_channel(c, new, vault=self.vault, now=self.clock())
        )

    async def write(self, payload: dict[str, Any] | None = None) -> list[UUID]:
        return await self.database.run(
            lambda c: outbox.write_event(
                c,
                kind="violation.opened",
                payload=payload or {"violation": VIOLATION},
                user_id=None,
                now=self.clock(),
            )
        )

    async def delivery(self, delivery_id: UUID) -> DictRow:
        row = await self.database.run(lambda c: outbox.find_delivery(c, delivery_id))
        assert row is not None
        return row

    async def channel(self, channel_id: UUID) -> ChannelView:
        return await self.database.run(
            lambda c: notifications.get_channel(c, channel_id, vault=self.vault)
        )

    async def execute(self, statement: LiteralString, *values: object) -> None:
        async def run(connection: Connection) -> None:
            await connection.execute(statement, values)

        await self.database.run(run)
