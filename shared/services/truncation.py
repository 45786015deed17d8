"""Truncating old addresses: sessions with their pins, evidence, messages and sign-ins.

Each lot is a transaction and what is truncated stays as it is, so that a run that is killed leaves the
rest to the next, and running twice changes nothing.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from shared.clock import utc_now
from shared.domain.truncation import truncated_address, truncated_evidence, truncated_key
from shared.services.fingerprints import Fingerprints, required_fingerprints
from shared.services.jobs import TIME_BUDGET, Counts
from shared.settings import Settings
from shared.store import truncation as store
from shared.store.database import Connection, Database

Row = dict[str, Any]
Position = TypeVar("Position")
_LotAfter = Callable[[Position, Connection], Awaitable[tuple[int, list[Row]]]]
"""Truncates what lies behind a position; gives how many changed, and what was looked at."""

LOT = 500

# As long as a dismissed behaviour is silent: until then it is recognised by its networks.
SILENCE = timedelta(days=30)

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


async def truncate_addresses(database: Database, settings: Settings) -> Counts:
    """Truncate the addresses of sessions that began and ended longer ago than the settings say.

    Evidence of a case that is open, or was closed within 30 days, stays as it is: people look at it.
    """
    days = settings.analytics_retention_addresses_days
    if days is None:
        return {"sessions": 0, "cases": 0, "events": 0, "pins": 0}
    now = utc_now()
    work = _Truncation(
        database,
        required_fingerprints(settings.revenge_encryption_key),
        before=now - timedelta(days=days),
        closed_before=now - SILENCE,
        until=now + TIME_BUDGET,
    )
    counts = {
        "sessions": await work.sessions(),
        "cases": await work.cases(),
        "events": await work.events(),
    }
    await database.run(lambda c: store.truncate_sign_ins(c, before=work.before))
    counts["pins"] = await database.run(lambda c: store.drop_pins(c, before=work.before))
    return counts


@dataclass(frozen=True, slots=True)
class _Truncation:
    """One run over everything that is old enough."""

    database: Database
    hashes: Fingerprints
    before: datetime
    closed_before: datetime
    until: datetime

    async def sessions(self) -> int:
        """Truncate sessions; return how many."""
        return await self._each_lot(
            self._sessions_after,
            first=(_BEGINNING, UUID(int=0)),
            position=lambda row: (row["started_at"], row["id"]),
        )

    async def cases(self) -> int:
        """Truncate the evidence of cases; return how many had any."""
        return await self._each_lot(
            self._cases_after, first=UUID(int=0), position=lambda row: row["id"]
        )

    async def events(self) -> int:
        """Truncate the evidence in messages; return how many had any."""
        return await self._each_lot(
            self._events_after, first=UUID(int=0), position=lambda row: row["id"]
        )

    async def _each_lot(
        self, truncate: _LotAfter[Position], *, first: Position, position: Callable[[Row], Position]
    ) -> int:
        """Truncate lot after lot, until none is left or the time is up; return how many changed."""
        done, after = 0, first
        while utc_now() < self.until:
            changed, rows = await self.database.run(partial(truncate, after))
            done += changed
            if not rows:
                break
            after = position(rows[-1])
        return done

    async def _sessions_after(
        self, after: tuple[datetime, UUID], connection: Connection
    ) -> tuple[int, list[Row]]:
        rows = await store.list_sessions(connection, before=self.before, after=after, limit=LOT)
        if not rows:
            return 0, rows
        pins = [pin for row in rows for pin in self._pins(row)]
        changed = [self._truncated(row) for row in rows]
        written = await store.write_sessions(connection, pins, changed)
        await store.learn_again(connection, {row["user_id"] for row in rows})
        return written, rows

    async def _cases_after(self, after: UUID, connection: Connection) -> tuple[int, list[Row]]:
        rows = await store.list_cases(
            connection, before=self.before, closed_before=self.closed_before, after=after, limit=LOT
        )
        changed = 0
        for row in rows:
            said = [row["details"], row["behaviour_keys"]]
            details, keys = truncated_evidence(said, self.hashes.digest)
            if [details, keys] != said:
                await store.write_case(connection, row, details=details, behaviour_keys=keys)
                changed += 1
        return changed, rows

    async def _events_after(self, after: UUID, connection: Connection) -> tuple[int, list[Row]]:
        rows = await store.list_events(connection, before=self.before, after=after, limit=LOT)
        changed = 0
        for row in rows:
            payload = truncated_evidence(row["payload"], self.hashes.digest)
            if payload != row["payload"]:
                await store.write_event(connection, row["id"], payload)
                changed += 1
        return changed, rows

    def _truncated(self, row: Row) -> Row:
        """Return what is left of a session's addresses."""
        return {
            "user_id": row["user_id"],
            "id": row["id"],
            "version": row["version"],
            "address": _or_none(row["address"], truncated_address),
            "network_key": _or_none(row["network_key"], self._key),
            "past_segments": [
                [_or_none(address, truncated_address), _or_none(key, self._key), *times]
                for address, key, *times in row["past_segments"]
            ],
        }

    def _pins(self, row: Row) -> list[Row]:
        """Return which pins a session's truncated networks take over."""
        keys = {row["network_key"], *(key for _, key, *_ in row["past_segments"])} - {None}
        return [
            {
                "user_id": row["user_id"],
                "network_key": key,
                "new_key": self._key(key),
                "new_address": truncated_address(key),
            }
            for key in sorted(keys)
            if self._key(key) != key
        ]

    def _key(self, key: str) -> str:
        return truncated_key(key, self.hashes.digest)


def _or_none(text: str | None, change: Callable[[str], str]) -> str | None:
    return None if text is None else change(text)
