"""Merging a user into a person, and splitting it off again: each in one transaction.

Afterwards everything is as if it had always been so: whatever is read of the person, counted,
learned or found; and what an account did is told from what another did by the rows themselves.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.domain.merging import Move, Suggestion, suggestions
from shared.errors import ConflictError, FieldError, InvalidInputError
from shared.services import trust
from shared.services.households import learn_user
from shared.services.users import find_user, no_such_user
from shared.settings import Settings
from shared.store import dirty, erasures, merges, rollups
from shared.store import trust as trust_store
from shared.store.database import Connection

Row = dict[str, Any]


async def merge(
    connection: Connection, user_id: UUID, person_id: UUID, settings: Settings, *, now: datetime
) -> bool:
    """Merge a user into a person; say whether that was new.

    1. Hold both, with their marks and scores: who tells of one waits, and then finds it merged.
    2. Move what the user did. Where both have an open case of a rule, the user's is closed.
    3. Move the facts, and add up both people's sums; items that both played are counted anew.
    4. Fold the ledger of both, and learn the households of both.

    Raises:
        InvalidInputError: the two are one.
        NotFoundError: one of them is not known.
        ConflictError: one of them is merged into somebody else, or others are into the user, or one
            is being erased.
    """
    known = await _hold(connection, user_id, person_id)
    if known[user_id] == person_id:
        return False
    for each in (user_id, person_id):
        _insist_on_person(each, known[each])
    if await merges.stands_for_others(connection, user_id):
        raise ConflictError(
            "Others were merged into this user: split them off first, or merge the other way.",
            code="user_has_merged",
        )
    await _hold_what_follows(connection, (user_id, person_id), now)
    await merges.merge(connection, user_id, person_id, now=now)
    if await erasures.find_erased(connection, (user_id, person_id)):
        raise ConflictError("One of the two is being erased.", code="user_erased")
    move = Move.merging(user_id, person_id)
    await rollups.move_facts(connection, move, zone=settings.zone, now=now)
    await _begin_anew(connection, [person_id], settings, now)
    return True


async def split(
    connection: Connection, user_id: UUID, person_id: UUID, settings: Settings, *, now: datetime
) -> bool:
    """Split a user off the person that it was merged into; say whether that was new.

    What its account did until now is its own again. Cases that were found of both together stay
    with the person.

    Raises:
        InvalidInputError: the two are one.
        NotFoundError: one of them is not known.
        ConflictError: the user is merged into somebody else.
    """
    known = await _hold(connection, user_id, person_id)
    if known[user_id] is None:
        return False
    if known[user_id] != person_id:
        _insist_on_person(user_id, known[user_id])
    await _hold_what_follows(connection, (user_id, person_id), now)
    move = Move.splitting(user_id, person_id)
    await merges.split(connection, user_id, person_id)
    await rollups.move_facts(connection, move, zone=settings.zone, now=now)
    await merges.see_again(connection, user_id, person_id)
    await _begin_anew(connection, [person_id, user_id], settings, now)
    return True


async def suggest(connection: Connection) -> tuple[list[Suggestion], dict[UUID, str | None]]:
    """Return which people may be one, and what they are called."""
    found = suggestions(await merges.list_candidates(connection))
    users = {user_id for one in found for user_id in (one.person_id, one.user_id)}
    return found, await merges.list_names(connection, users)


async def list_accounts(connection: Connection, user_id: UUID) -> Sequence[Row]:
    """Return a person's users and their accounts on media servers, the person's own first.

    Raises:
        NotFoundError: there is no such person.
    """
    await find_user(connection, user_id)
    return await merges.list_accounts(connection, user_id)


async def _hold(connection: Connection, user_id: UUID, person_id: UUID) -> dict[UUID, UUID | None]:
    if user_id == person_id:
        raise InvalidInputError(
            "A user cannot be merged with itself, nor split off itself.",
            code="user_is_itself",
            errors=[FieldError("user_id", "is the user that it is to be merged with")],
        )
    known = await merges.hold_users(connection, (user_id, person_id))
    if len(known) < 2:  # noqa: PLR2004  (two people)
        raise no_such_user()
    return known


def _insist_on_person(user_id: UUID, merged_into: UUID | None) -> None:
    if merged_into is not None:
        raise ConflictError(
            f"User {user_id} was merged into user {merged_into}: split it off first.",
            code="user_merged",
        )


async def _hold_what_follows(connection: Connection, people: Sequence[UUID], now: datetime) -> None:
    """Have both looked at, which no detector does before COMMIT, and let nobody change trust."""
    await dirty.mark_users(connection, people, due_at=now, now=now)
    for user_id in sorted(people):
        await trust_store.lock_score(connection, user_id, now=now)


async def _begin_anew(
    connection: Connection, people: Sequence[UUID], settings: Settings, now: datetime
) -> None:
    """Fold and learn anew of whom there is more, or less, than before."""
    for user_id in people:
        await trust.fold_again(connection, user_id, settings, now)
        await learn_user(connection, user_id, settings, now=now)
