"""Media servers in the database; their addresses and secrets are encrypted before they come here."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from psycopg.errors import UniqueViolation
from psycopg.rows import DictRow

from shared.domain.identifiers import new_id
from shared.errors import ConflictError
from shared.store.database import Connection
from shared.store.queries import json_text, load

_SQL = load("media_servers")


async def add_server(
    connection: Connection,
    *,
    name: str,
    kind: str,
    source: str | None,
    config: bytes,
    enabled: bool,
    place: Mapping[str, object] | None,
    now: datetime,
) -> UUID | None:
    """Add a media server and return its id; ``None`` if its name or source is taken."""
    cursor = await connection.execute(
        _SQL["add_server"],
        {
            "id": new_id(now),
            "name": name,
            "kind": kind,
            "source": source,
            "config": config,
            "enabled": enabled,
            "place": None if place is None else json_text(place),
            "now": now,
        },
    )
    row = await cursor.fetchone()
    return None if row is None else row["id"]


async def list_servers(connection: Connection) -> list[DictRow]:
    """Return all media servers by name."""
    return await (await connection.execute(_SQL["list_servers"], {"id": None})).fetchall()


async def find_server(connection: Connection, server_id: UUID) -> DictRow | None:
    """Return one media server."""
    return await (await connection.execute(_SQL["list_servers"], {"id": server_id})).fetchone()


async def list_places(connection: Connection) -> list[DictRow]:
    """Return what is known of where servers are: a place by hand, their public address."""
    return await (await connection.execute(_SQL["list_places"])).fetchall()


async def find_for_source(connection: Connection, source: str) -> DictRow | None:
    """Return the media server that answers for a source's sessions."""
    return await (await connection.execute(_SQL["find_for_source"], {"source": source})).fetchone()


async def list_of_kind(connection: Connection, kind: str) -> list[DictRow]:
    """Return the enabled media servers of a kind, by name."""
    return await (await connection.execute(_SQL["list_of_kind"], {"kind": kind})).fetchall()


async def update_server(
    connection: Connection,
    server_id: UUID,
    *,
    name: str | None,
    source: str | None,
    config: bytes | None,
    enabled: bool | None,
    sets_place: bool,
    place: Mapping[str, object] | None,
    now: datetime,
) -> bool:
    """Change what is given; ``False`` if the server is gone, or name or source is another's.

    A place is changed, or taken away, only if ``sets_place``.

    Raises:
        ConflictError: somebody else took the name or the source at the same time.
    """
    change = {
        "name": name,
        "source": source,
        "config": config,
        "enabled": enabled,
        "sets_place": sets_place,
        "place": None if place is None else json_text(place),
        "now": now,
    }
    try:
        cursor = await connection.execute(_SQL["update_server"], {"id": server_id} | change)
    except UniqueViolation as error:
        raise ConflictError(
            "Another media server has this name or source.", code="media_server_taken"
        ) from error
    return cursor.rowcount == 1


async def disable_server(
    connection: Connection, server_id: UUID, *, config: bytes, reason: str, now: datetime
) -> None:
    """Ask nothing more of a media server of which this config turned out to lead nowhere."""
    await connection.execute(
        _SQL["disable_server"], {"id": server_id, "config": config, "reason": reason, "now": now}
    )


async def delete_server(connection: Connection, server_id: UUID) -> bool:
    """Delete a media server; say whether it was there."""
    return (await connection.execute(_SQL["delete_server"], {"id": server_id})).rowcount == 1


async def ask_for_check(connection: Connection, server_id: UUID, *, now: datetime) -> bool:
    """Have a media server tried out; say whether it is there."""
    cursor = await connection.execute(_SQL["ask_for_check"], {"id": server_id, "now": now})
    return cursor.rowcount == 1


async def list_checks(connection: Connection, *, now: datetime) -> list[UUID]:
    """Return the media servers to be tried out now."""
    cursor = await connection.execute(_SQL["list_checks"], {"now": now})
    return [row["id"] for row in await cursor.fetchall()]


async def claim_check(
    connection: Connection, server_id: UUID, *, now: datetime, lease_until: datetime
) -> DictRow | None:
    """Claim a trial of a media server; ``None`` if none is due, or somebody else is at it."""
    cursor = await connection.execute(
        _SQL["claim_check"], {"id": server_id, "now": now, "lease_until": lease_until}
    )
    return await cursor.fetchone()


async def record_check(
    connection: Connection,
    server_id: UUID,
    *,
    lease_until: datetime,
    works: bool,
    verdict: str,
    source: str | None,
    now: datetime,
) -> None:
    """Write what came of a trial, and as whose server it made itself known."""
    await connection.execute(
        _SQL["record_check"],
        {
            "id": server_id,
            "lease_until": lease_until,
            "works": works,
            "verdict": verdict,
            "source": source,
            "now": now,
        },
    )
