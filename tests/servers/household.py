"""A service that asks servers of the tests' own, on a clock that the test moves."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

import httpx
from psycopg.rows import DictRow

from functions.ingest_session import webhooks
from functions.ingest_session.polling.pace import Pace
from functions.ingest_session.polling.shift import poll_servers
from functions.ingest_session.scanning.scanner import Reader
from functions.ingest_session.scanning.shift import scan_libraries
from shared.domain.identifiers import new_id
from shared.domain.session import Session
from shared.http.context import Context
from shared.http.metrics import Metrics
from shared.http.service import create_app, open_context
from shared.schemas.sources import NewSource
from shared.services import media_servers, sources
from shared.services.holdings import count_changes
from shared.services.ingest_writes import Ingest
from shared.services.jobs import Counts
from shared.services.lanes import Lanes
from shared.services.own_addresses import OwnAddresses
from shared.settings import Settings
from shared.store import libraries, server_states
from shared.store.database import Connection
from shared.store.session_rows import from_row
from tests.servers.machine import Machine

# Each server is asked once, and what is known is written down: the next call goes on from there.
ONCE = Pace(shift=0, timeout=0.5)

# All that is due, without a rest.
AT_ONCE = Reader(rest=0, timeout=5)


class Household:
    def __init__(self, context: Context) -> None:
        self.passed = timedelta()
        self._began = datetime.now(UTC)
        own = OwnAddresses(context.settings, self._seconds)
        ingest = Ingest(context.finder, context.settings, own)
        lanes = Lanes(context.database, ingest, self.now)
        self.context = replace(context, now=self.now, lanes=lanes, own_addresses=own)
        self._hooks: dict[str, str] = {}
        metrics = Metrics()
        app = create_app("ingest_session", webhooks.router(metrics), metrics=metrics)
        app.state.context = self.context
        transport = httpx.ASGITransport(app=app)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://test")

    async def close(self) -> None:
        await self._client.aclose()
        await self.context.lanes.close()

    def now(self) -> datetime:
        return self._began + self.passed

    def _seconds(self) -> float:
        return self.passed.total_seconds()

    async def connect(self, machine: Machine, **config: Any) -> UUID:
        """Add a media server as an administrator does."""
        own = {"kind": machine.kind, "url": machine.url, "token": machine.token}
        sealed = self.context.vault.seal(own | {"allow_private_network": True} | config)
        added = new_id(self.now())

        async def work(connection: Connection) -> None:
            await connection.execute(
                "INSERT INTO media_servers (id, name, kind, config, created_at, updated_at)"
                " VALUES (%s, %s, %s, %s, now(), now())",
                [added, f"{machine.name} {added.hex[-4:]}", machine.kind, sealed],
            )

        await self.context.database.run(work)
        return added

    async def disconnect(self, media_server_id: UUID) -> None:
        """Take a media server away as an administrator does."""
        await self.context.database.run(
            lambda c: media_servers.delete_server(c, media_server_id, now=self.now())
        )

    async def poll(self, after: float = 2, pace: Pace = ONCE) -> Counts:
        self.passed += timedelta(seconds=after)
        return await poll_servers(self.context, pace)

    async def scan(self, after: float = 0, reader: Reader = AT_ONCE) -> Counts:
        self.passed += timedelta(seconds=after)
        return await scan_libraries(self.context, reader)

    async def libraries(self) -> list[DictRow]:
        await count_changes(self.context.database, self.context.settings)
        return await self.context.database.run(lambda c: libraries.list_libraries(c, adult=True))

    async def rows(self, statement: LiteralString, *values: object) -> list[DictRow]:
        async def work(connection: Connection) -> list[DictRow]:
            return await (await connection.execute(statement, values)).fetchall()

        return await self.context.database.run(work)

    async def accept_webhooks(self, machine: Machine) -> None:
        """Make a source for a server's webhooks, as an administrator does."""
        wanted = NewSource(name=f"{machine.name}'s webhooks", kind=machine.kind.value)
        made = await self.context.database.run(
            lambda c: sources.make_source(c, wanted, base_url="http://test", now=self.now())
        )
        self._hooks[machine.server_id] = made.url

    async def send(self, machine: Machine, body: bytes) -> str:
        """Send a webhook as the server does; return what became of it."""
        answer = await self._client.post(self._hooks[machine.server_id], content=body)
        assert answer.status_code == 200, answer.text
        return answer.json()["result"]

    async def sessions(self) -> list[Session]:
        async def work(connection: Connection) -> list[Session]:
            cursor = await connection.execute(
                "SELECT * FROM analytics_sessions ORDER BY started_at, id"
            )
            return [from_row(row).record.session for row in await cursor.fetchall()]

        return await self.context.database.run(work)

    async def state(self) -> DictRow:
        [state] = await self.context.database.run(server_states.list_states)
        return state


@asynccontextmanager
async def household(settings: Settings) -> AsyncGenerator[Household]:
    async with open_context(settings) as context:
        opened = Household(context)
        yield opened
        await opened.close()
