"""Whom a request means: who was merged into somebody is that person wherever people are asked for."""

from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel

from shared.domain.permissions import Caller
from shared.errors import ForbiddenError
from shared.http.context import Context
from shared.store import people
from shared.store.database import Connection

Wanted = TypeVar("Wanted", bound=BaseModel)


async def person_id(context: Context, user_id: UUID) -> UUID:
    """Return the person whom a user was merged into; the user, if nobody was."""
    return await context.database.run(lambda connection: people.person_of(connection, user_id))


async def own_id(context: Context, caller: Caller) -> UUID:
    """Return who calls: the person, if the caller's account was merged into somebody's.

    Raises:
        ForbiddenError: it is nobody: a service, or a key that belongs to no person.
    """
    if caller.user_id is None:
        raise ForbiddenError(f"{caller.name} is no person: only people have sessions of their own.")
    return await person_id(context, caller.user_id)


async def of_persons(connection: Connection, wanted: Wanted) -> Wanted:
    """Return what is wanted with persons as its ``user_id`` or ``users``, if it names any."""
    one: UUID | None = getattr(wanted, "user_id", None)
    many: list[UUID] = getattr(wanted, "users", [])
    update: dict[str, object] = {}
    if one is not None:
        update["user_id"] = await people.person_of(connection, one)
    if many:
        update["users"] = await people.persons_of(connection, many)
    return wanted.model_copy(update=update) if update else wanted
