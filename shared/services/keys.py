"""API keys: made, rotated and taken away, by who may grant what they permit."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from shared.domain.keys import new_api_key
from shared.domain.permissions import Caller, Permission, Role
from shared.errors import (
    ConflictError,
    FieldError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
)
from shared.schemas.keys import CreatedKey, KeyRotation, KeyView, NewKey, RotatedKey, key_view
from shared.store import access as store
from shared.store.database import Connection


async def list_keys(connection: Connection) -> list[KeyView]:
    """Return all keys, newest first, revoked ones too."""
    return [key_view(row) for row in await store.list_keys(connection)]


async def make_key(
    connection: Connection, wanted: NewKey, *, granter: Caller, now: datetime
) -> CreatedKey:
    """Make a key; the answer is the only place where it is ever shown.

    Raises:
        ForbiddenError: it would permit what its granter may not do.
        InvalidInputError: it would have expired already, or be a member's who is not named.
        ConflictError: another key has this name.
    """
    _demand_all(granter, wanted.granted())
    _check(wanted, now)
    key = new_api_key()
    key_id = await store.add_key(
        connection,
        key,
        name=wanted.name,
        role=wanted.role,
        now=now,
        user_id=wanted.user_id,
        permissions=wanted.permissions,
        expires_at=wanted.expires_at,
    )
    if key_id is None:
        raise ConflictError("Another key has this name, or had it.", code="name_taken")
    return CreatedKey(**(await _find(connection, key_id)).model_dump(), key=key)


async def rotate_key(
    connection: Connection, key_id: UUID, wanted: KeyRotation, *, granter: Caller, now: datetime
) -> RotatedKey:
    """Give a key another secret, shown in this answer only; the one before still works a while.

    Raises:
        NotFoundError: there is none of this id.
        ForbiddenError: it permits what its granter may not do.
        ConflictError: it is revoked or has expired.
    """
    found = await _find(connection, key_id)
    _demand_all(granter, {Permission(name) for name in found.permissions})
    key, former_until = new_api_key(), now + timedelta(seconds=wanted.overlap_seconds)
    rotated = await store.rotate_key(connection, key_id, key, now=now, former_until=former_until)
    if not rotated:
        raise ConflictError("It is revoked or has expired: make another key.", code="key_ended")
    view = await _find(connection, key_id)
    return RotatedKey(**view.model_dump(), key=key, former_until=former_until)


async def revoke_key(
    connection: Connection, key_id: UUID, *, revoker: Caller, now: datetime
) -> None:
    """Take a key away; within seconds nothing can be done with it. It stays in the list.

    Raises:
        NotFoundError: there is none of this id.
        ConflictError: it is the one that asks, and so perhaps the last.
    """
    found = await _find(connection, key_id)
    if store.caller_name(found.name) == revoker.name:
        raise ConflictError(
            "A key cannot revoke itself: use another one, so that one is left.",
            code="key_in_use",
        )
    await store.revoke_key(connection, key_id, now=now)


def _demand_all(granter: Caller, granted: Collection[Permission]) -> None:
    # Adult content is in no role, an administrator's either: it is granted by name alone.
    lacking = set(granted) - granter.permissions - {Permission.LEGACY_READ}
    if lacking:
        raise ForbiddenError(
            f"{granter.name} cannot grant what it may not do: {', '.join(sorted(lacking))}."
        )


def _check(wanted: NewKey, now: datetime) -> None:
    errors: list[FieldError] = []
    if wanted.role is Role.MEMBER and wanted.user_id is None:
        errors.append(FieldError("user_id", "is needed: a member's key shows that member's own"))
    if wanted.expires_at is not None and wanted.expires_at <= now:
        errors.append(FieldError("expires_at", "has passed already"))
    if errors:
        named = "; ".join(f"{error.field} {error.message}" for error in errors)
        raise InvalidInputError(f"The key is not valid: {named}.", errors=errors)


async def _find(connection: Connection, key_id: UUID) -> KeyView:
    row = await store.find_key(connection, key_id)
    if row is None:
        raise NotFoundError("There is no such key.", code="key_not_found")
    return key_view(row)
