"""Corrections of networks in the database. ``located_networks`` applies them."""

from collections.abc import Mapping
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network
from uuid import UUID

from psycopg.rows import DictRow

from shared.domain.place import Place
from shared.store.database import Connection, one
from shared.store.queries import load

_SQL = load("overrides")

_UNFILTERED: Mapping[str, object] = {
    "id": None,
    "address": None,
    "after_at": None,
    "after_id": None,
    "limit": 1,
    "offset": 0,
}


async def list_rows(connection: Connection, filters: Mapping[str, object]) -> list[DictRow]:
    """Return corrections, newest first.

    ``filters`` holds what is asked for: parameters of ``list_overrides``, each optional.
    """
    # Unprepared, so that each question is planned for the filters it has.
    cursor = await connection.execute(
        _SQL["list_overrides"], {**_UNFILTERED, **filters}, prepare=False
    )
    return await cursor.fetchall()


async def count_rows(connection: Connection, filters: Mapping[str, object]) -> int:
    """Return how many corrections there are; ``filters`` as for ``list_rows``."""
    cursor = await connection.execute(
        _SQL["count_overrides"], {**_UNFILTERED, **filters}, prepare=False
    )
    return one(await cursor.fetchone())["overrides"]


async def find_row(connection: Connection, override_id: UUID) -> DictRow | None:
    """Return one correction as lists show it."""
    rows = await list_rows(connection, {"id": override_id})
    return rows[0] if rows else None


async def add(connection: Connection, values: Mapping[str, object], place: Place | None) -> bool:
    """Correct a network; ``False`` if it is corrected already.

    ``values`` are the parameters of ``add_override`` but for those of its place.
    """
    cursor = await connection.execute(_SQL["add_override"], {**values, **_columns(place)})
    return cursor.rowcount == 1


async def hold(connection: Connection, override_id: UUID) -> None:
    """Hold a correction until the transaction ends: nobody changes it between read and write."""
    await connection.execute(_SQL["hold_override"], {"id": override_id})


async def update(connection: Connection, values: Mapping[str, object], place: Place | None) -> bool:
    """Replace what is said of a network; say whether anything was.

    ``values`` are the parameters of ``update_override`` but for those of its place.
    """
    cursor = await connection.execute(_SQL["update_override"], {**values, **_columns(place)})
    return cursor.rowcount == 1


async def delete(connection: Connection, override_id: UUID) -> bool:
    """Say no more of a network than the databases do; say whether anything was said."""
    cursor = await connection.execute(_SQL["delete_override"], {"id": override_id})
    return cursor.rowcount == 1


async def take_expired(connection: Connection, *, now: datetime) -> list[IPv4Network | IPv6Network]:
    """Take away the corrections that have expired; return their networks."""
    cursor = await connection.execute(_SQL["take_expired"], {"now": now})
    return [row["network"] for row in await cursor.fetchall()]


def _columns(place: Place | None) -> dict[str, object]:
    """Return the columns of a place, or of none."""
    given = place or Place()
    return {
        "places": place is not None,
        "accuracy_radius_km": None if place is None else place.accuracy_radius_km,
        "continent": given.continent,
        "country": given.country,
        "region": given.region,
        "city": given.city,
        "postal_code": given.postal_code,
        "latitude": given.latitude,
        "longitude": given.longitude,
        "asn": given.asn,
        "organisation": given.organisation,
    }
