"""Recording a simulated week: the real services, at the simulated time."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from shared.domain.record import REORDER_WINDOW, time_out
from shared.errors import AppError
from shared.schemas.session_events import BatchEvent, to_session_event, to_user_id
from shared.services.ingest import Arrival, Ingest, record_arrivals
from shared.services.marks import mark_changed
from shared.services.partitions import keep_partitions
from shared.services.rollups import LOT as ITEMS_AT_ONCE
from shared.services.rollups import roll_up_changes
from shared.store import sessions
from shared.store.database import Connection, Database
from tests.simulation.delivery import Lot
from tests.simulation.playing import Told
from tests.simulation.traffic import MONDAY

_SILENT_AT_ONCE = 500
_HOUR = timedelta(hours=1)


@dataclass(slots=True)
class Recorder:
    """Records lots as they arrive, and ends what falls silent in between, as the jobs do."""

    database: Database
    ingest: Ingest
    recorded: int = 0
    _ids: dict[str, UUID] = field(default_factory=dict[str, UUID])
    _held: list[Told] = field(default_factory=list[Told])
    _settled_at: datetime = MONDAY

    async def prepare(self) -> None:
        """Make the week's partitions."""
        await self.database.run(lambda c: keep_partitions(c, self.ingest.settings, MONDAY))

    async def record(self, lot: Lot) -> None:
        """Record a lot; what is for an id that is not known yet waits for its start's answer."""
        await self.end_silent(lot.now)
        await self._send(lot.events, lot.now)
        held, self._held = self._held, []
        await self._send(held, lot.now)

    async def finish(self, now: datetime) -> None:
        """Let everything end that was lost, and count the days."""
        await self.end_silent(now + _HOUR)
        while (await roll_up_changes(self.database, self.ingest.settings))[
            "items"
        ] >= ITEMS_AT_ONCE:
            pass

    async def end_silent(self, now: datetime) -> None:
        """End silent sessions and forget old journals, as cleanup does."""
        while await self.database.run(lambda c: self._end_lot(c, now)) == _SILENT_AT_ONCE:
            pass
        if now - self._settled_at > _HOUR:
            self._settled_at = now
            ended_before = now - 2 * REORDER_WINDOW
            await self.database.run(
                lambda c: sessions.settle_journals(c, ended_before=ended_before, limit=100_000)
            )

    async def _end_lot(self, connection: Connection, now: datetime) -> int:
        patience = timedelta(seconds=self.ingest.settings.analytics_session_timeout_seconds)
        silent = await sessions.list_silent(
            connection, silent_since=now - patience, now=now, limit=_SILENT_AT_ONCE
        )
        ended = [(stored, time_out(stored.record)) for stored in silent]
        await sessions.update(connection, ended)
        changed = [after.session for _, after in ended]
        await mark_changed(connection, changed, now)
        return len(silent)

    async def _send(self, events: Iterable[Told], now: datetime) -> None:
        sent: list[Told] = []
        for told in events:
            unknown = told.by_id and told.run not in self._ids
            (self._held if unknown else sent).append(told)
        arrivals = [self._arrival(told, now) for told in sent]
        if not arrivals:
            return
        outcomes = await self.database.run(lambda c: record_arrivals(c, arrivals, self.ingest, now))
        for told, outcome in zip(sent, outcomes, strict=True):
            assert not isinstance(outcome, AppError), f"{outcome.code}: {told}"
            if told.said["event"] == "start":
                self._ids[told.run] = outcome.session.id
        self.recorded += len(sent)

    def _arrival(self, told: Told, now: datetime) -> Arrival:
        said = BatchEvent.model_validate(told.said)
        event = to_session_event(said, said.event, now=now, ipv6_prefix=64)
        if told.by_id:
            return Arrival(event=event, session_id=self._ids[told.run])
        return Arrival(
            event=event,
            key=(said.source, said.session_key),
            user_id=to_user_id(said, said.source),
            account_id=said.user_id,
        )
