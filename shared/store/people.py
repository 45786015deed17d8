"""People in the database, with their accounts, devices and pinned networks."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from psycopg.rows import DictRow

from shared.domain.network import Network, NetworkClass, NetworkKind
from shared.domain.order import Account
from shared.domain.place import Place
from shared.domain.timeline import Person
from shared.store.database import Connection, one
from shared.store.queries import json_text, load

_SQL = load("people")

NetworkKey = tuple[UUID, str]


@dataclass(frozen=True, slots=True)
class Sighting:
    """A user, as told, seen under the name, account and device that the event gave.

    Attributes:
        seen_at: when, or until when.
        began_at: from when on; None: at that instant alone.
    """

    user_id: UUID
    seen_at: datetime
    name: str | None = None
    server_id: str | None = None
    account_id: str | None = None
    device_id: str | None = None
    device_name: str | None = None
    device_type: str | None = None
    client: str | None = None
    began_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """A device of a person, as it was first and last seen."""

    device_id: str
    name: str | None
    first_seen_at: datetime


async def note(connection: Connection, sightings: Sequence[Sighting]) -> dict[UUID, UUID]:
    """Keep what sightings tell: users, what servers call them, and devices.

    Returns:
        By the user of an account, the person that it was merged into, where it was. That holds
        until the transaction ends.
    """
    if not sightings:
        return {}
    rows = json_text(sightings)
    persons = await _note_users(connection, rows)
    if persons:
        seen = [
            replace(one, user_id=persons[one.user_id], name=None)
            for one in sightings
            if one.user_id in persons
        ]
        await _note_users(connection, json_text(seen))
    if any(seen.server_id and seen.account_id for seen in sightings):
        await connection.execute(_SQL["upsert_accounts"], {"rows": rows})
    if any(seen.device_id for seen in sightings):
        await connection.execute(_SQL["upsert_devices"], {"rows": rows})
    return persons


async def _note_users(connection: Connection, rows: str) -> dict[UUID, UUID]:
    noted = await (await connection.execute(_SQL["upsert_users"], {"rows": rows})).fetchall()
    known_since = {row["user_id"]: row["known_since"] for row in noted if row["known_since"]}
    if known_since:
        told = {"users": list(known_since), "known_since": list(known_since.values())}
        await connection.execute(_SQL["mark_first_days"], told)
    return {row["user_id"]: row["merged_into"] for row in noted if row["merged_into"] is not None}


async def page_people(
    connection: Connection,
    *,
    adult: bool,
    limit: int,
    offset: int = 0,
    user_id: UUID | None = None,
) -> list[DictRow]:
    """Return people with what they ever played, the latest seen first.

    Args:
        connection: to read from.
        adult: whether what they played of adult content counts.
        limit: how many.
        offset: how many to skip.
        user_id: the only one, if given.
    """
    wanted = {"adult": adult, "limit": limit, "offset": offset, "user_id": user_id}
    return await (await connection.execute(_SQL["page_people"], wanted)).fetchall()


async def list_records(connection: Connection, user_ids: Sequence[UUID]) -> dict[UUID, DictRow]:
    """Return people's trust, their violations, and the server they were on last."""
    cursor = await connection.execute(_SQL["list_records"], {"user_ids": list(user_ids)})
    return {row["user_id"]: row for row in await cursor.fetchall()}


async def count_people(connection: Connection) -> int:
    """Return how many people there are."""
    return one(await (await connection.execute(_SQL["count_people"])).fetchone())["people"]


async def load_networks(
    connection: Connection, keys: Iterable[NetworkKey]
) -> dict[NetworkKey, Network]:
    """Return those of these networks that are pinned."""
    wanted = _keys(keys)
    if not wanted:
        return {}
    cursor = await connection.execute(_SQL["load_networks"], {"keys": json_text(wanted)})
    return _by_key(await cursor.fetchall())


