"""Trust: what a change of the ledger does to a person's score, and who is told."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared.clock import utc_now
from shared.domain.trust import (
    LedgerEntry,
    penalty,
    recovery_due,
    reset,
    score,
    thresholds_crossed,
)
from shared.errors import NotFoundError
from shared.schemas.trust import TrustDetail, trust_detail
from shared.services.jobs import Counts
from shared.settings import Settings
from shared.store import outbox, people
from shared.store import trust as store
from shared.store.database import Connection, Database
from shared.store.dirty import NOBODY

# Of the thresholds only this one is on at first (DETECTION section 5).
THRESHOLDS = {"warn": 70}

LOT = 1_000


async def charge(
    connection: Connection,
    user_id: UUID,
    *,
    severity: int,
    case_id: UUID,
    reason: str,
    now: datetime,
) -> list[UUID]:
    """Take off what a new case costs; return deliveries to be made."""
    entry = penalty(severity, case_id=case_id, at=now, reason=reason)
    return await _change(connection, user_id, [entry], now)


async def give_back(
    connection: Connection, user_id: UUID, case_id: UUID, *, now: datetime
) -> list[UUID]:
    """Take back what a case cost: it was a false alarm. Return deliveries to be made."""
    return await _void(connection, user_id, case_id, void=True, now=now)


async def charge_again(
    connection: Connection, user_id: UUID, case_id: UUID, *, now: datetime
) -> list[UUID]:
    """Let count again what a case cost: it was no false alarm. Return deliveries to be made."""
    return await _void(connection, user_id, case_id, void=False, now=now)


async def reset_score(connection: Connection, user_id: UUID, *, reason: str, now: datetime) -> int:
    """Set a person's score back to 100; return what it was."""
    before = (await store.lock_score(connection, user_id, now=now)).value
    await _change(connection, user_id, [reset(before, at=now, reason=reason)], now)
    return before


async def show_trust(connection: Connection, user_id: UUID) -> TrustDetail:
    """Return a person's score and ledger.

    Raises:
        NotFoundError: there is no such person.
    """
    rows = await store.list_rows(connection, {"user_id": user_id})
    if not rows:
        raise NotFoundError("There is no such user.", code="user_not_found")
    return trust_detail(rows[0], await store.list_entries(connection, user_id))


async def recover(
    connection: Connection, user_id: UUID, settings: Settings, *, now: datetime
) -> int:
    """Give back the points that clean days earned; return how many days."""
    await store.lock_score(connection, user_id, now=now)
    owed = recovery_due(await store.list_entries(connection, user_id), now, settings.zone)
    await _change(connection, user_id, owed, now)
    return len(owed)


async def _void(
    connection: Connection, user_id: UUID, case_id: UUID, *, void: bool, now: datetime
) -> list[UUID]:
    await store.lock_score(connection, user_id, now=now)
    await store.void_case_entries(connection, user_id, case_id, void=void)
    return await _change(connection, user_id, [], now)


async def _change(
    connection: Connection, user_id: UUID, entries: Sequence[LedgerEntry], now: datetime
) -> list[UUID]:
    """Add to the ledger, fold it again, and tell of a threshold that was crossed on the way down.

    The score row is locked first, so that two changes at once come one after the other.
    """
    before = await store.lock_score(connection, user_id, now=now)
    for entry in entries:
        await store.add_entry(connection, user_id, entry)
    after = score(await store.list_entries(connection, user_id))
    armed = THRESHOLDS.keys() - before.fired
    crossing = thresholds_crossed(before.value, after, armed, THRESHOLDS)
    await store.write_score(
        connection, user_id, score=after, fired=THRESHOLDS.keys() - crossing.armed, now=now
    )
    deliveries: list[UUID] = []
    for name in crossing.fired:
        person = await people.load_person(connection, user_id)
        deliveries += await outbox.write_event(
            connection,
            kind="trust.low",
            payload={
                "user_id": str(user_id),
                "user_name": person and person.name,
                "score": after,
                "threshold": THRESHOLDS[name],
                "action": name,
            },
            user_id=user_id,
            now=now,
        )
    return deliveries


async def recover_everybody(database: Database, settings: Settings) -> Counts:
    """Give everybody below 100 what clean days earned, a person a transaction."""
    people = days = 0
    after = NOBODY
    while lot := await database.run(
        lambda connection, after=after: store.list_below(connection, after=after, limit=LOT)
    ):
        for user_id in lot:
            days += await database.run(
                lambda connection, user_id=user_id: recover(
                    connection, user_id, settings, now=utc_now()
                )
            )
        people += len(lot)
        after = lot[-1]
    return {"people": people, "days": days}
