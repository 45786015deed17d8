"""Whom a correction concerns: they are marked in its own transaction, lot by lot.

So a correction that is made is one that everybody concerned is looked at for, wherever the process
is killed. A mark too many costs a look and changes nothing.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network
from uuid import UUID

from shared.domain.trusted import (
    TrustedDevice,
    TrustedEntry,
    TrustedNetwork,
    TrustedPair,
    TrustedPlace,
    TrustedUser,
)
from shared.store import dirty, people
from shared.store.database import Connection

LOT = 10_000

KM_PER_DEGREE = 111.0
"""Of latitude; on the sphere of our distances it is 111.195, so that nobody is passed over."""


async def mark_on_network(
    connection: Connection, network: IPv4Network | IPv6Network, now: datetime
) -> None:
    """Have everybody looked at who was seen on a network."""
    await in_lots(
        lambda after: dirty.mark_users_on_network(
            connection, network, after=after, limit=LOT, now=now
        )
    )


async def mark_concerned(connection: Connection, entry: TrustedEntry, now: datetime) -> None:
    """Have everybody looked at in whose timeline a trusted entry may have a say."""
    if entry.user_id is not None:
        persons = await people.persons_of(connection, _named(entry))
        await dirty.mark_users(connection, persons, due_at=now, now=now)
        return
    match entry.trusted:
        case TrustedDevice(device_id):
            await in_lots(
                lambda after: dirty.mark_users_with_device(
                    connection, device_id, after=after, limit=LOT, now=now
                )
            )
        case TrustedNetwork(network):
            await mark_on_network(connection, network, now)
        case TrustedPlace(latitude, _, radius_km):
            reach = radius_km / KM_PER_DEGREE
            await in_lots(
                lambda after: dirty.mark_users_between(
                    connection,
                    south=latitude - reach,
                    north=latitude + reach,
                    after=after,
                    limit=LOT,
                    now=now,
                )
            )
        case TrustedUser() | TrustedPair():
            raise AssertionError("a user and a pair are trusted by name")


def _named(entry: TrustedEntry) -> set[UUID]:
    """Return whom an entry names."""
    other = {entry.trusted.other_user_id} if isinstance(entry.trusted, TrustedPair) else set[UUID]()
    return other | ({entry.user_id} if entry.user_id else set())


async def in_lots(mark: Callable[[UUID], Awaitable[UUID | None]]) -> None:
    """Mark one lot after the other until there is no next."""
    after: UUID | None = dirty.NOBODY
    while after is not None:
        after = await mark(after)