async def pin_networks(
    connection: Connection, pins: Mapping[NetworkKey, Network], *, now: datetime
) -> None:
    """Pin networks at first sight; existing pins stay, unless they never found a place."""
    if pins:
        rows = [_pin(user_id, network, now) for (user_id, _), network in pins.items()]
        await connection.execute(_SQL["pin_networks"], {"rows": json_text(rows)})


async def touch_networks(
    connection: Connection, keys: Iterable[NetworkKey], *, now: datetime
) -> None:
    """Note that pinned networks are in use."""
    wanted = _keys(keys)
    if wanted:
        await connection.execute(_SQL["touch_networks"], {"keys": json_text(wanted), "now": now})


async def expire_networks(connection: Connection, *, unused_since: datetime) -> int:
    """Let go of pins that nothing used since then and no kept session needs; return how many."""
    cursor = await connection.execute(_SQL["expire_networks"], {"unused_since": unused_since})
    return cursor.rowcount


async def load_person(connection: Connection, user_id: UUID) -> Person | None:
    """Return a person as the rules see one."""
    return (await list_people(connection, [user_id])).get(user_id)


async def list_people(connection: Connection, user_ids: Sequence[UUID]) -> dict[UUID, Person]:
    """Return those of these people who are known, as the rules see them, in order of ids."""
    cursor = await connection.execute(_SQL["list_people"], {"user_ids": list(user_ids)})
    return {row["user_id"]: _person(row) for row in await cursor.fetchall()}


async def page_networks(
    connection: Connection,
    user_id: UUID,
    *,
    limit: int = 1,
    network_key: str | None = None,
    after: tuple[datetime, str] | None = None,
) -> list[DictRow]:
    """Return rows of a person's networks, the latest seen first; one alone, if a key is given."""
    cursor = await connection.execute(
        _SQL["page_networks"], _page(user_id, after, limit) | {"network_key": network_key}
    )
    return await cursor.fetchall()


async def page_devices(
    connection: Connection, user_id: UUID, *, limit: int, after: tuple[datetime, str] | None = None
) -> list[DictRow]:
    """Return rows of a person's devices, the latest seen first."""
    cursor = await connection.execute(_SQL["page_devices"], _page(user_id, after, limit))
    return await cursor.fetchall()


async def set_pin(
    connection: Connection, user_id: UUID, network: Network, *, now: datetime
) -> bool:
    """Pin a network anew; say whether it was pinned."""
    rows = json_text([_pin(user_id, network, now)])
    return (await connection.execute(_SQL["set_pin"], {"rows": rows})).rowcount == 1


async def delete_pin(connection: Connection, user_id: UUID, network_key: str) -> bool:
    """Let go of a pin; say whether there was one."""
    key = {"user_id": user_id, "network_key": network_key}
    return (await connection.execute(_SQL["delete_pin"], key)).rowcount == 1


async def list_networks(
    connection: Connection, user_ids: Sequence[UUID]
) -> dict[UUID, dict[str, Network]]:
    """Return people's networks by key, as they are pinned and operators correct them."""
    cursor = await connection.execute(_SQL["list_networks"], {"user_ids": list(user_ids)})
    found: dict[UUID, dict[str, Network]] = {}
    for row in await cursor.fetchall():
        found.setdefault(row["user_id"], {})[row["network_key"]] = network_of(row)
    return found


async def list_devices(
    connection: Connection, user_ids: Sequence[UUID]
) -> dict[UUID, dict[str, Device]]:
    """Return people's devices by id, each as it was first seen."""
    cursor = await connection.execute(_SQL["list_devices"], {"user_ids": list(user_ids)})
    found: dict[UUID, dict[str, Device]] = {}
    for row in await cursor.fetchall():
        device = Device(row["device_id"], row["name"], row["first_seen_at"])
        found.setdefault(row["user_id"], {})[device.device_id] = device
    return found


