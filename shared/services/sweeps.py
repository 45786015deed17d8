"""Sweeping: everybody who is due is looked at, a person a transaction."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.clock import utc_now
from shared.services import rules
from shared.services.detection import Detected, detect_for_user
from shared.services.jobs import TIME_BUDGET, Counts
from shared.services.quiet import LOT as TOGETHER
from shared.services.quiet import Passed, pass_over_quiet
from shared.settings import Settings
from shared.store import dirty
from shared.store.database import Connection, Database
from shared.tasks.nudges import Nudger

LOT = 500
_MANY = 8

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sweep:
    """What a sweep works with."""

    database: Database
    settings: Settings
    nudges: Nudger

    async def run(self) -> Counts:
        """Look at everybody who is due, until nobody is or the time is used up."""
        began = utc_now()
        counts: Counts = {"users": 0, "opened": 0, "grown": 0, "failed": 0}
        while utc_now() - began < TIME_BUDGET:
            due = await self.database.run(
                lambda connection: dirty.list_due_users(connection, now=utc_now(), limit=LOT)
            )
            looked = await self.look_at(due)
            for name, count in looked.items():
                counts[name] += count
            if len(due) < LOT or looked["users"] == 0:
                break
        return counts

    async def look_at(self, user_ids: Sequence[UUID]) -> Counts:
        """Look at people, as many at once as there are connections.

        Many are looked at together first, to pass over those of whom there is nothing to find.
        One who cannot be looked at keeps the mark and holds nobody else up.
        """
        if len(user_ids) < _MANY:
            return await self._look_at_each(user_ids)
        passed = await self._pass_over_quiet(user_ids)
        counts = await self._look_at_each(passed.others)
        counts["users"] += passed.quiet
        return counts

    async def _pass_over_quiet(self, user_ids: Sequence[UUID]) -> Passed:
        """Look at people lot by lot; return who is to be looked at one by one."""
        count, others = 0, list[UUID]()
        for first in range(0, len(user_ids), TOGETHER):
            lot = user_ids[first : first + TOGETHER]

            async def work(connection: Connection, lot: Sequence[UUID] = lot) -> Passed:
                return await pass_over_quiet(connection, lot, self.settings, utc_now())

            try:
                passed = await self.database.run(work)
            except Exception:  # noqa: BLE001  (one person must not hold up the others)
                _log.exception("%d users could not be looked at together", len(lot))
                others += lot
            else:
                count += passed.quiet
                others += passed.others
        return Passed(count, others)

    async def _look_at_each(self, user_ids: Sequence[UUID]) -> Counts:
        gate = asyncio.Semaphore(self.settings.analytics_database_pool_size)
        done: list[Detected] = []
        failed: list[UUID] = []

        async def look(user_id: UUID) -> None:
            async with gate:
                try:
                    detected = await self._look_at(user_id)
                except Exception:  # noqa: BLE001  (one person must not hold up the others)
                    _log.exception("user %s could not be looked at", user_id)
                    failed.append(user_id)
                else:
                    done.extend([detected] if detected else [])

        await asyncio.gather(*(look(user_id) for user_id in user_ids))
        return {
            "users": len(done),
            "opened": sum(one.opened for one in done),
            "grown": sum(one.grown for one in done),
            "failed": len(failed),
        }

    async def _look_at(self, user_id: UUID) -> Detected | None:
        async def work(connection: Connection) -> Detected | None:
            return await detect_for_user(connection, user_id, self.settings, utc_now())

        detected = await self.database.run(work)
        if detected is not None:
            await self.nudges.deliver(detected.deliveries)
            for action_id, at in detected.actions:
                await self.nudges.act([action_id], at=at)
            if detected.due_at is not None:
                await self.nudges.detect([user_id], at=detected.due_at)
        return detected


async def look_for_dormant(database: Database) -> Counts:
    """Mark people who have been silent as long as a rule allows: silence makes nobody dirty."""
    silence = await database.run(rules.shortest_silence)
    if silence is None:
        return {"marked": 0}
    now = utc_now()
    silent_since = now - silence
    marked, after = 0, dirty.NOBODY
    while lot := await database.run(
        lambda connection, after=after: dirty.mark_dormant(
            connection, silent_since=silent_since, after=after, limit=LOT, now=now
        )
    ):
        marked += len(lot)
        after = max(lot)
    return {"marked": marked}
