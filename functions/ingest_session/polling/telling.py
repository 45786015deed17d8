"""What a server's lists tell, recorded; and what is recorded already, where it bears on them."""

import logging
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from functions.ingest_session.adapters.arrivals import to_arrival
from functions.ingest_session.adapters.playback import Playback
from functions.ingest_session.arrivals import record
from shared.domain.session import EventKind, SessionEvent
from shared.errors import AppError
from shared.http.context import Context
from shared.services.ingest import Arrival
from shared.store import server_states
from shared.store.server_states import Claim

# What is in no list for so long, and told by nobody else either, is over.
UNLISTED = timedelta(seconds=30)

_log = logging.getLogger(__name__)


class Teller:
    """Records what one server's lists tell. Whatever is asked of it may raise AppError."""

    def __init__(self, claimed: Claim, context: Context) -> None:
        self._claimed = claimed
        self._context = context

    async def record(self, happened: Iterable[Playback]) -> int:
        """Record events and return how many; what is refused by itself is no reason to stop."""
        told = list(happened)
        if not told:
            return 0
        outcomes = await record(self._context, await self._arrivals(told))
        refused = [outcome for outcome in outcomes if isinstance(outcome, AppError)]
        for error in refused:
            _log.info("an event of %s is refused: %s", self._claimed.name, error.detail)
        return len(outcomes) - len(refused)

    async def ended(
        self, server_id: str, keys: Collection[str], *, since: datetime | None
    ) -> set[str]:
        """Return which of some keys were used for what webhooks ended since the list before.

        A list that was under way then may still have it.
        """
        if not keys or since is None:
            return set()
        return await self._context.database.run(
            lambda connection: server_states.list_ended_runs(
                connection, self._source(server_id), keys, since=since
            )
        )

    async def end_unlisted(self, server_id: str, keys: Collection[str], now: datetime) -> None:
        """End what webhooks made known and the list has not had for long.

        Its end was lost, or its start came too late.
        """
        found = await self._context.database.run(
            lambda connection: server_states.list_unlisted(
                connection, self._source(server_id), keys, since=now - UNLISTED
            )
        )
        if found:
            ends = [Arrival(SessionEvent(EventKind.STOP, u.last_seen_at), u.id) for u in found]
            await record(self._context, ends)

    def _source(self, server_id: str) -> str:
        return f"{self._claimed.kind}:{server_id}"

    async def _arrivals(self, told: Sequence[Playback]) -> list[Arrival]:
        context, kind = self._context, self._claimed.kind
        now, own = context.now(), await context.own_addresses.current(context.database)
        return [to_arrival(p, kind, context.settings, now, own_addresses=own) for p in told]