async def find_user(connection: Connection, user_id: UUID) -> DictRow | None:
    """Return the row of a person, if there is one of this id."""
    return await (await connection.execute(_SQL["find_user"], {"user_id": user_id})).fetchone()


async def person_of(connection: Connection, user_id: UUID) -> UUID:
    """Return the person whom a user was merged into; the user, if nobody was."""
    [person] = await persons_of(connection, [user_id])
    return person


async def persons_of(connection: Connection, user_ids: Collection[UUID]) -> list[UUID]:
    """Return whom users were merged into, each person once; a user, where nobody was."""
    cursor = await connection.execute(_SQL["find_persons"], {"user_ids": list(user_ids)})
    merged = {row["user_id"]: row["merged_into"] for row in await cursor.fetchall()}
    return list(dict.fromkeys(merged.get(user_id, user_id) for user_id in user_ids))


async def list_accounts(connection: Connection, user_id: UUID) -> tuple[Account, ...]:
    """Return what media servers call a person."""
    cursor = await connection.execute(_SQL["list_accounts"], {"user_id": user_id})
    return tuple(
        Account(server_id=row["server_id"], account_id=row["account_id"])
        for row in await cursor.fetchall()
    )


async def set_user(connection: Connection, values: Mapping[str, object]) -> DictRow | None:
    """Write what a playback service says of a person; return the row, None if they were erased.

    ``is_ruled_anew`` says whether what is allowed to them is other than before.
    """
    return await (await connection.execute(_SQL["set_user"], values)).fetchone()


async def archive(
    connection: Connection, user_id: UUID, *, archived: bool, now: datetime
) -> DictRow | None:
    """Archive a person, or take that back; return the row, and whether it was so before."""
    cursor = await connection.execute(
        _SQL["archive"], {"user_id": user_id, "archived": archived, "now": now}
    )
    return await cursor.fetchone()


def _keys(keys: Iterable[NetworkKey]) -> list[dict[str, object]]:
    return [{"user_id": user_id, "network_key": key} for user_id, key in keys]


def _page(user_id: UUID, after: tuple[datetime, str] | None, limit: int) -> dict[str, object]:
    at, key = after or (None, None)
    return {"user_id": user_id, "after_at": at, "after_key": key, "limit": limit}


def _by_key(rows: Sequence[DictRow]) -> dict[NetworkKey, Network]:
    return {(row["user_id"], row["network_key"]): network_of(row) for row in rows}


def network_of(row: DictRow) -> Network:
    """Return a row of ``located_networks``, or one joined with it, as the network it pins."""
    return Network(
        key=row["network_key"],
        network_class=NetworkClass(row["network_class"]),
        kind=NetworkKind(row["kind"]),
        address=str(row["address"]),
        place=Place(
            country=row["country"],
            region=row["region"],
            city=row["city"],
            latitude=row["latitude"],
            longitude=row["longitude"],
            accuracy_radius_km=row["accuracy_radius_km"],
            asn=row["asn"],
            organisation=row["organisation"],
            continent=row["continent"],
            postal_code=row["postal_code"],
        ),
    )


def _person(row: DictRow) -> Person:
    return Person(
        user_id=row["user_id"],
        name=row["name"],
        groups=frozenset(row["groups"]),
        stream_limit=row["stream_limit"],
        archived=row["archived_at"] is not None,
        first_seen_at=row["first_seen_at"],
        last_active_at=row["last_active_at"],
    )


def _pin(user_id: UUID, network: Network, now: datetime) -> dict[str, object]:
    place = network.place or Place()
    return {
        "user_id": user_id,
        "network_key": network.key,
        "address": network.address,
        "network_class": network.network_class,
        "kind": network.kind,
        "continent": place.continent,
        "country": place.country,
        "region": place.region,
        "city": place.city,
        "postal_code": place.postal_code,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "accuracy_radius_km": place.accuracy_radius_km,
        "asn": place.asn,
        "organisation": place.organisation,
        "pinned_at": now,
        "last_seen_at": now,
    }
