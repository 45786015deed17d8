"""Carrying actions out: asking media servers, and looking whether it had an effect.

Each time that an action is due, it takes at most four steps, and each leaves the database right if
the process ends there:

1. Claim it in a transaction: a lease is taken.
2. Look at whether it is still called for, and write what that means: withdrawn, done, escalated,
   to be looked at later; or that an attempt is made now.
3. Ask the media server, outside any transaction: it may take seconds.
4. Record in a transaction what came of it.

Who is killed between 2 and 4 leaves a lease that runs out; then it is looked at anew, and asked
again under the same id only if that is still called for.
"""

import logging
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.domain.action_state import (
    LOOK_FOR_END,
    ActionKind,
    ActionState,
    Move,
    Step,
    next_step,
)
from shared.domain.delivery import DeliveryError, Outcome
from shared.domain.order import ImpossibleError, Order, Taken
from shared.schemas.actions import actions_payload
from shared.services.control import MediaServers
from shared.services.delivery import LEASE, again_at, attempt
from shared.services.orders import order_for
from shared.services.rechecks import look
from shared.settings import Settings
from shared.store import action_claims as claims
from shared.store import actions as store
from shared.store import outbox
from shared.store.action_claims import Claimed
from shared.store.database import Connection, Database

FAILED = "action.failed"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ControlRoom:
    """What carrying out actions needs."""

    servers: MediaServers
    settings: Settings

    @property
    def database(self) -> Database:
        """Where actions are."""
        return self.servers.database

    def now(self) -> datetime:
        """Return the present."""
        return self.servers.now()

    async def list_due(self, per_lane: int) -> list[tuple[Hashable, UUID]]:
        """Return the actions to be looked at now, by the source that is asked."""
        return [
            *await self.database.run(
                lambda connection: claims.list_due(connection, now=self.now(), per_source=per_lane)
            )
        ]

    async def carry_out(self, action_id: UUID) -> Outcome | None:
        """Do what an action needs now; ``None`` if nothing was sent.

        Raises:
            UnavailableError: the database is away; a media server's failures are recorded.
        """

        async def claim(connection: Connection) -> Claimed | None:
            now = self.now()
            return await claims.claim(connection, action_id, now=now, lease_until=now + LEASE)

        claimed = await self.database.run(claim)
        if claimed is None:
            return None
        try:
            taken = await self._try(claimed)
        except DeliveryError as error:
            return await self._record_failure(claimed, error)
        if taken is None:
            return None
        await self._record_taken(claimed, taken)
        return Outcome.DELIVERED

    async def _try(self, claimed: Claimed) -> Taken | None:
        """Look, and send if that is what is to be done; ``None`` if it is not."""

        async def send() -> Taken | None:
            order = await self.database.run(lambda connection: self._decide(connection, claimed))
            return None if order is None else await self.servers.send(claimed.source, order)

        return await attempt(f"action {claimed.id}", claimed.attempts + 1, send)

    async def _decide(self, connection: Connection, claimed: Claimed) -> Order | None:
        """Write what is to be done with an action now; return the order, if it is to be sent."""
        now = self.now()
        sight = await look(connection, claimed, self.settings, now)
        step = next_step(claimed.progress, sight, now)
        if step is None:
            return None
        if step.move is Move.SEND:
            verify_by = now + self._time_to_verify()
            if await claims.begin_attempt(connection, claimed, verify_by=verify_by):
                return await order_for(connection, claimed)
            await claims.let_go(connection, claimed)
            return None
        if step.move is Move.WAIT:
            await claims.wait(connection, claimed, at=step.at or now)
        else:
            await self._end(connection, claimed, step, now)
        return None

    async def _end(
        self, connection: Connection, claimed: Claimed, step: Step, now: datetime
    ) -> None:
        tell = step.state is ActionState.ESCALATED
        ended = await claims.end(
            connection, claimed, state=step.state, reason=step.reason, tell=tell, now=now
        )
        if ended and tell:
            await self._tell(connection, claimed, now)

    async def _record_taken(self, claimed: Claimed, taken: Taken) -> None:
        """Note that it is done, or that from now on its effect is looked for."""
        ends_stream = claimed.progress.kind is ActionKind.TERMINATE_STREAM
        is_sent = ends_stream and not taken.is_gone

        async def record(connection: Connection) -> None:
            now = self.now()
            await claims.record_sent(
                connection,
                claimed,
                state=ActionState.SENT if is_sent else ActionState.DONE,
                status=taken.status,
                due_at=now + LOOK_FOR_END if is_sent else None,
                verify_by=now + self._time_to_verify() if is_sent else None,
                now=now,
            )

        await self.database.run(record)

    async def _record_failure(self, claimed: Claimed, error: DeliveryError) -> Outcome:
        """Note why it was not taken; people are told once, when its time is up or it has failed."""
        attempts = claimed.attempts + 1
        now = self.now()
        final = isinstance(error, ImpossibleError)
        next_at = None if final else again_at(error, attempts, now)
        verify_by = claimed.progress.verify_by
        is_late = next_at is None or (verify_by is not None and now >= verify_by)
        tell = is_late and not claimed.told

        async def record(connection: Connection) -> None:
            noted = await claims.record_failure(
                connection,
                claimed,
                error=error.reason,
                status=error.status,
                next_attempt_at=next_at,
                tell=tell,
                now=now,
            )
            if not noted:
                await claims.let_go(connection, claimed)
            elif tell:
                await self._tell(connection, claimed, now)

        await self.database.run(record)
        _log.warning("action %s: attempt %d: %s", claimed.id, attempts, error.reason)
        return Outcome.DEAD if next_at is None else Outcome.FAILED

    async def _tell(self, connection: Connection, claimed: Claimed, now: datetime) -> None:
        """Tell the channels that an action does not work; the relay finds the deliveries."""
        row = await store.find_row(connection, claimed.id)
        if row is None:
            raise AssertionError("an action that was just written is there")
        await outbox.write_event(
            connection,
            kind=FAILED,
            payload=actions_payload([row], public_url=self.settings.analytics_public_url),
            user_id=claimed.user_id,
            now=now,
        )

    def _time_to_verify(self) -> timedelta:
        return timedelta(seconds=self.settings.analytics_actions_verify_seconds)
