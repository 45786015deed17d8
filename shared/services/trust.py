"""Trust: what a change of the ledger does to a person's score, and who is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.clock import utc_now
from shared.domain.trust import (
    LedgerEntry,
    Threshold,
    recovery_due,
    reset,
    score,
    thresholds_crossed,
)
from shared.schemas.trust import TrustDetail, trust_detail
from shared.services.jobs import Counts
from shared.services.users import no_such_user
from shared.settings import Settings
from shared.store import actions, outbox, people
from shared.store import trust as store
from shared.store.database import Connection, Database
from shared.store.dirty import NOBODY

LOT = 1_000


@dataclass(frozen=True, slots=True)
class Fallen:
    """What a change of trust led to: thresholds that fired, and alerts of them to be delivered."""

    thresholds: tuple[Threshold, ...] = ()
    deliveries: tuple[UUID, ...] = ()


def thresholds_of(settings: Settings) -> dict[Threshold, int]:
    """Return the thresholds that are on, by what they do (docs/detection.md)."""
    known = (
        (
            Threshold.WARN,
            settings.analytics_trust_warn_enabled,
            settings.analytics_trust_warn_threshold,
        ),
        (
            Threshold.TERMINATE,
            settings.analytics_trust_terminate_enabled,
            settings.analytics_trust_terminate_threshold,
        ),
        (
            Threshold.SUSPEND,
            settings.analytics_trust_suspend_enabled,
            settings.analytics_trust_suspend_threshold,
        ),
    )
    return {threshold: value for threshold, is_on, value in known if is_on}


async def falls_to(
    connection: Connection, user_id: UUID, threshold: Threshold, settings: Settings
) -> bool:
    """Say whether a person's trust is at or below a threshold that is on."""
    value = thresholds_of(settings).get(threshold)
    if value is None:
        return False
    return score(await store.list_entries(connection, user_id)) <= value


async def charge(
    connection: Connection, user_id: UUID, entry: LedgerEntry, settings: Settings, now: datetime
) -> Fallen:
    """Take off what a new case costs."""
    return await _change(connection, user_id, [entry], settings, now)


async def give_back(
    connection: Connection, user_id: UUID, case_id: UUID, settings: Settings, now: datetime
) -> Fallen:
    """Take back what a case cost: it was a false alarm."""
    await store.lock_score(connection, user_id, now=now)
    await store.void_case_entries(connection, user_id, case_id, void=True)
    return await _change(connection, user_id, [], settings, now)


async def charge_again(
    connection: Connection, user_id: UUID, case_id: UUID, settings: Settings, now: datetime
) -> Fallen:
    """Let count again what a case cost: it was no false alarm after all."""
    await store.lock_score(connection, user_id, now=now)
    await store.void_case_entries(connection, user_id, case_id, void=False)
    return await _change(connection, user_id, [], settings, now)


@dataclass(frozen=True, slots=True)
class Reset:
    """What a score was before it was set to 100, and the entry that did that."""

    before: int
    entry_id: UUID


async def reset_score(
    connection: Connection, user_id: UUID, settings: Settings, *, reason: str, now: datetime
) -> Reset:
    """Set a person's score back to 100."""
    before = (await store.lock_score(connection, user_id, now=now)).value
    fresh = reset(before, at=now, reason=reason)
    entry_id = await store.add_entry(connection, user_id, fresh)
    await _change(connection, user_id, [], settings, now)
    return Reset(before, entry_id)


async def take_reset_back(
    connection: Connection, user_id: UUID, entry_id: UUID, settings: Settings, now: datetime
) -> Fallen | None:
    """Let a score be as if it had not been set to 100; ``None`` if that was done already."""
    await store.lock_score(connection, user_id, now=now)
    if not await store.void_entry(connection, user_id, entry_id):
        return None
    return await _change(connection, user_id, [], settings, now)


async def fold_again(
    connection: Connection, user_id: UUID, settings: Settings, now: datetime
) -> None:
    """Write the score of a ledger that is another by now: entries came from, or went to, somebody.

    Nobody is told and nothing is done: what the score is below counts as having fired.
    """
    await store.lock_score(connection, user_id, now=now)
    after = score(await store.list_entries(connection, user_id))
    fired = {threshold for threshold, value in thresholds_of(settings).items() if after <= value}
    await store.write_score(connection, user_id, score=after, fired=fired, now=now)


async def show_trust(connection: Connection, user_id: UUID) -> TrustDetail:
    """Return a person's score and ledger, and whether the account is suspended.

    Raises:
        NotFoundError: there is no such person.
    """
    rows = await store.list_rows(connection, {"user_id": user_id})
    if not rows:
        raise no_such_user()
    return trust_detail(
        rows[0],
        await store.list_entries(connection, user_id),
        suspended_at=await actions.suspended_at(connection, user_id),
    )


async def recover(
    connection: Connection, user_id: UUID, settings: Settings, *, now: datetime
) -> int:
    """Give back the points that clean days earned; return how many days."""
    await store.lock_score(connection, user_id, now=now)
    owed = recovery_due(await store.list_entries(connection, user_id), now, settings.zone)
    await _change(connection, user_id, owed, settings, now)
    return len(owed)


async def _change(
    connection: Connection,
    user_id: UUID,
    entries: Sequence[LedgerEntry],
    settings: Settings,
    now: datetime,
) -> Fallen:
    """Add to the ledger, fold it again, and tell of what was crossed on the way down.

    The score row is locked first, so that two changes at once come one after the other.
    """
    thresholds = thresholds_of(settings)
    before = await store.lock_score(connection, user_id, now=now)
    for entry in entries:
        await store.add_entry(connection, user_id, entry)
    after = score(await store.list_entries(connection, user_id))
    armed = thresholds.keys() - before.fired
    crossing = thresholds_crossed(before.value, after, armed, thresholds)
    await store.write_score(
        connection, user_id, score=after, fired=thresholds.keys() - crossing.armed, now=now
    )
    deliveries: list[UUID] = []
    for threshold in crossing.fired:
        said = {"score": after, "threshold": thresholds[threshold], "action": threshold}
        deliveries += await _tell(connection, user_id, said, now)
    return Fallen(crossing.fired, tuple(deliveries))


async def _tell(
    connection: Connection, user_id: UUID, said: Mapping[str, object], now: datetime
) -> list[UUID]:
    person = await people.load_person(connection, user_id)
    whom = {"user_id": str(user_id), "user_name": person and person.name}
    return await outbox.write_event(
        connection, kind="trust.low", payload={**whom, **said}, user_id=user_id, now=now
    )


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
