"""Corrections of networks: made, changed and taken away.

``located_networks`` applies them to the pins, so that they are in force at once and everywhere;
taking one away brings the pin back.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.clock import utc_now
from shared.domain.identifiers import new_id
from shared.errors import ConflictError, FieldError, InvalidInputError, NotFoundError
from shared.schemas.networks import NewOverride, OverrideChange, place_of_override
from shared.services.concerned import mark_on_network
from shared.services.jobs import Counts
from shared.store import overrides as store
from shared.store.database import Connection, Database

Row = Mapping[str, Any]

_SAID = ("network_class", "kind", "expires_at", "note")


async def find_override(connection: Connection, override_id: UUID) -> Row:
    """Return a correction.

    Raises:
        NotFoundError: there is none of this id.
    """
    row = await store.find_row(connection, override_id)
    if row is None:
        raise NotFoundError("There is no such network override.", code="override_not_found")
    return row


async def make_override(
    connection: Connection, wanted: NewOverride, *, actor: str, now: datetime
) -> Row:
    """Correct a network, and have everybody looked at who was seen on it.

    Raises:
        InvalidInputError: it says nothing of the network, or would have expired already.
        ConflictError: something is said of this very network already.
    """
    if wanted.says_nothing():
        raise _says_nothing()
    _check_expiry(wanted, now)
    override_id = new_id(now)
    values = {name: getattr(wanted, name) for name in (*_SAID, "network")}
    place = wanted.place and wanted.place.place()
    about = {"id": override_id, "actor": actor, "now": now}
    if not await store.add(connection, values | about, place):
        raise ConflictError(
            f"There is an override of {wanted.network} already: change that one.",
            code="override_exists",
        )
    await mark_on_network(connection, wanted.network, now)
    return await find_override(connection, override_id)


async def change_override(
    connection: Connection, override_id: UUID, change: OverrideChange, now: datetime
) -> Row:
    """Change what is said of a network, and have everybody looked at who was seen on it.

    Raises:
        NotFoundError: there is none of this id.
        InvalidInputError: nothing would be said any more, or it would have expired already.
    """
    await store.hold(connection, override_id)
    before = await find_override(connection, override_id)
    _check_expiry(change, now)
    said = change.model_fields_set
    values = {name: getattr(change, name) if name in said else before[name] for name in _SAID}
    place = place_of_override(before)
    if "place" in said:
        place = change.place and change.place.place()
    if place is None and values["network_class"] is None and values["kind"] is None:
        raise _says_nothing()
    await store.update(connection, values | {"id": override_id, "now": now}, place)
    await mark_on_network(connection, before["network"], now)
    return await find_override(connection, override_id)


async def delete_override(connection: Connection, override_id: UUID, now: datetime) -> Row:
    """Take a correction away, and have everybody looked at who was seen on its network.

    Raises:
        NotFoundError: there is none of this id.
    """
    before = await find_override(connection, override_id)
    await store.delete(connection, override_id)
    await mark_on_network(connection, before["network"], now)
    return before


async def expire_overrides(database: Database) -> Counts:
    """Take away what has expired, and have everybody looked at who was seen there.

    In one transaction, so that no expiry goes by unnoticed. The corrections are out of force from
    the instant at which they expire, whenever this runs.
    """

    async def work(connection: Connection) -> Counts:
        now = utc_now()
        expired = await store.take_expired(connection, now=now)
        for network in expired:
            await mark_on_network(connection, network, now)
        return {"expired": len(expired)}

    return await database.run(work)


def _check_expiry(said: NewOverride | OverrideChange, now: datetime) -> None:
    if said.expires_at is not None and said.expires_at <= now:
        raise _invalid("expires_at", "has passed already")


def _says_nothing() -> InvalidInputError:
    return _invalid("body", "says nothing of the network: give a network_class, kind or place")


def _invalid(field: str, message: str) -> InvalidInputError:
    return InvalidInputError(
        f"The override is not valid: {field} {message}.", errors=[FieldError(field, message)]
    )
