"""A person, their networks and devices: shown, and networks pinned anew or let go of."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.domain.network import Address, Network
from shared.domain.place import Place
from shared.domain.session import NetworkAddress
from shared.domain.trusted import is_trusted
from shared.errors import ConflictError, NotFoundError
from shared.geoip.lookup import PlaceFinder
from shared.schemas.networks import Pinning
from shared.services.places import locate
from shared.store import dirty, people, trusted
from shared.store.database import Connection
from shared.store.people import network_of

Row = dict[str, Any]
After = tuple[datetime, str] | None


async def find_user(connection: Connection, user_id: UUID) -> Row:
    """Return the row of a person.

    Raises:
        NotFoundError: there is no such person.
    """
    row = await people.find_user(connection, user_id)
    if row is None:
        raise no_such_user()
    return row


def no_such_user() -> NotFoundError:
    """Return the error that says that there is no such person."""
    return NotFoundError("There is no such user.", code="user_not_found")


def erased_user() -> NotFoundError:
    """Return the error that says that somebody was erased."""
    return NotFoundError("This user was erased.", code="user_erased")


async def archive(connection: Connection, user_id: UUID, *, archived: bool, now: datetime) -> Row:
    """Archive a person, or take that back; return the row, with ``was_archived``.

    Raises:
        NotFoundError: there is no such person.
    """
    row = await people.archive(connection, user_id, archived=archived, now=now)
    if row is None:
        raise no_such_user()
    return row


async def list_networks(
    connection: Connection, user_id: UUID, *, after: After, limit: int, now: datetime
) -> list[Row]:
    """Return the networks that a person was seen on, the latest first, and which are trusted.

    Raises:
        NotFoundError: there is no such person.
    """
    await find_user(connection, user_id)
    rows = await people.page_networks(connection, user_id, after=after, limit=limit)
    return await _judged(connection, user_id, rows, now)


async def list_devices(
    connection: Connection, user_id: UUID, *, after: After, limit: int, now: datetime
) -> list[Row]:
    """Return a person's devices, the latest seen first, and which are trusted.

    Raises:
        NotFoundError: there is no such person.
    """
    await find_user(connection, user_id)
    rows = await people.page_devices(connection, user_id, after=after, limit=limit)
    entries = await trusted.list_for_users(connection, [user_id])
    return [
        row | {"trusted": is_trusted(entries, row["device_id"], Network(), now)} for row in rows
    ]


async def find_network(
    connection: Connection, user_id: UUID, network_key: str, *, now: datetime
) -> Row:
    """Return one of a person's networks.

    Raises:
        NotFoundError: they have none of this key.
    """
    rows = await people.page_networks(connection, user_id, network_key=network_key)
    if not rows:
        raise _no_such_network()
    [row] = await _judged(connection, user_id, rows, now)
    return row


async def pin_anew(
    connection: Connection,
    user_id: UUID,
    network_key: str,
    wanted: Pinning,
    *,
    finder: PlaceFinder,
    own_addresses: Collection[Address],
    now: datetime,
) -> Row:
    """Pin a network where it is said to be, or where the databases have it now.

    Raises:
        NotFoundError: the person has no such network.
        ConflictError: no database places it; the pin stays as it is.
    """
    pinned = await find_network(connection, user_id, network_key, now=now)
    seen = NetworkAddress(str(pinned["address"]), network_key)
    network = locate(seen, finder=finder, own_addresses=own_addresses)
    if wanted.place is not None:
        provider = network.place or network_of(pinned).place
        network = replace(network, place=_given(wanted.place.place(), provider))
    elif network.is_public and network.place is None:
        raise ConflictError(
            "No database places this network; give it a place.", code="place_not_found"
        )
    network = replace(network, kind=wanted.kind or network.kind)
    if not await people.set_pin(connection, user_id, network, now=now):
        raise _no_such_network()
    await dirty.mark_users(connection, [user_id], due_at=now, now=now)
    return await find_network(connection, user_id, network_key, now=now)


async def let_go(connection: Connection, user_id: UUID, network_key: str, now: datetime) -> None:
    """Let go of a pin: until the network is seen again, and pinned anew, it is unknown.

    Raises:
        NotFoundError: the person has no such network.
    """
    if not await people.delete_pin(connection, user_id, network_key):
        raise _no_such_network()
    await dirty.mark_users(connection, [user_id], due_at=now, now=now)


async def _judged(
    connection: Connection, user_id: UUID, rows: list[Row], now: datetime
) -> list[Row]:
    entries = await trusted.list_for_users(connection, [user_id])
    return [row | {"trusted": is_trusted(entries, None, network_of(row), now)} for row in rows]


def _given(place: Place, known: Place | None) -> Place:
    """Return the place that is given, with the provider that is known unless it names one."""
    if known is None or place.asn is not None:
        return place
    return replace(place, asn=known.asn, organisation=place.organisation or known.organisation)


def _no_such_network() -> NotFoundError:
    return NotFoundError("This user has no such network.", code="network_not_found")
