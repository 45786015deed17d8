"""Media servers as we ask them: to carry out orders, and whether they answer at all."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from shared.domain.action_state import ActionKind
from shared.domain.delivery import DeliveryError, Outcome
from shared.domain.order import ImpossibleError, Order, Taken
from shared.services.delivery import LEASE, attempt
from shared.services.vault import Vault
from shared.store import media_servers as store
from shared.store.database import Connection, Database

Row = Mapping[str, Any]

PLAYBACK_SERVICE = "revenge"


class CarryOut(Protocol):
    """Asks media servers of one kind to carry out an order."""

    async def __call__(self, config: Mapping[str, Any], order: Order, /) -> Taken:
        """Ask for it, and return the answer.

        Raises:
            ImpossibleError: it will never be taken.
            DeliveryError: it was not taken.
        """
        ...


class Check(Protocol):
    """Tries a media server out."""

    async def __call__(self, config: Mapping[str, Any], /) -> str | None:
        """Return the source as whose server it makes itself known, if it does.

        Raises:
            DeliveryError: it does not work; the reason is a verdict for a person.
        """
        ...


@dataclass(frozen=True, slots=True)
class Control:
    """How media servers of one kind are asked."""

    carry_out: CarryOut
    check: Check


@dataclass(frozen=True, slots=True)
class MediaServers:
    """Media servers, the controls of each kind, and the open resources of a worker."""

    database: Database
    vault: Vault
    controls: Mapping[str, Control]
    now: Callable[[], datetime]

    async def send(self, source: str, order: Order) -> Taken:
        """Ask the server that a stream is on, or for an account every playback service.

        Raises:
            ImpossibleError: there is none, or it will never take this.
            DeliveryError: one did not take it; those that did know a repeat by its id.
        """

        async def find(connection: Connection) -> list[Row]:
            if order.stream is None:
                return [*await store.list_of_kind(connection, PLAYBACK_SERVICE)]
            row = await store.find_for_source(connection, source)
            return [] if row is None else [row]

        servers = await self.database.run(find)
        if not servers:
            raise ImpossibleError(
                f"No media server that answers for {source} is connected."
                if source
                else "No playback service is connected, and only one can suspend accounts."
            )
        answers = [await self._ask(server, order) for server in servers]
        is_gone = all(answer.is_gone for answer in answers)
        if is_gone and order.kind is ActionKind.SUSPEND_ACCOUNT:
            raise ImpossibleError("No playback service knows this person.")
        return Taken(answers[-1].status, is_gone=is_gone)

    async def _ask(self, server: Row, order: Order) -> Taken:
        if not server["enabled"]:
            why = f" {server['disabled_reason']}" if server["disabled_reason"] else ""
            raise ImpossibleError(f"The media server {server['name']} is disabled.{why}")
        try:
            config = self.vault.unseal(server["config"])
            return await self.controls[server["kind"]].carry_out(config, order)
        except DeliveryError as error:
            if error.permanent:
                await self._disable(server, error.reason)
            raise

    async def _disable(self, server: Row, reason: str) -> None:
        await self.database.run(
            lambda connection: store.disable_server(
                connection, server["id"], config=server["config"], reason=reason, now=self.now()
            )
        )


@dataclass(frozen=True, slots=True)
class Trials:
    """Trying media servers out, as somebody asked for by saving one."""

    servers: MediaServers

    async def list_due(self, per_lane: int) -> list[tuple[Hashable, UUID]]:
        """Return the servers to be tried out now, each in a lane of its own."""
        del per_lane
        due = await self.servers.database.run(
            lambda connection: store.list_checks(connection, now=self.servers.now())
        )
        return [(server_id, server_id) for server_id in due]

    async def carry_out(self, server_id: UUID) -> Outcome | None:
        """Try a server out and write the verdict, which is no delivery: returns ``None``."""
        lease_until = self.servers.now() + LEASE
        row = await self.servers.database.run(
            lambda connection: store.claim_check(
                connection, server_id, now=self.servers.now(), lease_until=lease_until
            )
        )
        if row is None:
            return None
        works, verdict, source = await self._try(row)

        async def record(connection: Connection) -> None:
            await store.record_check(
                connection,
                server_id,
                lease_until=lease_until,
                works=works,
                verdict=verdict,
                source=source,
                now=self.servers.now(),
            )

        await self.servers.database.run(record)
        return None

    async def _try(self, row: Row) -> tuple[bool, str, str | None]:
        """Return whether a server works, in words, and the source it makes itself known as."""

        async def check() -> str | None:
            config = self.servers.vault.unseal(row["config"])
            return await self.servers.controls[row["kind"]].check(config)

        try:
            source = await attempt(f"trial of media server {row['id']}", 1, check)
        except DeliveryError as error:
            return False, error.reason, None
        if source and row["source"] and source != row["source"]:
            said = f"It answers, but it is {source}, and not {row['source']}."
            return False, said, None
        return True, "It answers.", source
