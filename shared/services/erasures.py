"""Erasing people: all of them, for good, and so that nothing that comes late brings one back.

1. Asked for, the person is buried at once, in one transaction with the request: from then on no event
   is recorded of them.
2. Their sessions go, lot by lot; then what they did goes out of every sum, lot by lot.
3. The rest goes in one transaction: their rows of every table, and what names them in the rows of
   others. With it the erasure forgets whom it was about.

Each lot is a transaction, and each step asks what is left: whoever is killed leaves the rest to the
next, and doing any of it twice changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.clock import utc_now
from shared.domain.identifiers import new_id
from shared.domain.naming import pattern_of
from shared.errors import ConflictError, FieldError, InvalidInputError, NotFoundError
from shared.services import users
from shared.services.jobs import TIME_BUDGET, Counts
from shared.services.reports import forget_person as forget_reports
from shared.services.rollups import forget_lot
from shared.settings import Settings
from shared.store import erasures as store
from shared.store import merges, personal_rows
from shared.store.database import Connection, Database
from shared.store.erasures import Claimed
from shared.store.personal_rows import Names

Row = Mapping[str, Any]

LOT = 500
LEASE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Asked:
    """An erasure that was asked for, and whether it goes on already."""

    row: Row
    is_new: bool


async def preview(connection: Connection, user_id: UUID) -> dict[str, int]:
    """Return what an erasure of a person would delete: rows by the sections of an export.

    Raises:
        NotFoundError: there is no such person.
    """
    await users.find_user(connection, user_id)
    return await personal_rows.count(connection, user_id)


async def ask(
    connection: Connection, user_id: UUID, *, confirm: str | None, actor: str, now: datetime
) -> Asked:
    """Ask for a person to be erased; who asks twice gets the erasure that goes on.

    Raises:
        NotFoundError: there is no such person.
        InvalidInputError: what confirms it is neither the person's id nor name.
        ConflictError: the person was merged into another, or others were into the person.
    """
    person = await users.find_user(connection, user_id)
    known_as = {str(user_id), (person["name"] or str(user_id)).lower()}
    if (confirm or "").strip().lower() not in known_as:
        raise InvalidInputError(
            "Repeat the id or the name of the user who is to be erased.",
            errors=[FieldError("confirm", "is neither the user's id nor the user's name")],
        )
    expected = await personal_rows.count(connection, user_id)
    erasure_id = new_id(now)
    await store.bury(connection, user_id, now=now)
    await _insist_on_split(connection, user_id)
    is_new = await store.add(
        connection, erasure_id, user_id=user_id, actor=actor, expected=expected, now=now
    )
    [row] = await store.list_rows(connection, {"user_id": user_id})
    return Asked(row, is_new)


async def _insist_on_split(connection: Connection, user_id: UUID) -> None:
    """Refuse to erase one of several users that are one, once nobody can merge the person."""
    person = await users.find_user(connection, user_id)
    if person["merged_into"] or await merges.stands_for_others(connection, user_id):
        raise ConflictError(
            "This user is merged with others: split them first, and erase each that is meant.",
            code="user_merged",
        )


async def find(connection: Connection, erasure_id: UUID) -> Row:
    """Return an erasure.

    Raises:
        NotFoundError: there is none of this id.
    """
    rows = await store.list_rows(connection, {"id": erasure_id})
    if not rows:
        raise NotFoundError("There is no such erasure.", code="erasure_not_found")
    return rows[0]


async def readmit(connection: Connection, user_id: UUID) -> None:
    """Let somebody be recorded again who was erased; what was erased stays gone.

    Raises:
        ConflictError: they were not erased, or that still goes on.
    """
    if not await store.unbury(connection, user_id):
        raise ConflictError(
            "This user was not erased, or the erasure is not over yet.", code="user_not_erased"
        )


async def erase_waiting(database: Database, settings: Settings) -> Counts:
    """Work at the erasures that were asked for until none is left or the time is up."""
    until, erased = utc_now() + TIME_BUDGET, 0
    while utc_now() < until:
        claimed = await database.run(
            lambda connection: store.claim(connection, lease_until=utc_now() + LEASE, now=utc_now())
        )
        if claimed is None:
            break
        erased += await _erase(database, _Work(claimed, settings), until)
    return {"erased": erased}


async def _erase(database: Database, work: "_Work", until: datetime) -> bool:
    """Do an erasure's steps; say whether it was finished before the time was up."""
    while utc_now() < until:
        if await database.run(work.delete_lot) or await database.run(work.forget_lot):
            continue
        if await database.run(work.finish):
            return True
    return False


@dataclass(frozen=True, slots=True)
class _Work:
    """The steps of an erasure that is ours, each for one transaction."""

    claimed: Claimed
    settings: Settings

    async def delete_lot(self, connection: Connection) -> int:
        """Delete some sessions; return how many."""
        gone = await store.delete_sessions(connection, self.claimed.user_id, limit=LOT)
        await store.note_progress(
            connection, self.claimed, lease_until=utc_now() + LEASE, sessions=gone
        )
        return gone

    async def forget_lot(self, connection: Connection) -> int:
        """Take what was done with some items out of every sum; return how many items."""
        now = utc_now()
        gone = await forget_lot(connection, self.claimed.user_id, self.settings, limit=LOT, now=now)
        await store.note_progress(connection, self.claimed, lease_until=now + LEASE, items=gone)
        return gone

    async def finish(self, connection: Connection) -> bool:
        """Do all the rest; say whether it could be done: a session may have come meanwhile."""
        user_id, now = self.claimed.user_id, utc_now()
        if await store.has_history(connection, user_id):
            return False
        words = await store.list_words(connection, user_id)
        actors = await store.list_actors(connection, user_id)
        names = Names(user_id, actors, pattern_of([str(user_id), *words]))
        await store.forget_shared(connection, user_id)
        await forget_reports(connection, user_id, self.settings, now=now)
        await personal_rows.delete(connection, user_id)
        await personal_rows.redact(connection, names)
        await store.erase_from_audit(connection, names, now=now)
        await store.finish(connection, self.claimed, now=now)
        return True
